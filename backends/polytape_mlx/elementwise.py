"""Functions that MLX spells otherwise, or computes in float32 even for float64, on the CPU."""

from __future__ import annotations

from typing import Any

import mlx.core as mx


def exp(x: Any) -> Any:
    """e to the power of x; float64 by `expm1`, which is exact to its last digits where `mx.exp` has eight."""
    if x.dtype != mx.float64:
        return mx.exp(x)
    grown = mx.add(mx.expm1(mx.abs(x)), 1)
    return mx.where(mx.less(x, 0), mx.divide(1, grown), grown)


def expm1(x: Any) -> Any:
    """exp(x) - 1; of a complex number a + ib by (eᵃ - 1) cos b - 2 sin²(b/2) + i eᵃ sin b."""
    if x.dtype != mx.complex64:
        return mx.expm1(x)
    a, b = mx.real(x), mx.imag(x)
    half = mx.sin(b / 2)
    real = mx.expm1(a) * mx.cos(b) - 2 * half * half
    return real + (mx.exp(a) * mx.sin(b)) * 1j


def sin(x: Any) -> Any:
    """The sine; in float64 2t / (1 + t²) with t = tan(x/2)."""
    if x.dtype != mx.float64:
        return mx.sin(x)
    t = mx.tan(x / 2)
    return 2 * t / (1 + t * t)


def cos(x: Any) -> Any:
    """The cosine; in float64 (1 - t²) / (1 + t²) with t = tan(x/2)."""
    if x.dtype != mx.float64:
        return mx.cos(x)
    t = mx.tan(x / 2)
    return (1 - t) * (1 + t) / (1 + t * t)


FUNCTIONS = {
    "exp": exp,
    "expm1": expm1,
    "sin": sin,
    "cos": cos,
    "asin": mx.arcsin,
    "acos": mx.arccos,
    "atan": mx.arctan,
    "atan2": mx.arctan2,
    "asinh": mx.arcsinh,
    "acosh": mx.arccosh,
    "atanh": mx.arctanh,
    "rsqrt": mx.rsqrt,
}
