"""Sums over the first axes in native code, where there is much to add; else NumPy's way."""

from __future__ import annotations

import math
from typing import Any

from polytape.backend import Axis
from polytape_numpy import native
from polytape_numpy.native.normalization import column_sums
from polytape_numpy.native.planning import worthwhile
from polytape_numpy.quiet import quiet_reduction
from polytape_numpy.reduction import NumpyReductions, total

_WORTHWHILE = 16_384
"""Below that many elements NumPy's way is as quick."""

_SHORTEST = 8
"""Rows of fewer columns are too short for vectors."""


def _sum(x: Any, axis: Axis, keepdims: bool) -> Any:
    """The sum along axes; along the first ones, that is the sums of a matrix' columns."""
    if not worthwhile(x.size, _WORTHWHILE) or axis is None or x.dtype.char not in "fd" or not native.is_available():
        return total(x, axis, keepdims)
    axes = sorted([number % x.ndim for number in (axis if isinstance(axis, tuple) else (axis,))])
    kept = x.shape[len(axes) :]
    count = math.prod(kept)
    if not axes or axes[-1] != len(axes) - 1 or count < _SHORTEST or not x.flags.c_contiguous:
        return total(x, axis, keepdims)
    return column_sums(x, count, x.dtype, (*(1,) * len(axes), *kept) if keepdims else kept)


class NativeReductions(NumpyReductions):
    """The part of the NumPy backend that reduces."""

    sum = staticmethod(quiet_reduction(_sum))
