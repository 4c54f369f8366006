"""Gradients of pooling on NumPy: added up in place."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape.backend import Array, Backend
from polytape.ops.pooling import first_attained, inside, maxima, parts_along, window_counts
from polytape.ops.spatial import Lengths, Padding
from polytape.ops.windows import along
from polytape_numpy.selection import where_or_zero


class NumpyPooling(Backend):
    """The part of the NumPy backend that pools."""

    def max_pool_input(
        self,
        values: Array,
        x: Array,
        *,
        window: Lengths,
        strides: Lengths,
        padding: Padding,
        dilations: Lengths,
    ) -> Array:
        """Each of `values` added where its window in `x` has its largest element."""
        stages = maxima(self, x, window, strides, padding, dilations)
        for axis in range(len(window)):
            before, after = stages[-axis - 2], stages[-axis - 1]
            result = np.zeros(before.shape, values.dtype)
            apart = strides[axis] > (window[axis] - 1) * dilations[axis]
            for part, attained in first_attained(self, before, after, axis, window, strides, dilations):
                _put(result[along(axis + 1, part)], where_or_zero(attained, values), apart)
            values = result
        return values[inside(padding, x.shape[1:-1])]

    def average_pool_input(
        self,
        x: Array,
        *,
        lengths: Lengths,
        window: Lengths,
        strides: Lengths,
        padding: Padding,
        dilations: Lengths,
    ) -> Array:
        """Each element of `x` in equal shares to the elements of its window."""
        x = x / window_counts(self, x, lengths, window, strides, padding, dilations)
        for axis, (length, (before, after)) in enumerate(zip(lengths, padding)):
            result = np.zeros((*x.shape[: axis + 1], before + length + after, *x.shape[axis + 2 :]), x.dtype)
            apart = strides[axis] > (window[axis] - 1) * dilations[axis]
            for part in parts_along(axis, result.shape, window, strides, dilations):
                _put(result[along(axis + 1, part)], x, apart)
            x = result
        return x[inside(padding, lengths)]


def _put(target: Any, values: Array, apart: bool) -> None:
    """Add `values`; where windows lie apart, nothing has been added yet."""
    if apart:
        target[...] = values
    else:
        target += values
