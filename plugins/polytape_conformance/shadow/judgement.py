"""Whether an array is what it should be. A reproducing script holds this function's source, so it needs NumPy only."""

from __future__ import annotations

from typing import Any

import numpy as np


def worst_element(found: Any, expected: Any, unit: Any, limit: float) -> tuple[tuple[int, ...], float, int] | None:
    """The worst element of `found`: its place, its error in units, how many are wrong; `None` if none is.

    An element is right if it is at most `limit` units off, if it is what `expected` rounds to, or if both are NaN.
    """
    with np.errstate(all="ignore"):
        right = (found == expected) | ((found != found) & (expected != expected))
        if found.dtype.kind in "fc" and expected.dtype.kind in "fc":
            right |= found == expected.astype(found.dtype)
            if found.dtype.kind == "c":
                right |= np.isinf(found) & np.isinf(expected)
            error = np.abs(found.astype(expected.dtype) - expected) / unit
            error = np.where(right, 0.0, np.where(np.isnan(error), np.inf, error))
        else:
            error = np.where(right, 0.0, np.inf)
    wrong = int(np.count_nonzero(error > limit))
    if not wrong:
        return None
    place = np.unravel_index(int(np.argmax(error)), error.shape)
    return tuple(int(index) for index in place), float(error[place]), wrong
