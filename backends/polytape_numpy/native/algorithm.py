"""Which way a convolution is computed, by its shapes."""

from __future__ import annotations

from functools import lru_cache

from polytape.ops.spatial import Lengths
from polytape_numpy.native.processor import processor

_CHANNELS = 16
"""Winograd's way adds up so many input channels at least: with fewer, what its transforms round off shows."""

_OUTPUTS = 8
"""With fewer output channels, transforming the image is as much work as convolving it."""

_PLACES = 8
"""Of the 16 places of a tile, so many at least lie inside of the output: at 6 (5 x 5) the direct way is as quick."""

_TILES = 16
"""With fewer, the kernel is transformed for next to nothing: 4 images of 7 x 7 with 512 channels take as long."""

_GRADIENT = 4096
"""A kernel's gradient has more to transform: places of a tile times input and output channels are at least as many."""

_GAIN = 1.25
"""Places at once widen the window, and make lines shorter; worth while if so much time is gained in the end."""


def for_output(out: tuple[int, ...], kernel: tuple[int, ...], strides: Lengths, dilations: Lengths) -> str:
    """`"winograd"` or `"direct"`, for an output and a kernel of these shapes."""
    height, width, depth, outputs = kernel
    if (height, width) != (3, 3) or strides != (1, 1) or dilations != (1, 1):
        return "direct"
    tiles, places = _tiles(out)
    suits = depth >= _CHANNELS and outputs >= _OUTPUTS and tiles >= _TILES and places >= _PLACES
    return "winograd" if suits else "direct"


def for_kernel_gradient(out: tuple[int, ...], window: Lengths, depth: int, strides: Lengths, dilations: Lengths) -> str:
    """`"winograd"` or `"direct"`, for an output's gradient of this shape."""
    way = for_output(out, (*window, depth, out[-1]), strides, dilations)
    return way if way == "direct" or _tiles(out)[1] * depth * out[-1] >= _GRADIENT else "direct"


@lru_cache(maxsize=1024)
def places_at_once(rows: int, outputs: int, window: int, stride: int, itemsize: int, of_kernel: bool = False) -> int:
    """How many places along a line the direct way takes for channels of one; 1, unless the outputs are few.

    Where the kernel's gradient is computed, the rows of tiles are places of the window.
    """

    def time(places: int) -> int:
        together = -(-rows // places)
        return (together if of_kernel else _time(together)) * ((places - 1) * stride + window)

    best = min(range(1, max(processor().lanes(itemsize) // outputs, 1) + 1), key=time)
    return best if time(1) >= _GAIN * time(best) else 1


def _time(rows: int) -> int:
    """How long tiles of so many rows take: tiles of fewer than 4 rows as long as those of 4."""
    left = rows % 4
    return rows - left + 4 * (0, 1, 1, 2)[left]


def _tiles(out: tuple[int, ...]) -> tuple[int, float]:
    """How many tiles of 4 x 4 there are, and how many places of the output lie in one, on average."""
    count, lines, rows = out[:3]
    tiles = count * -(-lines // 4) * -(-rows // 4)
    return tiles, count * lines * rows / max(tiles, 1)
