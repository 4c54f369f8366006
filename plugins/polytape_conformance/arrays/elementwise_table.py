"""The functions of the contract that work element by element: what each does to numbers, and on which it is tried."""

from __future__ import annotations

import cmath
import math
import operator
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from polytape_conformance.arrays import scalars
from polytape_conformance.arrays.call import Call
from polytape_conformance.arrays.elementwise import WIDE, Domain, Elementwise
from polytape_conformance.arrays.flat import by_element
from polytape_conformance.arrays.function import ANY, BOOL, COMPLEX, FLOATING, INEXACT, INTEGER, NUMERIC, REAL, Function
from polytape_conformance.arrays.samples import LONG, PERIOD, numbers

SIGNED = tuple(name for name in NUMERIC if name[0] != "u")


def floored(x: Any, y: Any) -> Any:
    """⌊x / y⌋ by exact arithmetic."""
    return x // y if isinstance(x, int) else float(Fraction(x) // Fraction(y))


def remaining(x: Any, y: Any) -> Any:
    """x - y·⌊x / y⌋ by exact arithmetic."""
    return x - y * (x // y) if isinstance(x, int) else float(Fraction(x) - Fraction(y) * (Fraction(x) // Fraction(y)))


def raised(x: Any, y: Any) -> Any:
    """x to the power of y."""
    return x**y if isinstance(x, int) else scalars.power(x, y)


def _elementary(name: str, domain: Domain = WIDE, **more: Any) -> Elementwise:
    return Elementwise(scalars.REAL[name], INEXACT, (domain,), of_complex=scalars.COMPLEX[name], **more)


def _compared(function: Any, accepts: tuple[str, ...] = REAL) -> Elementwise:
    near = ((-2, 2), (-2, 2))
    return Elementwise(function, accepts, near, result="bool", operator=function, step=1, scalar=accepts is REAL)


def _bitwise(function: Any, *domains: Domain) -> Elementwise:
    return Elementwise(function, INTEGER, domains, operator=function, scalar=len(domains) > 1)


_BITS, _PLACES = (-120, 120), (0, 6)
_DIVISION: dict[str, Any] = {
    "domains": ((-20, 20), (0.5, 3)),
    "whole": ((-60, 60), (-9, 9)),
    "step": 0.375,
    "divisor": True,
    "scalar": True,
}

TABLE: dict[str, Elementwise] = {
    "add": Elementwise(operator.add, NUMERIC, operator=operator.add, scalar=True),
    "subtract": Elementwise(operator.sub, NUMERIC, operator=operator.sub, scalar=True),
    "multiply": Elementwise(operator.mul, NUMERIC, operator=operator.mul, scalar=True),
    "divide": Elementwise(
        *(scalars.divide, INEXACT, (WIDE, (0.2, 8))),
        of_complex=operator.truediv,
        operator=operator.truediv,
        scalar=True,
    ),
    "floor_divide": Elementwise(floored, REAL, operator=operator.floordiv, **_DIVISION),
    "remainder": Elementwise(remaining, REAL, operator=operator.mod, signed=False, **_DIVISION),
    "pow": Elementwise(
        *(raised, NUMERIC, ((0.2, 5), (-2.5, 2.5))),
        whole=((-2, 3), (0, 4)),
        operator=operator.pow,
        of_complex=scalars.complex_power,
        size=lambda x, y: abs(scalars.complex_power(x, y)) * max(1.0, abs(y * cmath.log(x))),
        scalar=True,
    ),
    "negative": Elementwise(operator.neg, SIGNED, (WIDE,), operator=operator.neg),
    "abs": Elementwise(abs, NUMERIC, (WIDE,), result="real"),
    "maximum": Elementwise(scalars.maximum, REAL, signed=False),
    "minimum": Elementwise(scalars.minimum, REAL, signed=False),
    "exp": _elementary("exp"),
    "expm1": _elementary("expm1", (-2, 2), size=lambda z: 1.0),
    "log": _elementary("log", (0.01, 9)),
    "log1p": _elementary("log1p", (-0.9, 3), size=lambda z: 1.0),
    "sqrt": Elementwise(scalars.REAL["sqrt"], INEXACT, ((0, 9),), of_complex=scalars.COMPLEX["sqrt"]),
    "sin": _elementary("sin"),
    "cos": _elementary("cos"),
    "tan": _elementary("tan", (-3, 3), size=lambda z: 2 * abs(cmath.tan(z))),
    "asin": _elementary("asin", (-1, 1)),
    "acos": _elementary("acos", (-1, 1)),
    "atan": _elementary("atan"),
    "atan2": Elementwise(math.atan2, FLOATING),
    "sinh": _elementary("sinh"),
    "cosh": _elementary("cosh"),
    "tanh": _elementary("tanh", (-5, 5), size=lambda z: 2 * abs(cmath.tanh(z))),
    "asinh": _elementary("asinh"),
    "acosh": _elementary("acosh", (1, 9)),
    "atanh": _elementary("atanh", (-0.95, 0.95)),
    "floor": Elementwise(scalars.rounding(math.floor), FLOATING, (WIDE,), step=0.25),
    "ceil": Elementwise(scalars.rounding(math.ceil), FLOATING, (WIDE,), step=0.25),
    "round": Elementwise(scalars.rounding(round), REAL, (WIDE,), step=0.25),
    "equal": _compared(operator.eq, ANY),
    "not_equal": _compared(operator.ne, ANY),
    "less": _compared(operator.lt),
    "less_equal": _compared(operator.le),
    "greater": _compared(operator.gt),
    "greater_equal": _compared(operator.ge),
    "logical_and": Elementwise(lambda x, y: x and y, BOOL, operator=operator.and_),
    "logical_or": Elementwise(lambda x, y: x or y, BOOL, operator=operator.or_),
    "logical_not": Elementwise(operator.not_, BOOL, (WIDE,), operator=operator.invert),
    "bitwise_and": _bitwise(operator.and_, _BITS, _BITS),
    "bitwise_or": _bitwise(operator.or_, _BITS, _BITS),
    "bitwise_xor": _bitwise(operator.xor, _BITS, _BITS),
    "bitwise_invert": _bitwise(operator.invert, _BITS),
    "bitwise_left_shift": _bitwise(operator.lshift, _BITS, _PLACES),
    "bitwise_right_shift": _bitwise(operator.rshift, _BITS, _PLACES),
    "isnan": Elementwise(math.isnan, FLOATING, (WIDE,), result="bool"),
    "isfinite": Elementwise(math.isfinite, FLOATING, (WIDE,), result="bool"),
    "real": Elementwise(lambda z: z.real, NUMERIC, (WIDE,), result="real"),
    "imag": Elementwise(lambda z: z.imag, COMPLEX, (WIDE,), result="real"),
    "conj": Elementwise(lambda z: z.conjugate(), NUMERIC, (WIDE,)),
}


def _where(condition: Any, x: Any, y: Any, dtype: str) -> Call:
    inputs = (condition, x, y)
    return Call("where", inputs, lambda: (by_element(lambda c, a, b: a if c else b, inputs, dtype),), (dtype,))


_TRIPLES = (
    *[(shape,) * 3 for shape in ((), (5,), (0, 3), (3, 4), (2, 1, 3), (2, 1, 3, 2))],
    *[((3, 1), (4,), ()), ((), (3,), (2, 3)), ((2, 3), (), ()), ((4,), (3, 1), (1, 4)), ((2, 1, 1), (3, 1), (0,))],
)


def _small_where(dtype: str) -> Iterator[Call]:
    for first, second, third in _TRIPLES:
        yield _where(numbers(first, "bool"), numbers(second, dtype), numbers(third, dtype, salt=1), dtype)


def _large_where(dtype: str) -> Iterator[Call]:
    base = numbers((PERIOD,), "bool"), numbers((PERIOD,), dtype), numbers((PERIOD,), dtype, salt=1)
    pattern = _where(*base, dtype)
    for shape in ((LONG,), (3, LONG // 3)):
        yield pattern.repeated(shape)


FUNCTIONS = (
    *[entry.named(name) for name, entry in TABLE.items()],
    Function("where", ANY, _small_where, _large_where),
)
