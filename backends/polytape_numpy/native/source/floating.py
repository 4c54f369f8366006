"""Floating-point numbers as functions of elements take them apart: their bits, and polynomials.

All is written in LLVM's language with types of the width of the number, so that a loop over elements stays a loop over
whole vectors. A product and a sum may become one instruction where the processor has it (`contract`).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic


@dataclass(frozen=True)
class Format:
    """A binary format of IEEE 754.

    Attributes:
        name: the dtype's.
        width: of the whole number, in bits.
        digits: bits of the fraction.
    """

    name: str
    width: int
    digits: int

    @property
    def bias(self) -> int:
        """What is added to exponents."""
        return (1 << (self.width - self.digits - 2)) - 1

    @property
    def smallest(self) -> float:
        """The least normal number."""
        return 2.0 ** (1 - self.bias)

    @property
    def integer(self):
        """LLVM's type of its bits."""
        return ir.IntType(self.width)

    @property
    def real(self):
        """LLVM's type of the number."""
        return ir.FloatType() if self.width == 32 else ir.DoubleType()

    @property
    def element(self):
        """Numba's type of the number."""
        return getattr(types, self.name)

    @property
    def number(self):
        """NumPy's type of the number: constants must have it, or Numba computes in float64."""
        return getattr(np, self.name)


FORMATS = {"float32": Format("float32", 32, 23), "float64": Format("float64", 64, 52)}

FUSED = ("contract",)


@cache
def polynomial(dtype: str, *coefficients: float):
    """The polynomial of these coefficients, that of the highest power first."""
    form = FORMATS[dtype]

    def write(context, builder, signature, arguments):
        (x,) = arguments
        found, *others = (form.real(form.number(value)) for value in coefficients)
        for other in others:
            found = builder.fadd(builder.fmul(found, x, flags=FUSED), other, flags=FUSED)
        return found

    @intrinsic
    def run(typing, x):
        return form.element(form.element), write

    return run


@cache
def rounding(dtype: str):
    """`x · y + c`, where `c` is so large that only the whole part is left, in the last bits of the sum."""
    form = FORMATS[dtype]

    def write(context, builder, signature, arguments):
        scaled = builder.fmul(*arguments, flags=FUSED)
        return builder.fadd(scaled, form.real(form.number(round_off(dtype))), flags=FUSED)

    @intrinsic
    def run(typing, x, y):
        return form.element(form.element, form.element), write

    return run


def round_off(dtype: str) -> float:
    """What `rounding` adds: less it, the sum is the nearest whole number."""
    return 1.5 * 2.0 ** FORMATS[dtype].digits


@cache
def power_of_two(dtype: str):
    """2ⁿ, where n is the whole number that `rounding` has found, and 2ⁿ is in the normal range."""
    form = FORMATS[dtype]

    def write(context, builder, signature, arguments):
        bits = builder.bitcast(arguments[0], form.integer)
        return _power(builder, form, builder.add(bits, form.integer(form.bias)))

    @intrinsic
    def run(typing, shifted):
        return form.element(form.element), write

    return run


@cache
def scaled(dtype: str):
    """x · 2ⁿ, for n as `rounding` has found it; in two steps, so 2ⁿ may be up to the square of a normal number."""
    form = FORMATS[dtype]

    def write(context, builder, signature, arguments):
        x, shifted = arguments
        bits = builder.bitcast(shifted, form.integer)
        base = int(np.array(round_off(dtype), dtype).view(f"int{form.width}"))
        both = builder.add(bits, form.integer(2 * form.bias - base))
        half = builder.lshr(both, form.integer(1))
        first, second = _power(builder, form, half), _power(builder, form, builder.sub(both, half))
        return builder.fmul(builder.fmul(x, first), second)

    @intrinsic
    def run(typing, x, shifted):
        return form.element(form.element, form.element), write

    return run


def _power(builder, form, exponent):
    """The number of a biased exponent."""
    return builder.bitcast(builder.shl(exponent, form.integer(form.digits)), form.real)


@cache
def split(dtype: str):
    """For a normal x > 0 the numbers m from √½ to √2 and whole n with x = m · 2ⁿ."""
    form = FORMATS[dtype]
    half, whole = form.integer, 1 << form.digits
    root = int(np.array(0.5**0.5, dtype).view(f"int{form.width}"))
    one = form.bias << form.digits

    def write(context, builder, signature, arguments):
        bits = builder.add(builder.bitcast(arguments[0], form.integer), half(one - root))
        fraction = builder.add(builder.and_(bits, half(whole - 1)), half(root))
        exponent = builder.lshr(bits, half(form.digits))
        # a whole number below 2^digits becomes floating-point by its place in the last bits of 2^digits
        base = (form.bias + form.digits) << form.digits
        number = builder.bitcast(builder.or_(exponent, half(base)), form.real)
        number = builder.fsub(number, form.real(float(whole + form.bias)))
        return context.make_tuple(builder, signature.return_type, [builder.bitcast(fraction, form.real), number])

    @intrinsic
    def run(typing, x):
        return types.UniTuple(form.element, 2)(form.element), write

    return run


@cache
def with_sign(dtype: str):
    """The size of x with the sign of y."""
    form = FORMATS[dtype]
    sign = 1 << (form.width - 1)

    def write(context, builder, signature, arguments):
        size, other = (builder.bitcast(argument, form.integer) for argument in arguments)
        size, other = builder.and_(size, form.integer(sign - 1)), builder.and_(other, form.integer(sign))
        return builder.bitcast(builder.or_(size, other), form.real)

    @intrinsic
    def run(typing, x, y):
        return form.element(form.element, form.element), write

    return run


@cache
def ordered(dtype: str):
    """An integer for each number, in the order of the numbers; NaN is above or below all others.

    The largest of many integers is found by vectors, that of floating-point numbers only where there is no NaN.
    """
    form = FORMATS[dtype]

    def write(context, builder, signature, arguments):
        return _ordered(builder, form, builder.bitcast(arguments[0], form.integer))

    @intrinsic
    def run(typing, x):
        return getattr(types, f"int{form.width}")(form.element), write

    return run


@cache
def number_of(dtype: str):
    """The number of which `ordered` has made an integer."""
    form = FORMATS[dtype]

    def write(context, builder, signature, arguments):
        return builder.bitcast(_ordered(builder, form, arguments[0]), form.real)

    @intrinsic
    def run(typing, x):
        return form.element(getattr(types, f"int{form.width}")), write

    return run


def _ordered(builder, form, bits):
    """The bits of a negative number turned round but for the sign; done twice, that is undone."""
    below = builder.ashr(bits, form.integer(form.width - 1))
    return builder.xor(bits, builder.lshr(below, form.integer(1)))
