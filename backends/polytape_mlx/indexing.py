"""Shapes and indices in MLX's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mlx.core as mx


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


def scatter_add(x: Any, indices: Any, updates: Any) -> Any:
    """A copy of x with rows added to."""
    return x.at[indices].add(updates)


FUNCTIONS = {
    "reshape": reshape,
    "permute_dims": permute_dims,
    "broadcast_to": broadcast_to,
    "concat": concat,
    "concatenate": concatenate,
    "pack": pack,
    "scatter_add": scatter_add,
}
