"""Functions that MLX spells otherwise, or computes in float32 even for float64, on the CPU."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx

_ON_CPU = mx.default_device().type == mx.DeviceType.cpu


def exp(x: Any) -> Any:
    """e to the power of x; float64 by `expm1`, which is exact to its last digits where `mx.exp` has eight."""
    if x.dtype == mx.float32 and _ON_CPU:
        return _reduced_exp(x)
    if x.dtype != mx.float64:
        return mx.exp(x)
    low = mx.less(x, -700)  # where eˣ is subnormal, e⁻ˣ is beyond the range
    x = mx.where(low, mx.add(x, 64), x)
    grown = mx.add(mx.expm1(mx.abs(x)), 1)
    found = mx.where(mx.less(x, 0), mx.divide(1, grown), grown)
    return mx.where(low, mx.multiply(found, mx.array(math.exp(-64), mx.float64)), found)


def _reduced_exp(x: Any) -> Any:
    """2ᵏ · eʳ with r = x - k ln 2: on the CPU the relative error of `mx.exp` grows with |x|, up to 63 ULP.

    Source of the two parts of ln 2: W. Cody and W. Waite, "Software manual for the elementary functions", 1980.
    """
    x = mx.minimum(mx.maximum(x, -104.0), 89.0)  # beyond, the result is zero or infinity all the same
    k = mx.round(x * 1.44269504)
    rest = (x - k * 0.693359375) + k * 2.12194440e-4
    k = k.astype(mx.int32)
    half = mx.right_shift(k, 1)  # 2ᵏ alone may be beyond the range
    return mx.exp(rest) * _power_of_two(half) * _power_of_two(k - half)


def _power_of_two(k: Any) -> Any:
    """2ᵏ, put together from its bits."""
    return mx.left_shift(k + 127, 23).view(mx.float32)


def expm1(x: Any) -> Any:
    """exp(x) - 1; of a complex number a + ib by (eᵃ - 1) cos b - 2 sin²(b/2) + i eᵃ sin b."""
    if x.dtype != mx.complex64:
        return mx.expm1(x)
    a, b = mx.real(x), mx.imag(x)
    half = mx.sin(b / 2)
    real = mx.expm1(a) * mx.cos(b) - 2 * half * half
    return real + (mx.exp(a) * mx.sin(b)) * 1j


def sin(x: Any) -> Any:
    """The sine, -0 at -0; in float64 2t / (1 + t²) with t = tan(x/2)."""
    if x.dtype != mx.float64:
        return mx.where(mx.equal(x, 0), x, mx.sin(x))
    t = mx.tan(x / 2)
    return 2 * t / (1 + t * t)


def cos(x: Any) -> Any:
    """The cosine; in float64 (1 - t²) / (1 + t²) with t = tan(x/2), near its zeros the sine of what is missing there.

    The zero is kπ/2 with an odd k, and π/2 is taken off in three parts, of which k times the first two are exact.
    """
    if x.dtype != mx.float64:
        return mx.cos(x)
    t = mx.tan(x / 2)
    found = (1 - t) * (1 + t) / (1 + t * t)
    k = 2 * mx.floor(x / math.pi) + 1
    rest = ((x - k * _HALF_PI[0]) - k * _HALF_PI[1]) - k * _HALF_PI[2]
    near = mx.logical_and(mx.less(mx.abs(found), 0.5), mx.less(mx.abs(k), 2.0**20))
    even = mx.equal(mx.remainder(k, 4), 1)  # there the cosine falls
    at_zero = sin(mx.where(near, rest, 0))
    return mx.where(near, mx.where(even, mx.negative(at_zero), at_zero), found)


_HALF_PI = (1.57079632673412561417e00, 6.07710050630396597660e-11, 2.02226624879595063154e-21)


def tanh(x: Any) -> Any:
    """The hyperbolic tangent; of a complex number a + ib from tanh a, 1 / cosh a and tan b.

    Source: W. Kahan, "Branch cuts for complex elementary functions", 1987; here divided by cosh² a.
    """
    if x.dtype != mx.complex64:
        return mx.tanh(x)
    a, t = mx.real(x), mx.tan(mx.imag(x))
    real = mx.tanh(a)
    falls = mx.square(1 / mx.cosh(mx.minimum(mx.maximum(a, -40.0), 40.0)))
    grows = 1 + mx.square(t)
    below = falls + grows * mx.square(real)
    return grows * real / below + (t * falls / below) * 1j


FUNCTIONS = {
    "exp": exp,
    "expm1": expm1,
    "sin": sin,
    "cos": cos,
    "tanh": tanh,
    "asin": mx.arcsin,
    "acos": mx.arccos,
    "atan": mx.arctan,
    "atan2": mx.arctan2,
    "asinh": mx.arcsinh,
    "acosh": mx.arccosh,
    "atanh": mx.arctanh,
    "rsqrt": mx.rsqrt,
}
