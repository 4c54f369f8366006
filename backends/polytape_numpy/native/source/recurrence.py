"""A long short-term memory: some rows of a batch through all steps, forward and back, and the kernel's gradient.

The rows that a core works on, and the kernel in panels, stay in its own cache from one step to the next.
"""

from numba import njit

from polytape_numpy.native.source import mathematics
from polytape_numpy.native.source.floating import FORMATS
from polytape_numpy.native.source.products import packing
from polytape_numpy.native.source.sizes import DEPTH
from polytape_numpy.native.source.tile import lanes, moved, strip


def _multiplying(dtype: str):
    """The product of a few rows, `x_row` apart, with a matrix in panels; `z` has room for whole vectors."""
    lane = lanes(dtype)
    panel_width = 2 * lane
    wide, narrow = strip(dtype, 2), strip(dtype, 1)

    @njit(error_model="numpy")
    def run(x, x_row, rows, depth, panels, columns, z, z_row):
        for c in range(0, columns, panel_width):
            panel, out = moved(panels, c * depth), moved(z, c)
            if columns - c > lane:
                wide(rows, x, x_row, 1, 0, depth, 1, panel, panel_width, out, z_row, False)
            else:
                narrow(rows, x, x_row, 1, 0, depth, 1, panel, panel_width, out, z_row, False)

    return run


@njit(error_model="numpy")
def _whole(count, panel_width):
    """The columns of so many, in whole panels."""
    return (count + panel_width - 1) // panel_width * panel_width


@njit(error_model="numpy")
def _copy(x, count, y):
    for j in range(count):
        y[j] = x[j]


def _forward(dtype: str):
    panel_width = 2 * lanes(dtype)
    pack, multiply = packing(panel_width), _multiplying(dtype)
    sigmoid, tanh = getattr(mathematics, f"sigmoid_{dtype}"), getattr(mathematics, f"tanh_{dtype}")

    def advance(
        projected, step, row, hidden, memory, kernel, bias, outputs, out_step, out_row, memories, gates,
        steps, batch, width, first, last, panels, sums, output, kept,
    ):  # fmt: skip
        columns, rows = 4 * width, last - first
        sums_row = _whole(columns, panel_width)
        pack(kernel, columns, 1, width, 0, columns, panels)
        _copy(moved(hidden, first * width), rows * width, output)
        _copy(moved(memory, first * width), rows * width, kept)
        for t in range(steps):
            multiply(output, width, rows, width, panels, columns, sums, sums_row)
            for r in range(rows):
                n = first + r
                product, added = moved(sums, r * sums_row), moved(projected, t * step + n * row)
                gate = moved(gates, (t * batch + n) * columns)
                for j in range(2 * width):
                    gate[j] = sigmoid(product[j] + (added[j] + bias[j]))
                for j in range(2 * width, 3 * width):
                    gate[j] = tanh(product[j] + (added[j] + bias[j]))
                for j in range(3 * width, columns):
                    gate[j] = sigmoid(product[j] + (added[j] + bias[j]))
                before, after = moved(kept, r * width), moved(memories, (t * batch + n) * width)
                for j in range(width):
                    new = gate[width + j] * before[j] + gate[j] * gate[2 * width + j]
                    before[j] = new
                    after[j] = new
                out, here = moved(outputs, t * out_step + n * out_row), moved(output, r * width)
                for j in range(width):
                    new = gate[3 * width + j] * tanh(before[j])
                    here[j] = new
                    out[j] = new

    return advance


