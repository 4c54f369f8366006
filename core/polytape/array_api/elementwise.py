"""Functions that work element by element, where they differ from the ops of the same meaning."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from polytape.array_api.promotion import tensor_of, tensors, to_dtype
from polytape.dtypes import BY_NAME
from polytape.errors import DTypeError
from polytape.ops import (
    arithmetic,
    bitwise,
    casting,
    comparison,
    complex_numbers,
    division,
    exponential,
    hyperbolic,
    logical,
    powers,
    rounding,
    selection,
    trigonometric,
)
from polytape.ops.creation import ones_like, zeros_like
from polytape.tensor import Tensor

Function = Callable[..., Any]


def _of_one(name: str, function: Function) -> Function:
    def call(x: Any, /) -> Tensor:
        return function(tensor_of(name, x))  # type: ignore[no-any-return]

    return _named(call, name, function)


def _of_two(name: str, function: Function) -> Function:
    def call(x1: Any, x2: Any, /) -> Tensor:
        if type(x1) is not Tensor or type(x2) is not Tensor or x1.dtype is not x2.dtype:
            x1, x2 = tensors(name, x1, x2)
        return function(x1, x2)  # type: ignore[no-any-return]

    return _named(call, name, function)


def _named(call: Function, name: str, function: Function) -> Function:
    call.__name__ = call.__qualname__ = name
    call.__doc__ = (function.__doc__ or "").strip().partition("\n")[0]
    return call


def _whole(function: Function) -> Function:
    """Integers stay as they are; the parts of complex numbers are rounded for themselves."""

    def call(x: Tensor) -> Tensor:
        if x.dtype.is_complex:
            return complex_numbers.complex(  # type: ignore[no-any-return]
                function(complex_numbers.real(x)), function(complex_numbers.imag(x))
            )
        return x if not x.dtype.is_floating else function(x)

    call.__doc__ = function.__doc__
    return call


def _by_kind(on_truth_values: Function, on_integers: Function) -> Function:
    def call(*xs: Tensor) -> Tensor:
        return (on_truth_values if xs[0].dtype.is_bool else on_integers)(*xs)  # type: ignore[no-any-return]

    call.__doc__ = on_integers.__doc__
    return call


def _truncated(x: Tensor) -> Tensor:
    """Round towards zero."""
    return selection.where(x < 0.0, rounding.ceil(x), rounding.floor(x))  # type: ignore[no-any-return]


def _test(function: Function, together: Function, of_integers: bool) -> Function:
    """A question about floating-point numbers; complex ones are asked by their parts."""

    def call(x: Tensor) -> Tensor:
        if x.dtype.is_complex:
            return together(function(complex_numbers.real(x)), function(complex_numbers.imag(x)))  # type: ignore[no-any-return]
        if x.dtype.is_floating:
            return function(x)  # type: ignore[no-any-return]
        return (ones_like if of_integers else zeros_like)(x, dtype="bool")

    call.__doc__ = function.__doc__
    return call


def _conjugate(x: Tensor) -> Tensor:
    """The complex conjugate."""
    return complex_numbers.conj(x) if x.dtype.is_complex else x


def _decimal_logarithm(x: Tensor) -> Tensor:
    """The logarithm to the base of 10."""
    return exponential.log(x) / math.log(10.0)  # type: ignore[no-any-return]


def _binary_logarithm(x: Tensor) -> Tensor:
    """The logarithm to the base of 2."""
    return exponential.log(x) / math.log(2.0)  # type: ignore[no-any-return]


def _same(x: Tensor) -> Tensor:
    """The array itself."""
    return x


def _sign_bit(x: Tensor) -> Tensor:
    """Whether the sign bit is set, which is so for -0.0 too."""
    if not x.dtype.is_floating:
        raise DTypeError(f"signbit takes floating-point numbers; received {x.dtype.name}.")
    return casting.bitcast(x, BY_NAME[f"int{8 * x.dtype.size}"]) < 0


def _with_sign(x1: Tensor, x2: Tensor) -> Tensor:
    """The magnitude of x1 with the sign of x2."""
    same = logical.logical_not(logical.logical_xor(_sign_bit(x1), _sign_bit(x2)))
    return selection.where(same, x1, -x1)  # type: ignore[no-any-return]


def _hypotenuse(x1: Tensor, x2: Tensor) -> Tensor:
    """The square root of x1² + x2², without overflow on the way."""
    x1, x2 = arithmetic.abs(x1), arithmetic.abs(x2)
    large, small = selection.maximum(x1, x2), selection.minimum(x1, x2)
    plain = logical.logical_and(rounding.isfinite(large), large > 0.0)
    ratio = small / selection.where(plain, large, ones_like(large))
    found = selection.where(plain, large * powers.sqrt(ratio * ratio + 1.0), large)
    infinite = logical.logical_or(rounding.isinf(x1), rounding.isinf(x2))
    return selection.where(infinite, ones_like(found) * math.inf, found)  # type: ignore[no-any-return]


def _log_of_sum(x1: Tensor, x2: Tensor) -> Tensor:
    """log(exp(x1) + exp(x2)), without overflow on the way."""
    large = selection.maximum(x1, x2)
    apart = -arithmetic.abs(x1 - x2)
    apart = selection.where(comparison.equal(x1, x2), zeros_like(apart), apart)  # two infinities are not apart
    return large + exponential.log1p(exponential.exp(apart))  # type: ignore[no-any-return]


def clip(x: Any, /, min: Any = None, max: Any = None) -> Tensor:
    """Return `x` with what is below `min` or above `max` put there; both broadcast, and `None` is no limit."""
    x = tensor_of("clip", x)
    dtype = x.dtype
    for limit, function in ((min, selection.maximum), (max, selection.minimum)):
        if limit is not None:
            x = function(*tensors("clip", x, limit))
    return to_dtype(x, dtype)


abs = _of_one("abs", arithmetic.abs)
acos = _of_one("acos", trigonometric.acos)
acosh = _of_one("acosh", hyperbolic.acosh)
add = _of_two("add", arithmetic.add)
asin = _of_one("asin", trigonometric.asin)
asinh = _of_one("asinh", hyperbolic.asinh)
atan = _of_one("atan", trigonometric.atan)
atan2 = _of_two("atan2", trigonometric.atan2)
atanh = _of_one("atanh", hyperbolic.atanh)
bitwise_and = _of_two("bitwise_and", _by_kind(logical.logical_and, bitwise.bitwise_and))
bitwise_invert = _of_one("bitwise_invert", _by_kind(logical.logical_not, bitwise.bitwise_invert))
bitwise_left_shift = _of_two("bitwise_left_shift", bitwise.bitwise_left_shift)
bitwise_or = _of_two("bitwise_or", _by_kind(logical.logical_or, bitwise.bitwise_or))
bitwise_right_shift = _of_two("bitwise_right_shift", bitwise.bitwise_right_shift)
bitwise_xor = _of_two("bitwise_xor", _by_kind(logical.logical_xor, bitwise.bitwise_xor))
ceil = _of_one("ceil", _whole(rounding.ceil))
conj = _of_one("conj", _conjugate)
copysign = _of_two("copysign", _with_sign)
cos = _of_one("cos", trigonometric.cos)
cosh = _of_one("cosh", hyperbolic.cosh)
divide = _of_two("divide", division.divide)
equal = _of_two("equal", comparison.equal)
exp = _of_one("exp", exponential.exp)
expm1 = _of_one("expm1", exponential.expm1)
floor = _of_one("floor", _whole(rounding.floor))
floor_divide = _of_two("floor_divide", division.floordiv)
greater = _of_two("greater", comparison.greater)
greater_equal = _of_two("greater_equal", comparison.greater_equal)
hypot = _of_two("hypot", _hypotenuse)
imag = _of_one("imag", complex_numbers.imag)
isfinite = _of_one("isfinite", _test(rounding.isfinite, logical.logical_and, True))
isinf = _of_one("isinf", _test(rounding.isinf, logical.logical_or, False))
isnan = _of_one("isnan", _test(rounding.isnan, logical.logical_or, False))
less = _of_two("less", comparison.less)
less_equal = _of_two("less_equal", comparison.less_equal)
log = _of_one("log", exponential.log)
log10 = _of_one("log10", _decimal_logarithm)
log1p = _of_one("log1p", exponential.log1p)
log2 = _of_one("log2", _binary_logarithm)
logaddexp = _of_two("logaddexp", _log_of_sum)
logical_and = _of_two("logical_and", logical.logical_and)
logical_not = _of_one("logical_not", logical.logical_not)
logical_or = _of_two("logical_or", logical.logical_or)
logical_xor = _of_two("logical_xor", logical.logical_xor)
maximum = _of_two("maximum", selection.maximum)
minimum = _of_two("minimum", selection.minimum)
multiply = _of_two("multiply", arithmetic.multiply)
negative = _of_one("negative", arithmetic.negative)
not_equal = _of_two("not_equal", comparison.not_equal)
positive = _of_one("positive", _same)
pow = _of_two("pow", powers.pow)
real = _of_one("real", complex_numbers.real)
remainder = _of_two("remainder", division.floormod)
round = _of_one("round", _whole(rounding.round))
sign = _of_one("sign", arithmetic.sign)
signbit = _of_one("signbit", _sign_bit)
sin = _of_one("sin", trigonometric.sin)
sinh = _of_one("sinh", hyperbolic.sinh)
sqrt = _of_one("sqrt", powers.sqrt)
square = _of_one("square", powers.square)
subtract = _of_two("subtract", arithmetic.subtract)
tan = _of_one("tan", trigonometric.tan)
tanh = _of_one("tanh", hyperbolic.tanh)
trunc = _of_one("trunc", _whole(_truncated))
