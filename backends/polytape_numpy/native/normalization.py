"""Normalisation along the last or the first axes in native code, where there is enough to compute.

The last axes make rows, as in a layer that normalises examples; the first ones make columns, as in one that normalises
channels over a batch.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polytape.backend import Array
from polytape_numpy import native
from polytape_numpy.composition import composed
from polytape_numpy.native.planning import empty, worthwhile
from polytape_numpy.native.rows import by_rows, dense
from polytape_numpy.native.threads import part_count, total
from polytape_numpy.normalization import NumpyNormalization
from polytape_numpy.quiet import quiet

_WORTHWHILE = 1024
"""Below that many elements NumPy's way is as quick."""

_SHORTEST = 8
"""Rows of fewer columns are too short for vectors."""

Axes = tuple[int, ...]


class NativeNormalization(NumpyNormalization):
    """The part of the NumPy backend that normalises."""

    @quiet
    def standardize(self, x: Array, *, axes: Axes, epsilon: float) -> tuple[Array, Array, Array]:
        """(x - mean) / √(variance + epsilon), mean and variance."""
        matrix = _matrix(x, axes)
        if matrix is None:
            return _plain_standardize(self, x, axes=axes, epsilon=epsilon)  # type: ignore[no-any-return]
        rows, count, by_column = matrix
        x, result, kept = dense(x), empty(x.shape, x.dtype), _kept(x, axes)
        if by_column:
            mean, variance = _column_moments(x, rows, count, kept)
            scale = empty(count, x.dtype)
            by_rows("columns.scales", 1, count, variance, float(epsilon), scale)
            by_rows("columns.standardize", rows, count, x, mean, scale, result)
        else:
            mean, variance = empty(kept, x.dtype), empty(kept, x.dtype)
            by_rows(f"normalization.standardize_{x.dtype}", rows, count, float(epsilon), x, mean, variance, result)
        return result, mean, variance

    @quiet
    def standardize_input(
        self,
        of_y: Array,
        of_mean: Array,
        of_variance: Array,
        y: Array,
        variance: Array,
        *,
        axes: Axes,
        epsilon: float,
    ) -> Array:
        """The gradient of what was standardized."""
        matrix = _matrix(y, axes)
        if matrix is None:
            arrays = of_y, of_mean, of_variance, y, variance
            return composed(self, "standardize_input", *arrays, axes=axes, epsilon=epsilon)
        rows, count, by_column = matrix
        of_y, of_mean, of_variance, y, variance = map(dense, (of_y, of_mean, of_variance, y, variance))
        result = empty(y.shape, y.dtype)
        if by_column:
            parts = part_count(rows, y.size)
            totals, products = empty((parts, count), np.float64), empty((parts, count), np.float64)
            by_rows("columns.products", rows, count, of_y, y, totals, products)
            columns = [empty(count, y.dtype) for _ in range(3)]
            given = totals, products, of_mean, of_variance, variance
            by_rows("columns.coefficients", 1, count, float(parts), float(rows), float(epsilon), *given, *columns)
            by_rows("columns.scaled_residual", rows, count, of_y, y, *columns, result)
        else:
            given = of_y, of_mean, of_variance, variance, y, result
            by_rows(f"normalization.standardize_input_{y.dtype}", rows, count, float(epsilon), *given)
        return result

    @quiet
    def mean_and_variance(self, x: Array, *, axes: Axes, keepdims: bool) -> tuple[Array, Array]:
        """Mean and variance along axes."""
        matrix = _matrix(x, axes)
        if matrix is None:
            return composed(self, "mean_and_variance", x, axes=axes, keepdims=keepdims)  # type: ignore[no-any-return]
        rows, count, by_column = matrix
        x, kept = dense(x), _kept(x, axes)
        if by_column:
            mean, variance = _column_moments(x, rows, count, kept)
        else:
            mean, variance = empty(kept, x.dtype), empty(kept, x.dtype)
            by_rows(f"normalization.moments_{x.dtype}", rows, count, x, mean, variance)
        if keepdims:
            return mean, variance
        shape = tuple([length for axis, length in enumerate(x.shape) if axis not in axes])
        return mean.reshape(shape)[()], variance.reshape(shape)[()]


def column_sums(x: Array, count: int, dtype: Any, shape: tuple[int, ...], factor: float = 1.0) -> Array:
    """The sums of all rows of so many elements, times a factor."""
    rows = x.size // count
    totals = empty((part_count(rows, x.size), count), np.float64)
    by_rows("columns.sums", rows, count, x, totals)
    return total(totals, factor, dtype, shape)


def _column_moments(x: Array, rows: int, count: int, shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Means and variances of columns, of a shape."""
    mean = column_sums(x, count, x.dtype, shape, 1 / rows)
    totals = empty((part_count(rows, x.size), count), np.float64)
    by_rows("columns.squares", rows, count, x, mean, totals)
    return mean, total(totals, 1 / rows, x.dtype, shape)


def _matrix(x: Array, axes: Axes) -> tuple[int, int, bool] | None:
    """The rows of an array, their length, and whether it is the columns that are reduced; `None` for NumPy's way."""
    if not worthwhile(x.size, _WORTHWHILE) or x.dtype.char not in "fd" or not axes or not native.is_available():
        return None
    found = sorted(axes)
    if found[-1] == x.ndim - 1 and len(axes) == found[-1] - found[0] + 1:
        count = math.prod(x.shape[found[0] :])
        return x.size // count, count, False
    if found[-1] == len(axes) - 1:
        count = math.prod(x.shape[len(axes) :])
        return (x.size // count, count, True) if count >= _SHORTEST else None
    return None


def _kept(x: Array, axes: Any) -> tuple[int, ...]:
    """The shape with reduced axes of length one."""
    return tuple([1 if axis in axes else length for axis, length in enumerate(x.shape)])


_plain_standardize: Any = NumpyNormalization.standardize.unguarded  # type: ignore[attr-defined]
