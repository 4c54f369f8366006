"""Reductions and sorting on MLX, with the dtypes that the contract asks for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mlx.core as mx

_PART = 32
"""How many elements are summed in a row: MLX on the CPU adds one after the other, and every addition rounds."""
_FEW = 1024
"""How many may be summed so along other axes than the last: there, parts are not faster, too."""


def sum_(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum along axes; that of many elements in parts, half precision in single precision."""
    dtype, shape = x.dtype, x.shape
    if x.size == 0:
        return mx.zeros(_reduced(shape, axis, keepdims), dtype)
    last = len(shape) - 1
    axes = _places(axis, len(shape))
    count = math.prod([shape[place] for place in axes])
    if count <= (2 * _PART if last in axes else _FEW):
        found = mx.sum(x, axis=axis, keepdims=keepdims)
        return found if found.dtype == dtype else found.astype(dtype)
    x = _widened(x)
    if len(axes) == len(shape):
        found = _long_sum(x.reshape(-1), 0, 2 * _PART).reshape([1] * len(shape) if keepdims else [])
    else:
        found = x
        for place in reversed(axes):
            found = _long_sum(found, place, 2 * _PART if place == last else _FEW, keepdims)
    return found if found.dtype == dtype else found.astype(dtype)


def _widened(x: Any) -> Any:
    """Half precision in single precision, so that only the result is rounded to it."""
    return x.astype(mx.float32) if x.dtype == mx.float16 else x


def _places(axis: Any, rank: int) -> list[int]:
    """The axes, counted from the first, in order."""
    if axis is None:
        return list(range(rank))
    return sorted({place % rank for place in axis}) if isinstance(axis, tuple) else [axis % rank]


def _long_sum(x: Any, axis: int, few: int, keepdims: bool = False) -> Any:
    """The sum along one axis: of parts, and of the parts' sums, as long as there are more than a few."""
    while x.shape[axis] > few:
        before, length, after = x.shape[:axis], x.shape[axis], x.shape[axis + 1 :]
        parts = length // _PART
        rest = None
        if length % _PART:
            x, rest = mx.split(x, [parts * _PART], axis=axis)
        sums = mx.sum(x.reshape(*before, parts, _PART, *after), axis=axis + 1)
        x = sums if rest is None else mx.concatenate([sums, rest.astype(sums.dtype)], axis=axis)
    return mx.sum(x, axis=axis, keepdims=keepdims)


def _reduced(shape: tuple[int, ...], axis: Any, keepdims: bool) -> list[int]:
    """The shape of a reduction's result. MLX hangs or stops the process where a reduction has nothing to reduce."""
    away = _places(axis, len(shape))
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


def prod(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The product along axes."""
    if x.size == 0:
        return mx.ones(_reduced(x.shape, axis, keepdims), x.dtype)
    found = mx.prod(_widened(x), axis=axis, keepdims=keepdims)
    return found if found.dtype == x.dtype else found.astype(x.dtype)


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
    return mx.cumsum(_widened(x), axis=axis).astype(x.dtype)


def cumulative_prod(x: Any, *, axis: int) -> Any:
    """The running product along one axis."""
    if x.size == 0:
        return x
    return mx.cumprod(_widened(x), axis=axis).astype(x.dtype)


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
