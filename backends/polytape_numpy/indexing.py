"""Shapes and indices in NumPy's own words."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape.backend import Array, Shape


class NumpyIndexing:
    """The part of the NumPy backend that moves elements about without computing.

    Methods of arrays take the place of the functions of the same name: they are called in half the time.
    """

    def reshape(self, x: Array, *, shape: Shape) -> Array:
        """A view where that is possible."""
        return x.reshape(shape) if shape else x.reshape(shape)[()]

    def permute_dims(self, x: Array, *, axes: tuple[int, ...]) -> Array:
        """A view."""
        return x.transpose(axes)

    def broadcast_to(self, x: Array, *, shape: Shape) -> Array:
        """A view."""
        return np.broadcast_to(x, shape)

    def concatenate(self, *xs: Array, axis: int) -> Array:
        """Arrays joined along an axis."""
        return np.concatenate(xs, axis=axis)

    def pack(self, *xs: Array, axis: int) -> Array:
        """Arrays joined along a new axis."""
        return np.stack(xs, axis=axis)

    def unpack(self, x: Array, *, axis: int) -> tuple[Array, ...]:
        """Views along an axis."""
        return tuple(np.moveaxis(x, axis, 0))

    def getitem(self, x: Array, *, key: tuple[Any, ...]) -> Array:
        """A view."""
        return x[key]

    def setitem_zeros(self, gradient: Array, *, key: tuple[Any, ...], shape: Shape) -> Array:
        """Zeros, written to once."""
        result = np.zeros(shape, gradient.dtype)
        result[key] = gradient
        return result if shape else result[()]

    def take(self, x: Array, indices: Array, *, axis: int) -> Array:
        """A copy of slices."""
        return x.take(indices, axis=axis)

    def scatter_add(self, x: Array, indices: Array, updates: Array) -> Array:
        """A copy with rows added to."""
        result = np.array(x)
        _add_rows(result, indices, updates)
        return result

    def scatter_rows(self, values: Array, indices: Array, *, shape: Shape) -> Array:
        """Zeros with rows added to."""
        result = np.zeros(shape, values.dtype)
        _add_rows(result, indices, values)
        return result


def _add_rows(result: Array, indices: Array, rows: Array) -> None:
    """Add `rows[i]` to `result[indices[i]]`."""
    np.add.at(result, indices, rows)
