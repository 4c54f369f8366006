"""The functions of the contract on Python numbers: what IEEE 754, C's Annex F and two's complement say.

Floating-point functions are computed in double precision by `math`, complex ones by `cmath`, integer ones without
bounds and then wrapped. Where Python raises an error, the value that the standards give is put in its place.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Any

NAN, INF = math.nan, math.inf
Scalar = Callable[..., Any]


def kept(number: Any) -> Any:
    """The number itself."""
    return number


def in_range(dtype: str) -> Scalar:
    """What brings a number into the range of an integer dtype, modulo a power of two; others are kept."""
    return wrapped(kept, dtype) if "int" in dtype else kept


def wrapped(function: Scalar, dtype: str) -> Scalar:
    """`function` of integers, brought into the range of `dtype` modulo a power of two."""
    bits = int(dtype.lstrip("uint"))
    half = 0 if dtype[0] == "u" else 1 << bits - 1
    return lambda *numbers: (function(*numbers) + half) % (1 << bits) - half


def _or_nan(function: Scalar) -> Scalar:
    """`function`, which is NaN where it is not defined, and infinite with the argument's sign where it overflows."""

    def call(x: float) -> float:
        try:
            return float(function(x))
        except ValueError:
            return NAN
        except OverflowError:
            return math.copysign(INF, x)

    return call


def _even_overflow(function: Scalar) -> Scalar:
    """The same for a function that grows to plus infinity."""
    return lambda x: abs(found) if math.isinf(found := _or_nan(function)(x)) else found


def divide(x: float, y: float) -> float:
    """x / y."""
    if y:
        return x / y
    return NAN if math.isnan(y) or math.isnan(x) or not x else math.copysign(INF, x) * math.copysign(1, y)


def floor_divide(x: float, y: float) -> float:
    """⌊x / y⌋, the exact quotient rounded once."""
    if math.isnan(x) or math.isnan(y) or math.isinf(x) or not y:
        return NAN
    return x // y


def remainder(x: float, y: float) -> float:
    """The remainder with the sign of y."""
    if math.isnan(x) or math.isnan(y) or math.isinf(x) or not y:
        return NAN
    return x % y


def power(x: float, y: float) -> float:
    """x to the power of y, as C's `pow`."""
    odd = math.isfinite(y) and y % 2 == 1
    try:
        return math.pow(x, y)
    except ValueError:  # zero to a negative power, or a negative number to one that is not whole
        return (math.copysign(INF, x) if odd else INF) if not x else NAN
    except OverflowError:
        return -INF if x < 0 and odd else INF


def complex_power(x: complex, y: complex) -> complex:
    """x to the power of y, by its logarithm."""
    if not x:
        return 1 + 0j if not y else 0j
    return cmath.exp(y * cmath.log(x))


def logarithm(x: float) -> float:
    """The natural logarithm."""
    return -INF if x == 0 else _or_nan(math.log)(x)


def log1p(x: float) -> float:
    """log(1 + x)."""
    return -INF if x == -1 else _or_nan(math.log1p)(x)


def atanh(x: float) -> float:
    """The inverse hyperbolic tangent."""
    return math.copysign(INF, x) if abs(x) == 1 else _or_nan(math.atanh)(x)


def rounding(function: Scalar) -> Scalar:
    """A function to whole numbers, which leaves what is none alone and keeps the sign of zero."""

    def call(x: Any) -> Any:
        return math.copysign(function(x), x) if isinstance(x, float) and math.isfinite(x) and x else x

    return call


def maximum(x: Any, y: Any) -> Any:
    """The larger; NaN if one is."""
    return x if x != x or y < x else y


def minimum(x: Any, y: Any) -> Any:
    """The smaller; NaN if one is."""
    return x if x != x or x < y else y


def complex_expm1(z: complex) -> complex:
    """exp(z) - 1 without cancellation."""
    half = math.sin(z.imag / 2)
    real = math.expm1(z.real) * math.cos(z.imag) - 2 * half * half
    return complex(real, math.exp(z.real) * math.sin(z.imag))


def complex_log1p(z: complex) -> complex:
    """log(1 + z) without cancellation near zero."""
    x, y = z.real, z.imag
    return complex(0.5 * math.log1p(x * (2 + x) + y * y), math.atan2(y, 1 + x))


REAL: dict[str, Scalar] = {
    "exp": _even_overflow(math.exp),
    "expm1": _even_overflow(math.expm1),
    "log": logarithm,
    "log1p": log1p,
    "sqrt": _or_nan(math.sqrt),
    "sin": _or_nan(math.sin),
    "cos": _or_nan(math.cos),
    "tan": _or_nan(math.tan),
    "asin": _or_nan(math.asin),
    "acos": _or_nan(math.acos),
    "atan": math.atan,
    "sinh": _or_nan(math.sinh),
    "cosh": _even_overflow(math.cosh),
    "tanh": math.tanh,
    "asinh": math.asinh,
    "acosh": _or_nan(math.acosh),
    "atanh": atanh,
}
"""Functions of one floating-point number."""

COMPLEX: dict[str, Scalar] = {name: getattr(cmath, name) for name in REAL if hasattr(cmath, name)} | {
    "expm1": complex_expm1,
    "log1p": complex_log1p,
}
"""The same of one complex number, on the principal branch."""
