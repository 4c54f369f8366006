"""Small linear transforms of the lines and columns of a tile, many channels at a time."""

from functools import cache

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from polytape_numpy.native.source.tile import lanes

ELEMENTS = {"float32": (ir.FloatType(), "f32", 4), "float64": (ir.DoubleType(), "f64", 8)}

Matrix = tuple[tuple[float, ...], ...]


@cache
def transform(dtype: str, matrix: Matrix):
    """The kernel of `matrix @ tile @ matrix.T`, as a function of Numba, whose elements are vectors of channels.

    `transform(x, line, row, z, z_line, z_row)`, where steps count elements: reads the tile's elements at
    `x[i * line + j * row]`, and writes those of the result to `z[i * z_line + j * z_row]`. Nothing is multiplied by
    zero or one.
    """
    element, suffix, size = ELEMENTS[dtype]
    vector = ir.VectorType(element, lanes(dtype))
    length = len(matrix[0])

    def write(context, builder, signature, arguments):
        x, line, row, z, z_line, z_row = arguments
        index = line.type
        multiply_add = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(vector, [vector] * 3), f"llvm.fma.v{vector.count}{suffix}"
        )

        def at(pointer, i, line, j, row):
            place = builder.add(builder.mul(index(i), line), builder.mul(index(j), row))
            return builder.bitcast(builder.gep(pointer, [place]), vector.as_pointer())

        def combined(factors, values):
            """The sum of values, each times a factor; positive ones first."""
            total = None
            for factor, value in sorted(zip(factors, values), key=lambda term: term[0] < 0):
                if factor == 0:
                    continue
                constant = ir.Constant(vector, [ir.Constant(element, abs(factor))] * vector.count)
                if total is None:
                    total = value if abs(factor) == 1 else builder.fmul(value, constant)
                    total = total if factor > 0 else builder.fneg(total)
                elif abs(factor) == 1:
                    total = builder.fadd(total, value) if factor > 0 else builder.fsub(total, value)
                else:
                    signed = (
                        constant if factor > 0 else ir.Constant(vector, [ir.Constant(element, factor)] * vector.count)
                    )
                    total = builder.call(multiply_add, [value, signed, total])
            return total

        columns = []
        for j in range(length):
            column = [builder.load(at(x, i, line, j, row), align=size) for i in range(length)]
            columns.append([combined(factors, column) for factors in matrix])
        for i, values in enumerate(zip(*columns)):
            for j, factors in enumerate(matrix):
                builder.store(combined(factors, values), at(z, i, z_line, j, z_row), align=size)
        return context.get_dummy_value()

    @intrinsic
    def run(typing, x, line, row, z, z_line, z_row):
        return types.void(x, types.intp, types.intp, z, types.intp, types.intp), write

    return run


def transposed(matrix: Matrix) -> Matrix:
    return tuple(zip(*matrix))
