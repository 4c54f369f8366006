"""Sums of rows by their places, in native code: each core adds up some of the columns."""

from __future__ import annotations

from functools import cache
from math import prod
from typing import Any

import numpy as np

from polytape.backend import Array
from polytape_numpy import native
from polytape_numpy.native.library import kernel
from polytape_numpy.native.loading import Kernel
from polytape_numpy.native.threads import bounds, part_count, run

_WORTHWHILE = 2_000
"""Below that many elements NumPy's way is there at once, and native code would have to be compiled."""


def add_rows(result: Array, places: Array, rows: Array) -> bool:
    """Add `rows[i]` to `result[places[i]]`, where native code is there for these arrays, and pays; else return `False`.

    Args:
        result: an array in row-major order, which is written to.
        places: integers of one axis.
        rows: as many rows as there are places, of the dtype of the result and of the shape of its rows.
    """
    if (
        rows.size <= _WORTHWHILE
        or rows.dtype != result.dtype
        or rows.dtype.char not in "fd"
        or places.dtype.char not in "ilq"
        or places.ndim != 1
        or rows.shape != (len(places), *result.shape[1:])
        or not native.is_available()
        or places.min() < 0
        or places.max() >= len(result)
        or np.may_share_memory(result, rows)
    ):
        return False
    width = prod(rows.shape[1:])
    fixed = (np.ascontiguousarray(places), len(places), np.ascontiguousarray(rows), width, result)
    # columns of one vector register belong to one core, or cores would wait for one another
    run(
        _kernel(places.dtype, rows.dtype),
        [(*fixed, *part) for part in bounds(width, part_count(width // 16, rows.size))],
    )
    return True


@cache
def _kernel(places: np.dtype[Any], rows: np.dtype[Any]) -> Kernel:
    return kernel("scattering.add_rows", (places.name, "int", rows.name, "int", rows.name, "int", "int"))
