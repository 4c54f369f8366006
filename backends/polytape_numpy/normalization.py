"""Normalisation on NumPy: one new array, and a second while squares are summed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polytape.backend import COMPOSITIONS, Array
from polytape_numpy.quiet import quiet

_add: Any = np.add.reduce


class NumpyNormalization:
    """The part of the NumPy backend that normalises; half precision takes the composition."""

    @quiet
    def standardize(self, x: Array, *, axes: tuple[int, ...], epsilon: float) -> tuple[Array, Array, Array]:
        """(x - mean) / √(variance + epsilon), mean and variance."""
        if x.dtype == np.float16:
            return COMPOSITIONS["standardize"](self, x, axes=axes, epsilon=epsilon)  # type: ignore[no-any-return]
        count = math.prod([x.shape[axis] for axis in axes])
        mean = _add(x, axes, None, None, True) / count
        result = x - mean
        variance = _add(result * result, axes, None, None, True) / count
        result *= 1 / np.sqrt(variance + epsilon)
        return result, mean, variance

    @staticmethod
    @quiet
    def scaled_residual(x: Array, y: Array, centre: Array, slope: Array, scale: Array) -> Array:
        """scale · (x - centre - slope · y)."""
        if x.shape != y.shape or not x.shape:
            return (x - (centre + slope * y)) * scale
        result = y * slope
        if result.shape != x.shape:
            return (x - (centre + result)) * scale
        result += centre
        np.subtract(x, result, out=result)
        result *= scale
        return result
