"""Adam in native code: one loop over the elements, where NumPy's way is a dozen."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from polytape.backend import Array
from polytape_numpy import native
from polytape_numpy.native.library import kernel
from polytape_numpy.native.loading import Kernel
from polytape_numpy.native.planning import empty
from polytape_numpy.native.rows import dense
from polytape_numpy.native.threads import in_parts, part_count
from polytape_numpy.optimizer_updates import NumpyOptimizerUpdates

_WORTHWHILE = 8192
"""Below that many elements NumPy's way is as quick."""


class NativeOptimizerUpdates(NumpyOptimizerUpdates):
    """The part of the NumPy backend that optimizers call."""

    @staticmethod
    def adam_update(
        parameter: Array,
        gradient: Array,
        mean: Array,
        variance: Array,
        *,
        rate: float,
        beta_1: float,
        beta_2: float,
        epsilon: float,
    ) -> tuple[Array, Array, Array]:
        """Adam; the slots are written to."""
        if parameter.size < _WORTHWHILE or not _suits(mean, variance, parameter, gradient):
            return NumpyOptimizerUpdates.adam_update(  # type: ignore[no-any-return]
                parameter, gradient, mean, variance, rate=rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon
            )
        read = [dense(parameter), dense(gradient)]
        updated = empty(parameter.shape, parameter.dtype)
        numbers = (float(rate), 1 - float(beta_1), 1 - float(beta_2), float(epsilon))
        arrays = (*read, mean, variance, updated, *numbers)
        in_parts(_adam(parameter.dtype), parameter.size, part_count(parameter.size, parameter.size), arrays)
        return updated, mean, variance


def _suits(mean: Array, variance: Array, *others: Array) -> bool:
    """Whether native code is there for these arrays."""
    return (
        mean.ndim > 0  # else they are NumPy scalars
        and mean.dtype.char in "fd"
        and mean.flags.c_contiguous
        and variance.flags.c_contiguous
        and all(array.dtype == mean.dtype and array.shape == mean.shape for array in (variance, *others))
        and native.is_available()
    )


@cache
def _adam(dtype: np.dtype[Any]) -> Kernel:
    return kernel(f"optimizer_updates.adam_{dtype}", (*["int"] * 3, *[dtype.name] * 5, *["float"] * 4))
