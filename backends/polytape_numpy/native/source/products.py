"""Products of matrices whose rows and columns may lie anywhere."""

from functools import cache

from numba import njit

from polytape_numpy.native.source.sizes import DEPTH, PANELS
from polytape_numpy.native.source.tile import ROWS, fetch, lanes, moved, strip


@cache
def packing(width: int):
    """Copies columns of a matrix into panels: `width` columns, row by row; what is missing in the last one is zero."""

    @njit(error_model="numpy")
    def run(y, row, column, depth, first, last, panels):
        for start in range(first, last, width):
            here = moved(panels, (start - first) * depth)
            present = min(width, last - start)
            source = moved(y, start * column)
            if column == 1:
                for k in range(depth):
                    for c in range(present):
                        here[k * width + c] = source[k * row + c]
            else:
                for c in range(present):
                    for k in range(depth):
                        here[k * width + c] = source[k * row + c * column]
            for c in range(present, width):
                for k in range(depth):
                    here[k * width + c] = 0

    return run


@cache
def product(dtype: str):
    """The part of `x @ y` that has the rows and columns given; `panels` and `scratch` are memory to work in.

    `panels` has room for `PANELS` panels of `DEPTH` rows, and `scratch` for a tile.
    """
    lane = lanes(dtype)
    width = 2 * lane
    pack = packing(width)
    wide, narrow = strip(dtype, 2), strip(dtype, 1)

    @njit(error_model="numpy")
    def run(x, x_row, x_column, y, y_row, y_column, z, z_row, top, bottom, left, right, depth, panels, scratch):
        for begin in range(left, right, PANELS * width):
            end = min(begin + PANELS * width, right)
            for k in range(0, depth, DEPTH):
                terms, adds = min(DEPTH, depth - k), k > 0
                pack(moved(y, k * y_row), y_row, y_column, terms, begin, end, panels)
                for r in range(top, bottom, ROWS):
                    rows = min(ROWS, bottom - r)
                    under = moved(x, r * x_row + k * x_column)
                    for c in range(begin, end, width):
                        panel = moved(panels, (c - begin) * terms)
                        out = moved(z, r * z_row + c)
                        present = end - c
                        if present >= width:
                            wide(rows, under, x_row, 1, 0, terms, x_column, panel, width, out, z_row, adds)
                            continue
                        if present > lane:
                            wide(rows, under, x_row, 1, 0, terms, x_column, panel, width, scratch, width, False)
                        else:
                            narrow(rows, under, x_row, 1, 0, terms, x_column, panel, width, scratch, width, False)
                        for i in range(rows):
                            for j in range(present):
                                value = scratch[i * width + j]
                                out[i * z_row + j] = out[i * z_row + j] + value if adds else value

    return run


@cache
def _fetching(dtype: str):
    """Has a matrix brought near whose rows or columns are a step apart: no processor foresees where the next begins."""
    line = 2 * lanes(dtype) if lanes(dtype) < 16 else lanes(dtype)

    @njit(error_model="numpy")
    def run(x, row, column, rows, columns):
        if column == 1:
            for r in range(rows):
                for c in range(0, columns, line):
                    fetch(x, r * row + c)
        elif row == 1:
            for c in range(columns):
                for r in range(0, rows, line):
                    fetch(x, c * column + r)

    return run


FETCHED = 16_384
"""Elements of a matrix at most that is brought near before its turn: it must fit beside the one before."""


def _matrices(dtype: str):
    part, fetch_matrix = product(dtype), _fetching(dtype)

    def matrices(
        x, x_group, x_step, x_row, x_column, y, y_group, y_step, y_row, y_column, z, together, rows, columns, depth,
        first, last, top, bottom, left, right, panels, scratch,
    ):  # fmt: skip
        for n in range(first, last):
            if n + 1 < last and rows * depth <= FETCHED and depth * columns <= FETCHED:
                group, place = (n + 1) // together, (n + 1) % together
                fetch_matrix(moved(x, group * x_group + place * x_step), x_row, x_column, rows, depth)
                fetch_matrix(moved(y, group * y_group + place * y_step), y_row, y_column, depth, columns)
            group, place = n // together, n % together
            part(
                moved(x, group * x_group + place * x_step), x_row, x_column,
                moved(y, group * y_group + place * y_step), y_row, y_column,
                moved(z, n * rows * columns), columns, top, bottom, left, right, depth, panels, scratch,
            )  # fmt: skip

    return matrices


matrices_float32, matrices_float64 = _matrices("float32"), _matrices("float64")
