"""Element-wise functions that CuPy spells otherwise, or whose results differ from what the contract asks for.

What differs was read in CuPy's source, version 14. The remainder of floating-point numbers is x - ⌊x / y⌋·y, which is
NaN for an infinite y and loses its digits for a large quotient. An integer to a negative power is 0. A power of complex
zero goes by its logarithm. `rint` makes floating-point numbers of integers. `expm1` and `log1p` of complex numbers have
no formula of their own for numbers near zero.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cupy
import cupyx
from cupyx.scipy import special

from polytape.errors import InvalidArgumentError


@cupy.fuse(kernel_name="polytape_remainder")  # type: ignore[untyped-decorator]
def _remainder_of_floats(x: Any, y: Any) -> Any:
    rest = cupy.fmod(x, y)
    return cupy.where((rest != 0) & ((rest < 0) != (y < 0)), rest + y, rest)


def remainder(x: Any, y: Any) -> Any:
    """The remainder, with the sign of the divisor; of integers by zero it is zero."""
    return _remainder_of_floats(x, y) if _kind(x, y) == "f" else cupy.remainder(x, y)


@cupy.fuse(kernel_name="polytape_complex_power")  # type: ignore[untyped-decorator]
def _complex_power(x: Any, y: Any) -> Any:
    zero = x == 0
    return cupy.where(zero, cupy.where(y == 0, x + 1, x), cupy.power(cupy.where(zero, 1, x), y))


def power(x: Any, y: Any) -> Any:
    """x to the power of y. Of integers it waits for the GPU, to see that no exponent is negative."""
    kind = _kind(x, y)
    if kind == "c":
        return _complex_power(x, y)
    if kind == "i" and bool((y < 0).any() if isinstance(y, cupy.ndarray) else y < 0):
        raise InvalidArgumentError("pow: an integer to a negative power is no integer. Convert it with tf.cast first.")
    if type(y) in (int, float) and y == 2:
        return cupy.square(x)
    return cupy.power(x, y)


def rint(x: Any) -> Any:
    """The nearest whole number, ties to the even one."""
    return cupy.rint(x) if x.dtype.kind == "f" else x


@cupy.fuse(kernel_name="polytape_expm1_parts")  # type: ignore[untyped-decorator]
def _expm1_parts(a: Any, b: Any) -> Any:
    half = cupy.sin(b * 0.5)
    return cupy.expm1(a) * cupy.cos(b) - 2 * half * half, cupy.exp(a) * cupy.sin(b)


def expm1(x: Any) -> Any:
    """exp(x) - 1; of a complex number a + ib by (eᵃ - 1) cos b - 2 sin²(b/2) + i eᵃ sin b."""
    return complex_(*_expm1_parts(x.real, x.imag)) if x.dtype.kind == "c" else cupy.expm1(x)


@cupy.fuse(kernel_name="polytape_log1p_parts")  # type: ignore[untyped-decorator]
def _log1p_parts(a: Any, b: Any) -> Any:
    near = 0.5 * cupy.log1p(a * (2 + a) + b * b)
    far = cupy.log(cupy.hypot(1 + a, b))
    return cupy.where(cupy.abs(a) + cupy.abs(b) < 0.5, near, far), cupy.arctan2(b, 1 + a)


def log1p(x: Any) -> Any:
    """log(1 + x); of a complex number a + ib near zero by ½ log1p(a (2 + a) + b²) + i atan2(b, 1 + a)."""
    return complex_(*_log1p_parts(x.real, x.imag)) if x.dtype.kind == "c" else cupy.log1p(x)


def complex_(real: Any, imag: Any) -> Any:
    """The complex numbers of these parts."""
    dtype = cupy.complex128 if real.dtype.itemsize == 8 else cupy.complex64
    found = cupy.empty(cupy.broadcast(real, imag).shape, dtype)
    found.real = real
    found.imag = imag
    return found


def _own(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of CUDA's mathematics library; CuPy has none of these in float16, or gives float64 for it."""

    def call(x: Any) -> Any:
        return function(x.astype(cupy.float32)).astype(x.dtype) if x.dtype == cupy.float16 else function(x)

    return call


def _kind(x: Any, y: Any) -> str:
    """`i` for integers, signed or not, `f` for floating-point and `c` for complex numbers."""
    kind = str((x if hasattr(x, "dtype") else y).dtype.kind)
    return "i" if kind == "u" else kind


FUNCTIONS: dict[str, Any] = {
    "remainder": remainder,
    "pow": power,
    "round": rint,
    "expm1": expm1,
    "log1p": log1p,
    "complex": complex_,
    "erf": _own(special.erf),
    "erfc": _own(special.erfc),
    "erfinv": _own(special.erfinv),
    "square": cupy.square,
    "rsqrt": cupyx.rsqrt,
    "reciprocal": cupy.reciprocal,
    "sign": cupy.sign,
    "isinf": cupy.isinf,
    "nextafter": cupy.nextafter,
    "logical_xor": cupy.logical_xor,
    "maximum": cupy.maximum,
    "minimum": cupy.minimum,
    "not_equal": cupy.not_equal,
    "greater": cupy.greater,
    "less_equal": cupy.less_equal,
    "greater_equal": cupy.greater_equal,
    "real": lambda x: x.real,
    "imag": lambda x: x.imag,
}
