"""Reductions and sorting on MLX, with the dtypes that the contract asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mlx.core as mx

_PART = 32
"""How many elements are summed in a row: MLX on the CPU adds one after the other, and every addition rounds."""


def sum_(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum along axes; that of many elements in parts."""
    if x.size == 0:
        return mx.zeros(_reduced(x.shape, axis, keepdims), x.dtype)
    if axis is None and not keepdims and x.size > 2 * _PART:
        return _long_sum(x.reshape(-1)).astype(x.dtype)
    return mx.sum(x, axis=axis, keepdims=keepdims).astype(x.dtype)


def _reduced(shape: tuple[int, ...], axis: Any, keepdims: bool) -> list[int]:
    """The shape of a reduction's result. MLX hangs or stops the process where a reduction has nothing to reduce."""
    axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    away = {place % len(shape) for place in axes}
    return [1 if place in away else length for place, length in enumerate(shape) if keepdims or place not in away]


def _or_start(function: Callable[..., Any], start: bool) -> Callable[..., Any]:
    """A reduction to truth values, which starts from `start`."""

    def call(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
        if x.size == 0:
            return mx.full(_reduced(x.shape, axis, keepdims), start, dtype=mx.bool_)
        return function(x, axis=axis, keepdims=keepdims)

    return call


def _extreme(function: Callable[..., Any]) -> Callable[..., Any]:
    """The largest or smallest element; no elements where there is nothing to find one in."""

    def call(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
        if x.size == 0 and 0 in (shape := _reduced(x.shape, axis, keepdims)):
            return mx.zeros(shape, x.dtype)
        return function(x, axis=axis, keepdims=keepdims)

    return call


def _long_sum(x: Any) -> Any:
    """The sum of a one-dimensional array."""
    while x.size > _PART:
        parts = x.size // _PART
        rows = mx.sum(x[: parts * _PART].reshape(parts, _PART), axis=1)
        x = mx.concatenate([rows, x[parts * _PART :].astype(rows.dtype)]) if x.size % _PART else rows
    return mx.sum(x)


def prod(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The product along axes."""
    if x.size == 0:
        return mx.ones(_reduced(x.shape, axis, keepdims), x.dtype)
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
    if x.size == 0:
        return x
    return mx.cumsum(x, axis=axis).astype(x.dtype)


def cumulative_prod(x: Any, *, axis: int) -> Any:
    """The running product along one axis."""
    if x.size == 0:
        return x
    return mx.cumprod(x, axis=axis).astype(x.dtype)


def argsort(x: Any, *, axis: int) -> Any:
    """The indices that sort along one axis; MLX's sort is stable."""
    if x.size == 0:
        return mx.zeros(x.shape, mx.int64)
    return mx.argsort(x, axis=axis).astype(mx.int64)


def sort(x: Any, *, axis: int) -> Any:
    """The elements in ascending order, NaN last."""
    return mx.sort(x, axis=axis) if x.size else x


FUNCTIONS = {
    "sum": sum_,
    "max": _extreme(mx.max),
    "min": _extreme(mx.min),
    "all": _or_start(mx.all, True),
    "any": _or_start(mx.any, False),
    "sort": sort,
    "prod": prod,
    "argmax": _index(mx.argmax),
    "argmin": _index(mx.argmin),
    "cumulative_sum": cumulative_sum,
    "cumulative_prod": cumulative_prod,
    "argsort": argsort,
}
