"""The innermost part of every product: a tile of the result, held in vector registers.

A tile is a few rows of the result and one or two vectors of its columns. For each term of the sums the kernel loads the
vectors of one matrix, and for each row one element of the other, of which it fills a vector (K. Goto and R. van de
Geijn, "Anatomy of high-performance matrix multiplication", 2008). The elements of a row need not follow one another,
and there are two loops over the terms: so the rows may as well be windows of an image, which are nowhere copied.
"""

from functools import cache

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from polytape_numpy.native.library import part
from polytape_numpy.native.processor import processor
from polytape_numpy.native.source import sizes

_INDEX = ir.IntType(64)
_ELEMENTS = {"float32": (ir.FloatType(), "f32", 4), "float64": (ir.DoubleType(), "f64", 8)}

ROWS = sizes.ROWS if processor().registers >= 32 else sizes.ROWS // 2
"""Rows of the largest tile: two vectors for each, two of the other matrix and one filled fit in the registers."""


def lanes(dtype: str) -> int:
    """How many elements a vector holds."""
    return processor().lanes(_ELEMENTS[dtype][2])


@cache
def tile(dtype: str, rows: int, vectors: int):
    """The kernel of a tile, as a function of Numba.

    `tile(x, row, outer, outer_step, inner, inner_step, y, y_step, z, z_row, adds)`, where `row`, the steps and `z_row`
    count elements: adds up `x[r * row + o * outer_step + i * inner_step] * y[(o * inner + i) * y_step + column]` over
    all `o` and `i`, and writes the sums to `z[r * z_row + column]`, or adds them to what is there if `adds`.
    """
    element, suffix, size = _ELEMENTS[dtype]
    vector = ir.VectorType(element, lanes(dtype))

    def write(context, builder, signature, arguments):
        x, row, outer, outer_step, inner, inner_step, y, y_step, z, z_row, adds = arguments
        multiply_add = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(vector, [vector] * 3), f"llvm.fma.v{vector.count}{suffix}"
        )
        places = [(r, v) for r in range(rows) for v in range(vectors)]

        def at(pointer, v):
            return builder.bitcast(builder.gep(pointer, [_INDEX(v * vector.count)]), vector.as_pointer())

        def merged(value, block):
            """What is `value` where it comes from `block`."""
            found = builder.phi(value.type)
            found.add_incoming(value, block)
            return found

        targets = [builder.gep(z, [builder.mul(_INDEX(r), z_row)]) for r in range(rows)]
        blocks = {name: builder.append_basic_block(name) for name in ("outer", "inner", "next", "sums", "add", "end")}
        start = builder.block
        zero = ir.Constant(vector, None)
        builder.branch(blocks["outer"])

        builder.position_at_end(blocks["outer"])
        o, y_outer = merged(_INDEX(0), start), merged(y, start)
        sums_outer = [merged(zero, start) for _ in places]
        x_outer = builder.gep(x, [builder.mul(o, outer_step)])
        builder.branch(blocks["inner"])

        builder.position_at_end(blocks["inner"])
        i = merged(_INDEX(0), blocks["outer"])
        x_inner, y_inner = merged(x_outer, blocks["outer"]), merged(y_outer, blocks["outer"])
        sums = [merged(value, blocks["outer"]) for value in sums_outer]
        columns = [builder.load(at(y_inner, v), align=size) for v in range(vectors)]
        later = []
        for r in range(rows):
            one = builder.load(builder.gep(x_inner, [builder.mul(_INDEX(r), row)]))
            filled = _filled(builder, one, vector)
            later += [builder.call(multiply_add, [filled, columns[v], sums[r * vectors + v]]) for v in range(vectors)]
        steps = ((i, builder.add(i, _INDEX(1))), (x_inner, builder.gep(x_inner, [inner_step])))
        y_later = builder.gep(y_inner, [y_step])
        for value, next_value in (*steps, (y_inner, y_later), *zip(sums, later)):
            value.add_incoming(next_value, blocks["inner"])
        builder.cbranch(builder.icmp_signed("<", steps[0][1], inner), blocks["inner"], blocks["next"])

        builder.position_at_end(blocks["next"])
        o_later = builder.add(o, _INDEX(1))
        for value, next_value in ((o, o_later), (y_outer, y_later), *zip(sums_outer, later)):
            value.add_incoming(next_value, blocks["next"])
        builder.cbranch(builder.icmp_signed("<", o_later, outer), blocks["outer"], blocks["sums"])

        builder.position_at_end(blocks["sums"])
        builder.cbranch(adds, blocks["add"], blocks["end"])

        builder.position_at_end(blocks["add"])
        totals = [
            builder.fadd(builder.load(at(targets[r], v), align=size), value) for (r, v), value in zip(places, later)
        ]
        builder.branch(blocks["end"])

        builder.position_at_end(blocks["end"])
        results = [merged(value, blocks["sums"]) for value in later]
        for result, total in zip(results, totals):
            result.add_incoming(total, blocks["add"])
        for result, (r, v) in zip(results, places):
            builder.store(result, at(targets[r], v), align=size)
        return context.get_dummy_value()

    @intrinsic
    def run(typing, x, row, outer, outer_step, inner, inner_step, y, y_step, z, z_row, adds):
        number = types.intp
        return types.void(x, number, number, number, number, number, y, number, z, number, types.boolean), write

    return run


