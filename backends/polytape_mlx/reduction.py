"""Reductions and sorting on MLX, with the dtypes that the contract asks for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mlx.core as mx

_PART = 256
"""How many elements are summed in a row: MLX on the CPU adds one after the other, and every addition rounds."""


def sum_(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum along axes; that of many elements in parts."""
    dtype, shape = x.dtype, x.shape
    if axis is None:
        if keepdims is False and x.size > 2 * _PART:
            return _long_sum(x.reshape(-1)).astype(dtype)
    return mx.sum(x, axis=axis, keepdims=keepdims).astype(dtype)


def _long_sum(x: Any) -> Any:
    """The sum of a one-dimensional array."""
    while x.size > _PART:
        parts = x.size // _PART
        rows = mx.sum(x[: parts * _PART].reshape(parts, _PART), axis=1)
        x = mx.concatenate([rows, x[parts * _PART :].astype(rows.dtype)]) if x.size % _PART else rows
    return mx.sum(x)


def prod(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The product along axes."""
    return mx.prod(x, axis=axis, keepdims=keepdims).astype(x.dtype)


def _index(function: Callable[..., Any]) -> Callable[..., Any]:
    """Indices as int64; none where there are none to choose."""

    def call(x: Any, *, axis: int) -> Any:
        if x.size == 0 and x.shape[axis]:
            return mx.zeros([length for place, length in enumerate(x.shape) if place != axis % x.ndim], mx.int64)
        return function(x, axis=axis).astype(mx.int64)

    return call


def cumulative_sum(x: Any, *, axis: int) -> Any:
    """The running sum along one axis."""
    return mx.cumsum(x, axis=axis).astype(x.dtype)


def cumulative_prod(x: Any, *, axis: int) -> Any:
    """The running product along one axis."""
    return mx.cumprod(x, axis=axis).astype(x.dtype)


def argsort(x: Any, *, axis: int) -> Any:
    """The indices that sort along one axis; MLX's sort is stable."""
    return mx.argsort(x, axis=axis).astype(mx.int64)


def mean(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean along axes; of integers rounded towards zero."""
    total = sum_(x, axis=axis, keepdims=keepdims)
    if axis is None:
        count = x.size
    else:
        count = math.prod([x.shape[place] for place in (axis if isinstance(axis, tuple) else (axis,))])
    if not mx.issubdtype(x.dtype, mx.integer):
        return mx.divide(total, count if count else math.nan)
    quotient = mx.floor_divide(mx.abs(total), count or 1)
    return mx.where(mx.less(total, 0), mx.negative(quotient), quotient).astype(x.dtype)


FUNCTIONS = {
    "sum": sum_,
    "prod": prod,
    "argmax": _index(mx.argmax),
    "argmin": _index(mx.argmin),
    "cumulative_sum": cumulative_sum,
    "cumulative_prod": cumulative_prod,
    "argsort": argsort,
}
