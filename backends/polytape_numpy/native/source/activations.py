"""Activation functions of one element, and the slope of `gelu`; the formulas are those of `polytape.ops.activation`."""

import math
from functools import cache

from numba import njit

from polytape_numpy.native.source import error_function, mathematics
from polytape_numpy.native.source.floating import FORMATS

_SELU_SCALE = 1.0507009873554805
_SELU_ALPHA = 1.6732632423543772

_FUSED = {"contract"}


def _of(module, name, dtype):
    """A function of one element, of a dtype."""
    return getattr(module, f"{name}_{dtype}")


@cache
def _elu(dtype: str):
    expm1 = _of(mathematics, "expm1", dtype)

    @njit(error_model="numpy", forceinline=True)
    def run(x):
        below = expm1(x)
        return below if x < 0 else x

    return run


@cache
def _selu(dtype: str):
    real, expm1 = FORMATS[dtype].number, _of(mathematics, "expm1", dtype)
    scale, deep = real(_SELU_SCALE), real(_SELU_SCALE * _SELU_ALPHA)

    @njit(error_model="numpy", forceinline=True)
    def run(x):
        below, above = deep * expm1(x), scale * x
        return below if x < 0 else above

    return run


@cache
def _log_sigmoid(dtype: str):
    """min(x, 0) - log(1 + exp(-|x|))."""
    real = FORMATS[dtype].number
    zero = real(0)
    exp, log1p = _of(mathematics, "exp", dtype), _of(mathematics, "log1p", dtype)

    @njit(error_model="numpy", forceinline=True)
    def run(x):
        below = zero if x > zero else x
        return below - log1p(exp(-abs(x)))

    return run


@cache
def _gelu(dtype: str):
    real = FORMATS[dtype].number
    half, one, root = real(0.5), real(1), real(math.sqrt(0.5))
    factor, cubic = real(math.sqrt(2 / math.pi)), real(0.044715)
    erf, tanh = _of(error_function, "erf", dtype), _of(mathematics, "tanh", dtype)

    @njit(error_model="numpy", forceinline=True)
    def run(x, approximate):
        if approximate:
            return half * x * (one + tanh(factor * x * (one + cubic * x * x)))
        return half * x * (one + erf(x * root))

    return run


@cache
def _gelu_slope(dtype: str):
    """The derivative of `gelu`."""
    real = FORMATS[dtype].number
    half, one, root = real(0.5), real(1), real(math.sqrt(0.5))
    factor, cubic, density = real(math.sqrt(2 / math.pi)), real(0.044715), real(1 / math.sqrt(2 * math.pi))
    cubic_slope = real(3 * 0.044715)
    erf, tanh, exp = _of(error_function, "erf", dtype), _of(mathematics, "tanh", dtype), _of(mathematics, "exp", dtype)

    @njit(fastmath=_FUSED, error_model="numpy", forceinline=True)
    def run(x, approximate):
        square = x * x
        if approximate:
            bent = tanh(factor * x * (one + cubic * square))
            slope = factor * (one + cubic_slope * square)
            return half * (one + bent + x * slope * (one - bent * bent))
        return half * (one + erf(x * root)) + x * exp(-half * square) * density

    return run


elu_float32, elu_float64 = _elu("float32"), _elu("float64")
selu_float32, selu_float64 = _selu("float32"), _selu("float64")
log_sigmoid_float32, log_sigmoid_float64 = _log_sigmoid("float32"), _log_sigmoid("float64")
gelu_float32, gelu_float64 = _gelu("float32"), _gelu("float64")
gelu_slope_float32, gelu_slope_float64 = _gelu_slope("float32"), _gelu_slope("float64")
