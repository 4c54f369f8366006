"""Convolutions by Winograd's minimal filtering: windows of 3 x 3, neither strides nor dilations."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape.backend import Array
from polytape.ops.spatial import Lengths
from polytape_numpy.native.library import kernel_of
from polytape_numpy.native.planning import empty
from polytape_numpy.native.products import panel_width
from polytape_numpy.native.source.sizes import OUT, PLANES
from polytape_numpy.native.threads import added, bounds, cores, part_count, run

_KERNEL = tuple(["array" if kind == "a" else "int" for kind in "aiiaiia"])
_FORWARD = tuple(["array" if kind == "a" else "int" for kind in "aiiiiiaiaiiiiiaiaa"])
_KERNEL_GRADIENT = tuple(["array" if kind == "a" else "int" for kind in "aiiiiiaiiiaiiiaiaiaa"])

_ROWS, _MEMORY = 48, 600_000
"""Tiles that are computed at once: so many, or as fill so many bytes of a core's cache."""

_GRADIENT_ROWS, _GRADIENT_MEMORY = 96, 600_000

_TOTALS = 64_000_000
"""How many elements the planes of a kernel's gradient may have together, of which each core has its own."""


def forward(x: Array, kernel: Array, out: Array, before: Lengths) -> None:
    """Convolve images."""
    depth, outputs = kernel.shape[2:]
    panel, dtype = panel_width(x.dtype), x.dtype
    panels = empty(-(-outputs // panel) * panel * depth * PLANES, dtype)
    run(
        kernel_of(dtype, "winograd.kernel", _KERNEL),
        [
            (kernel, depth, outputs, panels, *part, empty(9 * panel, dtype))
            for part in bounds(depth, part_count(depth, kernel.size))
        ],
    )
    row = _row(depth, panel)
    block = _block(row + panel, dtype, _ROWS, _MEMORY)
    run(
        kernel_of(dtype, "winograd.forward", _FORWARD),
        [
            (
                *(x, *x.shape[1:], -before[0], -before[1], panels, outputs, out, *out.shape[1:3], *part, block),
                *(empty(PLANES * block * row, dtype), row, empty(PLANES * block * panel, dtype)),
                empty(PLANES * max(depth, panel), dtype),
            )
            for part in _parts(out)
        ],
    )


def kernel_gradient(x: Array, y: Array, before: Lengths) -> Array:
    """The gradient of the kernel; `y` is the output's."""
    depth, outputs, panel, dtype = x.shape[-1], y.shape[-1], panel_width(x.dtype), x.dtype
    row, row_out = _row(depth, panel), -(-outputs // panel) * panel
    block, parts = _block(row + row_out, dtype, _GRADIENT_ROWS, _GRADIENT_MEMORY), _parts(y, PLANES * depth * row_out)
    results = empty((len(parts), 3, 3, depth, outputs), dtype)
    run(
        kernel_of(dtype, "winograd.kernel_gradient", _KERNEL_GRADIENT),
        [
            (
                *(x, *x.shape[1:], -before[0], -before[1], y, *y.shape[1:], result, *part, block),
                *(empty(PLANES * block * row, dtype), row, empty(PLANES * block * row_out, dtype), row_out),
                *(empty(PLANES * size, dtype) for size in (depth * row_out, max(depth, outputs, panel))),
            )
            for result, part in zip(results, parts)
        ],
    )
    return added(results)


def _parts(out: Array, own: int = 1) -> list[tuple[int, int]]:
    """The first and the last of the tiles that each core makes, which has so many elements of its own."""
    tiles = out.shape[0] * -(-out.shape[1] // OUT) * -(-out.shape[2] // OUT)
    return bounds(tiles, max(1, min(cores(), tiles, _TOTALS // own)))


def _block(row: int, dtype: np.dtype[Any], least: int, memory: int) -> int:
    return max(least, memory // (PLANES * row * dtype.itemsize) // 12 * 12)


def _row(depth: int, panel: int) -> int:
    """How far apart tiles are in a plane: not so that many of them share a place of the cache."""
    row = max(depth, panel // 2)
    return row + panel // 2 if row % (2 * panel) == 0 else row
