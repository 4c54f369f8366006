"""Softmax by MLX's fused functions, for the dtypes in which those are exact."""

from __future__ import annotations

from typing import Any

import mlx.core as mx

from polytape_mlx.elementwise import exp
from polytape_mlx.reduction import sum_


def softmax(x: Any, *, axis: int) -> Any:
    """Probabilities along an axis; sums of half precision are in single precision."""
    if x.size == 0:
        return x
    if x.dtype != mx.float64:
        return mx.softmax(x, axis=axis, precise=True)
    powers = exp(mx.subtract(x, mx.max(x, axis=axis, keepdims=True)))
    return mx.divide(powers, sum_(powers, axis=axis, keepdims=True))


def log_softmax(x: Any, *, axis: int) -> Any:
    """Their logarithms."""
    if x.size == 0:
        return x
    shifted = mx.subtract(x, mx.max(x, axis=axis, keepdims=True))
    return mx.subtract(shifted, log_of_sum(shifted, axis=axis, keepdims=True))


def log_of_sum(shifted: Any, *, axis: int, keepdims: bool = False) -> Any:
    """log Σ exp(x) of numbers whose largest is zero. `mx.exp` is exact enough: where it errs, the terms are small."""
    powers = exp(shifted) if shifted.dtype == mx.float64 else mx.exp(shifted)
    return mx.log(sum_(powers, axis=axis, keepdims=keepdims))


FUNCTIONS = {"softmax": softmax, "log_softmax": log_softmax}
