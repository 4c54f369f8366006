"""Convolutions straight from the image: tiles of the output, or of the kernel's gradient, held in registers."""

from __future__ import annotations

import math

import numpy as np

from polytape.backend import Array
from polytape.ops.spatial import Lengths
from polytape_numpy.native.algorithm import places_at_once
from polytape_numpy.native.library import kernel_of
from polytape_numpy.native.planning import empty
from polytape_numpy.native.products import panel_width
from polytape_numpy.native.threads import added, bounds, cores, run

_TOTALS = 16_000_000
"""How many elements the gradients of a kernel may have together, of which each core makes one."""

_FORWARD = ("array", *["int"] * 7, "array", *["int"] * 3, "array", *["int"] * 12, "array", "array", "array")
_KERNEL_GRADIENT = ("array", *["int"] * 7, "array", *["int"] * 3, "array", *["int"] * 8, "array", "array", "array")


def forward(
    x: Array,
    kernel: Array,
    out: Array,
    start: Lengths,
    before: Lengths,
    strides: Lengths,
    dilations: Lengths,
    every: Lengths,
) -> None:
    """Convolve images; write the result to each `every`-th place of `out` from `start` on."""
    height, width, depth, outputs = kernel.shape
    if every == (1, 1) and dilations[1] == 1:
        places = places_at_once(out.shape[2], outputs, width, strides[1], x.itemsize)
        if places > 1:
            _several_places(x, kernel, out, places, before, strides, dilations)
            return
    lines, rows = (len(range(first, length, step)) for first, length, step in zip(start, out.shape[1:3], every))
    frame = framed(x, before, (height, width), (lines, rows), strides, dilations)
    image, line, row = (stride // x.itemsize for stride in out.strides[:3])
    panel = panel_width(x.dtype)
    run(
        kernel_of(x.dtype, "convolution.forward", _FORWARD),
        [
            (
                *(x, *x.shape[1:], -before[0], -before[1], *frame, kernel, height, width, outputs),
                *(out, start[0] * line + start[1] * row, image, line * every[0], row * every[1], lines, rows),
                *(*strides, *dilations, *part),
                empty(-(-outputs // panel) * panel * height * width * depth, x.dtype),
                *(empty(size, x.dtype) for size in (math.prod(frame) * depth, rows * panel)),
            )
            for part in bounds(x.shape[0], min(cores(), x.shape[0]))
        ],
    )


def _several_places(
    x: Array, kernel: Array, out: Array, places: int, before: Lengths, strides: Lengths, dilations: Lengths
) -> None:
    """Convolve with so many kernels beside one another: where there are few outputs, they fill a vector together."""
    height, width, depth, outputs = kernel.shape
    count, lines, rows, _ = out.shape
    several = np.zeros((height, (places - 1) * strides[1] + width, depth, places, outputs), x.dtype)
    for place in range(places):
        several[:, place * strides[1] : place * strides[1] + width, :, place] = kernel
    together = -(-rows // places)
    fits = rows == together * places
    shape = (count, lines, together, places * outputs)
    wide = out.reshape(shape) if fits else empty(shape, x.dtype)
    steps = (strides[0], places * strides[1])
    forward(x, several.reshape(*several.shape[:3], -1), wide, (0, 0), before, steps, dilations, (1, 1))
    if not fits:
        out[...] = wide.reshape(count, lines, together * places, outputs)[:, :, :rows]


def kernel_gradient(
    x: Array, y: Array, window: Lengths, before: Lengths, strides: Lengths, dilations: Lengths
) -> Array:
    """The gradient of the kernel; `y` is the output's."""
    depth, (lines, rows, outputs) = x.shape[-1], y.shape[1:]
    if dilations[1] == 1:
        places = places_at_once(rows, outputs, window[1], strides[1], x.itemsize, of_kernel=True)
        if places > 1:
            return _gradient_of_several_places(x, y, window, places, before, strides, dilations)
    frame = framed(x, before, window, (lines, rows), strides, dilations)
    width = panel_width(x.dtype)
    most = max(1, _TOTALS // (math.prod(window) * depth * outputs))
    parts = bounds(x.shape[0], min(cores(), x.shape[0], most))
    totals = empty((len(parts), *window, depth, outputs), x.dtype)
    run(
        kernel_of(x.dtype, "convolution.kernel_gradient", _KERNEL_GRADIENT),
        [
            (
                *(x, *x.shape[1:], -before[0], -before[1], *frame, y, lines, rows, outputs),
                *(total, *window, *strides, *dilations, *part),
                *(empty(size, x.dtype) for size in (lines * rows * width, math.prod(frame) * depth)),
                empty(window[1] * depth * width, x.dtype),
            )
            for total, part in zip(totals, parts)
        ],
    )
    return added(totals)


def _gradient_of_several_places(
    x: Array, y: Array, window: Lengths, places: int, before: Lengths, strides: Lengths, dilations: Lengths
) -> Array:
    """The gradients of so many kernels beside one another, added up."""
    count, lines, rows, outputs = y.shape
    together, width = -(-rows // places), (places - 1) * strides[1] + window[1]
    wide = np.zeros((count, lines, together * places, outputs), x.dtype)
    wide[:, :, :rows] = y
    wide = wide.reshape(count, lines, together, places * outputs)
    steps = (strides[0], places * strides[1])
    several = kernel_gradient(x, wide, (window[0], width), before, steps, dilations)
    several = several.reshape(*several.shape[:3], places, outputs)
    starts = enumerate(range(0, places * strides[1], strides[1]))
    total: Array = np.add.reduce([several[:, start : start + window[1], :, place] for place, start in starts])
    return total


def framed(
    x: Array, before: Lengths, window: Lengths, lengths: Lengths, strides: Lengths, dilations: Lengths
) -> tuple[int, int]:
    """The lengths of an image with the padding that windows reach; its own, if they do not reach beyond it."""
    height, width = x.shape[1:3]
    lines, rows = (
        (places - 1) * stride + (taps - 1) * dilation + 1
        for places, stride, taps, dilation in zip(lengths, strides, window, dilations)
    )
    if not any(before) and lines <= height and rows <= width:
        return height, width
    return lines, rows
