"""Kernels that work on one row after another, the rows shared among the cores."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from polytape.backend import Array
from polytape_numpy import native
from polytape_numpy.native.copying import in_order
from polytape_numpy.native.library import kernel
from polytape_numpy.native.loading import Kernel
from polytape_numpy.native.planning import StandIn, worthwhile
from polytape_numpy.native.threads import in_parts, part_count

_WORTHWHILE = 1024
"""Below that many elements NumPy's way is as quick."""


def suits(x: Array, axis: int) -> bool:
    """Whether native code is there for what lies along an axis, and pays."""
    return (
        worthwhile(x.size, _WORTHWHILE) and axis in (-1, x.ndim - 1) and x.dtype.char in "fd" and native.is_available()
    )


def by_rows(name: str, rows: int, count: int, *arguments: Any) -> None:
    """Call a kernel for all rows of arrays.

    Args:
        name: of the kernel.
        rows: how many there are.
        count: their length.
        arguments: numbers and contiguous arrays. The kernel's parameters are the first and the last row, the number of
            the part, and `count`; then these.
    """
    loop = _kernel(name, tuple([array.dtype if isinstance(array, np.ndarray) else float for array in arguments]))
    in_parts(loop, rows, part_count(rows, rows * count), (count, *arguments))


@lru_cache(maxsize=1024)
def _kernel(name: str, kinds: tuple[Any, ...]) -> Kernel:
    return kernel(name, ("int", "int", "int", "int", *["float" if kind is float else kind.name for kind in kinds]))


def dense(x: Array) -> Array:
    """An array, of a NumPy scalar too, whose elements stand in memory as in order."""
    if isinstance(x, np.ndarray) and x.flags.c_contiguous:
        return x
    return in_order(x) if isinstance(x, StandIn) else np.array(x, order="C")