def _filled(builder, one, vector):
    """A vector of which every element is `one`."""
    nothing = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(nothing, one, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(ir.IntType(32), vector.count), None))


@intrinsic
def moved(typing, pointer, count):
    """The pointer, moved on by `count` elements."""

    def write(context, builder, signature, arguments):
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, types.intp), write


@intrinsic
def fetch(typing, pointer, place):
    """Have the memory of an element brought near, while other work goes on."""

    def write(context, builder, signature, arguments):
        address = builder.bitcast(builder.gep(arguments[0], [arguments[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [address.type, number, number, number])
        prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(prefetch, [address, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(pointer, types.intp), write


def _strip(dtype: str, vectors: int):
    large, middle, pair, single = (tile(dtype, rows, vectors) for rows in (ROWS, ROWS // 3, 2, 1))
    largest, third = ROWS, ROWS // 3

    def run(rows, x, row, outer, outer_step, inner, inner_step, y, y_step, z, z_row, adds):
        r, adding = 0, adds != 0
        while r < rows:
            under, out, left = moved(x, r * row), moved(z, r * z_row), rows - r
            if left >= largest:
                large(under, row, outer, outer_step, inner, inner_step, y, y_step, out, z_row, adding)
                r += largest
            elif left >= third:
                middle(under, row, outer, outer_step, inner, inner_step, y, y_step, out, z_row, adding)
                r += third
            elif left >= 2:
                pair(under, row, outer, outer_step, inner, inner_step, y, y_step, out, z_row, adding)
                r += 2
            else:
                single(under, row, outer, outer_step, inner, inner_step, y, y_step, out, z_row, adding)
                r += 1

    return run


strip_float32_1, strip_float32_2 = _strip("float32", 1), _strip("float32", 2)
strip_float64_1, strip_float64_2 = _strip("float64", 1), _strip("float64", 2)


@cache
def strip(dtype: str, vectors: int):
    """The rows of a result in tiles, as many rows at a time as there are registers for.

    Its parameters are those of `tile`, and first the number of rows. It is a kernel of its own, compiled once for all
    that call it.
    """
    matrices = f"*{dtype}", *["int"] * 5, f"*{dtype}", "int", f"*{dtype}", "int", "int"
    return called(f"tile.strip_{dtype}_{vectors}", ("int", *matrices))


def called(name: str, signature: tuple[str, ...]):
    """Another kernel, as a function of Numba: compiled once for all that call it."""
    kinds = [types.intp if kind == "int" else types.CPointer(getattr(types, kind[1:])) for kind in signature]
    return types.ExternalFunction(part(name, signature), types.void(*kinds))
