"""Shapes and indices in MLX's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mlx.core as mx
import numpy as np


def reshape(x: Any, *, shape: tuple[int, ...]) -> Any:
    """The same elements under another shape."""
    return mx.reshape(x, shape)


def permute_dims(x: Any, *, axes: tuple[int, ...]) -> Any:
    """The axes in another order."""
    return mx.transpose(x, axes)


def broadcast_to(x: Any, *, shape: tuple[int, ...]) -> Any:
    """x repeated."""
    return mx.broadcast_to(x, shape)


def concat(arrays: Sequence[Any], *, axis: int) -> Any:
    """Arrays joined along an axis."""
    return mx.concatenate(list(arrays), axis=axis)


def concatenate(*xs: Any, axis: int) -> Any:
    """Arrays joined along an axis."""
    return mx.concatenate(list(xs), axis=axis)


def pack(*xs: Any, axis: int) -> Any:
    """Arrays joined along a new axis."""
    return mx.stack(list(xs), axis=axis)


def where(condition: Any, x: Any, y: Any) -> Any:
    """x where the condition holds, else y; a Python number takes the array's dtype, also that of truth values."""
    if not isinstance(y, mx.array) and isinstance(x, mx.array):
        y = mx.array(y, dtype=x.dtype)
    elif not isinstance(x, mx.array) and isinstance(y, mx.array):
        x = mx.array(x, dtype=y.dtype)
    return mx.where(condition, x, y)


def any_out_of_range(indices: Any, *, length: int) -> Any:
    """Whether an index is below 0 or not below `length`. NumPy looks without a copy; a graph of MLX's takes 20 µs."""
    found = np.asarray(indices)
    return np.any((found < 0) | (found >= length))


def setitem_zeros(x: Any, *, key: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    """Zeros, written to once."""
    result = mx.zeros(shape, dtype=x.dtype)
    if x.size:
        result[key] = x
    return result


def scatter_add(x: Any, indices: Any, updates: Any) -> Any:
    """A copy of x with rows added to; MLX stops the process where there are none."""
    if x.size == 0 or updates.size == 0:
        return x
    return x.at[indices].add(updates)


FUNCTIONS = {
    "reshape": reshape,
    "permute_dims": permute_dims,
    "broadcast_to": broadcast_to,
    "concat": concat,
    "concatenate": concatenate,
    "pack": pack,
    "where": where,
    "any_out_of_range": any_out_of_range,
    "setitem_zeros": setitem_zeros,
    "scatter_add": scatter_add,
}