def _backward(dtype: str):
    panel_width = 2 * lanes(dtype)
    pack, multiply = packing(panel_width), _multiplying(dtype)
    tanh = getattr(mathematics, f"tanh_{dtype}")
    one = FORMATS[dtype].number(1)  # a whole number would make Numba compute in float64

    def back(
        of_outputs, output_step, output_row, has_outputs, of_memories, memory_step, memory_row, has_memories,
        of_gates, gate_step, gate_row, has_gates, memory, kernel, memories, gates, of_sums, step, row,
        of_hidden, of_memory, of_bias, steps, batch, width, first, last, panels, sums, carried,
    ):  # fmt: skip
        columns, rows = 4 * width, last - first
        sums_row = columns + panel_width  # so that the rows that are read at once do not share places of the cache
        carried_row = _whole(width, panel_width)
        pack(kernel, 1, columns, columns, 0, width, panels)
        for j in range(columns):
            of_bias[j] = 0
        for j in range(rows * carried_row):
            carried[j] = 0
        kept = moved(of_memory, first * width)
        for j in range(rows * width):
            kept[j] = 0
        for s in range(steps):
            t = steps - 1 - s
            for r in range(rows):
                n = first + r
                output, left = moved(carried, r * carried_row), moved(of_memory, n * width)
                if has_outputs > 0:
                    given = moved(of_outputs, t * output_step + n * output_row)
                    for j in range(width):
                        output[j] += given[j]
                if has_memories > 0:
                    given = moved(of_memories, t * memory_step + n * memory_row)
                    for j in range(width):
                        left[j] += given[j]
                place = (t * batch + n) * width
                gate, after = moved(gates, 4 * place), moved(memories, place)
                before = moved(memory, n * width) if t == 0 else moved(memories, place - batch * width)
                out = moved(sums, r * sums_row)
                for j in range(width):
                    bent, read, forgotten = tanh(after[j]), gate[3 * width + j], gate[width + j]
                    written, candidate, of_output = gate[j], gate[2 * width + j], output[j]
                    total = left[j] + of_output * read * (one - bent * bent)
                    left[j] = total * forgotten
                    out[j] = total * candidate * written * (one - written)
                    out[width + j] = total * before[j] * forgotten * (one - forgotten)
                    out[2 * width + j] = total * written * (one - candidate * candidate)
                    out[3 * width + j] = of_output * bent * read * (one - read)
                if has_gates > 0:
                    given = moved(of_gates, t * gate_step + n * gate_row)
                    for j in range(columns):
                        slope = gate[j] * (one - gate[j])
                        if 2 * width <= j < 3 * width:
                            slope = one - gate[j] * gate[j]
                        out[j] += given[j] * slope
                result = moved(of_sums, t * step + n * row)
                for j in range(columns):
                    result[j] = out[j]
                    of_bias[j] += out[j]
            multiply(sums, sums_row, rows, columns, panels, width, carried, carried_row)
        for r in range(rows):
            _copy(moved(carried, r * carried_row), width, moved(of_hidden, (first + r) * width))

    return back


def _kernel_gradient(dtype: str):
    lane = lanes(dtype)
    panel_width = 2 * lane
    pack, wide, narrow = packing(panel_width), strip(dtype, 2), strip(dtype, 1)

    @njit(error_model="numpy")
    def add(
        x, x_outer, x_inner, y, y_outer, y_inner, outer, inner, width, columns, left, right, z, adds, panels, scratch
    ):
        """Add up the products of the rows of x, as columns, with those of y; there are two loops over rows."""
        blocks = max(1, DEPTH // inner)
        for o in range(0, outer, blocks):
            for i in range(0, inner, DEPTH):
                some, each = min(blocks, outer - o), min(DEPTH, inner - i)
                for c in range(left, right, panel_width):
                    for b in range(some):
                        start = moved(y, (o + b) * y_outer + i * y_inner)
                        pack(
                            start,
                            y_inner,
                            1,
                            each,
                            c,
                            min(c + panel_width, right),
                            moved(panels, b * each * panel_width),
                        )
                    columns_of_x, out = moved(x, o * x_outer + i * x_inner), moved(z, c)
                    present = min(panel_width, right - c)
                    if present == panel_width:
                        wide(
                            width,
                            columns_of_x,
                            1,
                            some,
                            x_outer,
                            each,
                            x_inner,
                            panels,
                            panel_width,
                            out,
                            columns,
                            adds,
                        )
                        continue
                    if present > lane:
                        wide(
                            width, columns_of_x, 1, some, x_outer, each, x_inner, panels, panel_width,
                            scratch, panel_width, False,
                        )  # fmt: skip
                    else:
                        narrow(
                            width, columns_of_x, 1, some, x_outer, each, x_inner, panels, panel_width,
                            scratch, panel_width, False,
                        )  # fmt: skip
                    for r in range(width):
                        for j in range(present):
                            value = scratch[r * panel_width + j]
                            out[r * columns + j] = out[r * columns + j] + value if adds else value
                adds = True

    def gradient(
        hidden, outputs, output_outer, output_inner, of_sums, start, sum_outer, sum_inner, outer, inner, row,
        batch, width, left, right, of_kernel, panels, scratch,
    ):  # fmt: skip
        columns = 4 * width
        add(hidden, 0, width, of_sums, 0, row, 1, batch, width, columns, left, right, of_kernel, False, panels, scratch)
        if outer > 0 and inner > 0:
            add(
                outputs, output_outer, output_inner, moved(of_sums, start), sum_outer, sum_inner, outer, inner,
                width, columns, left, right, of_kernel, True, panels, scratch,
            )  # fmt: skip

    return gradient


forward_float32, forward_float64 = _forward("float32"), _forward("float64")
backward_float32, backward_float64 = _backward("float32"), _backward("float64")
kernel_gradient_float32, kernel_gradient_float64 = _kernel_gradient("float32"), _kernel_gradient("float64")
