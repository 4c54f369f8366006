"""Matrix products in native code: quicker than BLAS by a tenth, and no threads that wait awake for the next one."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from polytape.backend import Array
from polytape_numpy import native
from polytape_numpy.linear_algebra import matmul as plain_matmul
from polytape_numpy.native.library import kernel
from polytape_numpy.native.loading import Kernel
from polytape_numpy.native.planning import empty, recording, worthwhile
from polytape_numpy.native.processor import processor
from polytape_numpy.native.source.sizes import DEPTH, PANELS, ROWS
from polytape_numpy.native.threads import bounds, cores, run

_WORTHWHILE = 250_000
"""Below that many products of two numbers NumPy's product is quicker; above, BLAS would wake threads of its own."""

_SHARE = 2_000_000
"""Products for one core at least."""

_PLANNED_SHARE = 200_000
"""The same in a plan, whose cores are awake."""


def matmul(x: Array, y: Array) -> Array:
    """The matrix product."""
    if (
        x.ndim < 2
        or y.ndim < 2
        or not worthwhile(x.size * y.shape[-1], _WORTHWHILE)
        or x.dtype != y.dtype
        or x.dtype.char not in "fd"
        or x.shape[-1] != y.shape[-2]
        or (y.ndim > 2 and x.shape[:-2] != y.shape[:-2])
        or not native.is_available()
    ):
        return plain_matmul(x, y)
    shape = (*x.shape[:-1], y.shape[-1])
    if y.ndim == 2:
        rows = x if x.ndim == 2 else x.reshape(-1, x.shape[-1])
        return _product(rows[None, None], y[None, None]).reshape(shape)
    return _product(_grouped(x), _grouped(y)).reshape(shape)


def panel_width(dtype: np.dtype[Any]) -> int:
    """How many columns of the second matrix stand together: two vector registers."""
    return 2 * processor().lanes(dtype.itemsize)


def _grouped(x: Array) -> Array:
    """A batch of matrices as groups of matrices: two axes before theirs, which need not follow each other in memory."""
    return x[None] if x.ndim == 3 else x if x.ndim == 4 else x.reshape(-1, *x.shape[-3:])


def _product(x: Array, y: Array) -> Array:
    """The products of the matrices of two batches of one size."""
    (groups, together, rows, depth), columns, dtype = x.shape, y.shape[-1], x.dtype
    z = empty((groups * together, rows, columns), dtype)
    most = _part_count(groups * together * rows * depth * columns)
    multiply, parts, packed, spilled = _plan(groups * together, rows, depth, columns, dtype, most)
    fixed = (x, *_steps(x), y, *_steps(y), z, together, rows, columns, depth)
    run(multiply, [(*fixed, *part, empty(packed, dtype), empty(spilled, dtype)) for part in parts])
    return z


def _steps(batch: Array) -> tuple[int, ...]:
    """How far apart groups, matrices, rows and columns are, in elements."""
    size = batch.itemsize
    first, second, third, fourth = batch.strides
    return first // size, second // size, third // size, fourth // size


_ROWS_AHEAD = 4
"""With so many rows for a column each core makes rows: it reads fewer of them then, and packs all columns."""

Part = tuple[int, int, int, int, int, int]
"""The first and the last of the matrices, rows and columns that a core makes."""


@lru_cache(maxsize=1024)
def _plan(
    count: int, rows: int, depth: int, columns: int, dtype: np.dtype[Any], parts: int
) -> tuple[Kernel, list[Part], int, int]:
    """How products of one size are made: the kernel, what each core makes, and the memory that it needs."""
    name, width = dtype.name, panel_width(dtype)
    batch = (name, *["int"] * 4)
    multiply = kernel(f"products.matrices_{name}", (*batch, *batch, name, *["int"] * 10, name, name))
    panels, tiles = -(-columns // width), -(-rows // ROWS)
    if count >= parts:
        shares = [(*part, 0, rows, 0, columns) for part in bounds(count, parts)]
    elif panels >= parts and (tiles < parts or rows < _ROWS_AHEAD * columns):
        shares = [
            (0, count, 0, rows, left * width, min(right * width, columns)) for left, right in bounds(panels, parts)
        ]
    else:
        shares = [
            (0, count, top * ROWS, min(bottom * ROWS, rows), 0, columns)
            for top, bottom in bounds(tiles, min(parts, tiles))
        ]
    return multiply, shares, min(PANELS, panels) * width * min(DEPTH, depth), ROWS * width


def _part_count(products: int) -> int:
    return max(1, min(cores(), products // (_SHARE if recording() is None else _PLANNED_SHARE)))


class NativeProducts:
    """The part of the NumPy backend that multiplies matrices."""

    matmul = staticmethod(matmul)
