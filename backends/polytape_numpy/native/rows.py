"""Kernels that work on one row after another, the rows shared among the cores."""

from __future__ import annotations

import numpy as np

from polytape.backend import Array
from polytape_numpy import native
from polytape_numpy.native.library import kernel
from polytape_numpy.native.threads import in_parts, part_count

_WORTHWHILE = 4096
"""Below that many elements NumPy's way is as quick."""


def suits(x: Array, axis: int) -> bool:
    """Whether native code is there for what lies along an axis, and pays."""
    return x.size >= _WORTHWHILE and axis in (-1, x.ndim - 1) and x.dtype.char in "fd" and native.is_available()


def by_rows(name: str, *arrays: Array, count: int) -> None:
    """Call a kernel for the rows of arrays, of `count` elements each, or one in arrays that have one for each row.

    Args:
        name: of the kernel, less the dtype, which is that of the last array.
        arrays: contiguous; the last is written to, and has as many rows as there are.
        count: the length of a row.
    """
    rows = max(array.size for array in arrays) // count
    dtypes = [_NAMES[array.dtype.char] for array in arrays]
    loop = kernel(f"{name}_{dtypes[-1]}", ("int", "int", "int", "int", *dtypes))
    in_parts(loop, rows, part_count(rows, rows * count), (count, *arrays))


_NAMES = {np.dtype(name).char: name for name in ("float32", "float64", "int32", "int64")}


def dense(x: Array) -> Array:
    """An array, of whatever a NumPy scalar is, too, whose elements stand in memory as in order."""
    return x if type(x) is np.ndarray and x.flags.c_contiguous else np.array(x, order="C")
