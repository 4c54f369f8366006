"""Reductions, scans and sorting on CuPy, with the dtypes that the contract asks for.

Half precision is summed in single precision: CUB, which CuPy hands sums of contiguous arrays to, adds in the dtype at
hand. Where nothing is left, an empty array is the result; CuPy would refuse to look for a largest element.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cupy

from polytape.backend import COMPOSITIONS, Axis, Backend


def _widely(function: Callable[..., Any]) -> Callable[..., Any]:
    """A sum or product that keeps the dtype."""

    def call(x: Any, *, axis: Axis = None, keepdims: bool = False) -> Any:
        if x.dtype == cupy.float16:
            return function(x, axis=axis, dtype=cupy.float32, keepdims=keepdims).astype(cupy.float16)
        return function(x, axis=axis, dtype=x.dtype, keepdims=keepdims)

    return call


def _running(function: Callable[..., Any]) -> Callable[..., Any]:
    """A running sum or product that keeps the dtype."""

    def call(x: Any, *, axis: int) -> Any:
        if x.size == 0:
            return x
        if x.dtype == cupy.float16:
            return function(x, axis=axis, dtype=cupy.float32).astype(cupy.float16)
        return function(x, axis=axis, dtype=x.dtype)

    return call


def _extreme(function: Callable[..., Any]) -> Callable[..., Any]:
    """The largest or smallest element; none where there are no places for one."""

    def call(x: Any, *, axis: Axis = None, keepdims: bool = False) -> Any:
        if x.size == 0 and 0 in (shape := _left(x.shape, axis, keepdims)):
            return cupy.empty(shape, x.dtype)
        return function(x, axis=axis, keepdims=keepdims)

    return call


def _place(function: Callable[..., Any]) -> Callable[..., Any]:
    """Where it is, as int64 under that name: CuPy's is `long long`, which NumPy keeps apart from `long`."""

    def call(x: Any, *, axis: int) -> Any:
        if x.size == 0 and 0 in (shape := _left(x.shape, axis, False)):
            return cupy.empty(shape, cupy.int64)
        return function(x, axis=axis).view(cupy.int64)

    return call


def _left(shape: tuple[int, ...], axis: Axis, keepdims: bool) -> tuple[int, ...]:
    """The shape of a reduction's result."""
    axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    away = {place % len(shape) for place in axes}
    return tuple([1 if place in away else size for place, size in enumerate(shape) if keepdims or place not in away])


def sort(x: Any, *, axis: int) -> Any:
    """The elements in ascending order, NaN last."""
    return cupy.sort(x, axis=axis) if x.size else x


def argsort(x: Any, *, axis: int) -> Any:
    """The indices that sort; CuPy's only sort is stable."""
    return cupy.argsort(x, axis=axis) if x.size else cupy.empty(x.shape, cupy.int64)


def searchsorted(backend: Backend, sorted_sequence: Any, values: Any, *, side: str) -> Any:
    """Where values belong: CuPy's function for a single row, the composed bisection for several."""
    if sorted_sequence.shape[0] == 1 and sorted_sequence.size and values.size:
        return cupy.searchsorted(sorted_sequence.reshape(-1), values, side=side)
    return COMPOSITIONS["searchsorted"](backend, sorted_sequence, values, side=side)


FUNCTIONS: dict[str, Any] = {
    "sum": _widely(cupy.sum),
    "prod": _widely(cupy.prod),
    "cumulative_sum": _running(cupy.cumsum),
    "cumulative_prod": _running(cupy.cumprod),
    "max": _extreme(cupy.max),
    "min": _extreme(cupy.min),
    "argmax": _place(cupy.argmax),
    "argmin": _place(cupy.argmin),
    "sort": sort,
    "argsort": argsort,
}
METHODS: dict[str, Any] = {"searchsorted": searchsorted}
"""What takes the backend as its first argument."""
