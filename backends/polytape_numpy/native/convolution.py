"""Convolution in native code, where there is enough to compute; else, and for groups, NumPy's way.

Forward, a tile of the output is held in registers while the window moves over the image; the kernel's gradient is held
so while the images go by. The input's gradient is a forward convolution too, of the output's gradient with the kernel
turned round; with strides it is one for each remainder of the places (V. Dumoulin and F. Visin, "A guide to convolution
arithmetic for deep learning", 2016).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polytape.backend import Array
from polytape.ops.spatial import Lengths, Padding, output_lengths
from polytape_numpy import convolution as plain, native
from polytape_numpy.native.library import kernel as native_kernel
from polytape_numpy.native.products import panel_width
from polytape_numpy.native.threads import bounds, cores, run

_WORTHWHILE = 1_000_000
"""Below that many products of two numbers NumPy's way is as quick."""

_TOTALS = 16_000_000
"""How many elements the gradients of a kernel may have together, of which each core makes one."""

_FORWARD = ("array", *["int"] * 7, "array", *["int"] * 3, "array", *["int"] * 12, "array", "array", "array")
_KERNEL_GRADIENT = ("array", *["int"] * 7, "array", *["int"] * 3, "array", *["int"] * 8, "array", "array", "array")


def convolution(
    x: Array, kernel: Array, *, strides: Lengths, padding: Padding, dilations: Lengths, groups: int
) -> Array:
    """The products of the windows with the kernel."""
    lengths = output_lengths(x.shape[1:-1], kernel.shape[:-2], strides, dilations, padding)
    if not _suits(x, kernel, groups, kernel.size * x.shape[0] * math.prod(lengths)):
        return plain.convolution(x, kernel, strides=strides, padding=padding, dilations=dilations, groups=groups)
    result = np.empty((x.shape[0], *lengths, kernel.shape[-1]), x.dtype)
    before = tuple(first for first, _ in padding)
    _forward(
        _image(x), _window(kernel), _image(result), (0, 0), _pair(before, 0), _pair(strides), _pair(dilations), (1, 1)
    )
    return result


def convolution_input(
    x: Array,
    kernel: Array,
    *,
    lengths: Lengths,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
    groups: int,
) -> Array:
    """The gradient of the input, of these lengths; `x` is the output's."""
    by_remainder = any(stride > 1 for stride in strides)
    if (by_remainder and any(dilation > 1 for dilation in dilations)) or not _suits(
        x, kernel, groups, kernel.size * math.prod(x.shape[:-1])
    ):
        return plain.convolution_input(
            x, kernel, lengths=lengths, strides=strides, padding=padding, dilations=dilations, groups=groups
        )
    result = np.empty((x.shape[0], *lengths, kernel.shape[-2]), x.dtype)
    image, turned, out = _image(x), _window(kernel)[::-1, ::-1].transpose(0, 1, 3, 2), _image(result)
    before, steps, apart = _pair(tuple(first for first, _ in padding), 0), _pair(strides), _pair(dilations)
    window = turned.shape[:2]
    for i in range(min(steps[0], out.shape[1])):
        for j in range(min(steps[1], out.shape[2])):
            taps = [(place + first) % step for place, first, step in zip((i, j), before, steps)]
            reach = [(place + first) // step for place, first, step in zip((i, j), before, steps)]
            # of the kernel turned round, the taps that meet places of this remainder, the last of them first
            part = turned[
                (window[0] - 1 - taps[0]) % steps[0] :: steps[0], (window[1] - 1 - taps[1]) % steps[1] :: steps[1]
            ]
            if not part.size or taps[0] >= window[0] or taps[1] >= window[1]:
                out[:, i :: steps[0], j :: steps[1]] = 0
                continue
            ends = [(length - 1) * dilation for length, dilation in zip(part.shape, apart)]
            around = (ends[0] - reach[0], ends[1] - reach[1])
            _forward(image, np.ascontiguousarray(part), out, (i, j), around, (1, 1), apart, steps)
    return result


def convolution_kernel(
    x: Array,
    y: Array,
    *,
    window: Lengths,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
    groups: int,
) -> Array:
    """The gradient of the kernel; `y` is the output's."""
    depth, outputs = x.shape[-1], y.shape[-1]
    if not _suits(x, y, groups, math.prod(window) * depth * y.size):
        return plain.convolution_kernel(
            x, y, window=window, strides=strides, padding=padding, dilations=dilations, groups=groups
        )
    image, gradient = _image(x), _image(y)
    before, steps, apart = _pair(tuple(first for first, _ in padding), 0), _pair(strides), _pair(dilations)
    (lines, rows), taps = gradient.shape[1:3], _pair(window)
    ends = [(length - 1) * dilation for length, dilation in zip(taps, apart)]
    framed = _framed(image, before, [(n - 1) * step + end + 1 for n, step, end in zip((lines, rows), steps, ends)])
    width = panel_width(x.dtype)
    most = max(1, _TOTALS // (math.prod(taps) * depth * outputs))
    parts = bounds(image.shape[0], min(cores(), image.shape[0], most))
    totals = np.empty((len(parts), *taps, depth, outputs), x.dtype)
    run(
        native_kernel(f"convolution.kernel_gradient_{x.dtype}", _of(_KERNEL_GRADIENT, x.dtype)),
        [
            (
                *(image, *image.shape[1:], -before[0], -before[1], *framed, gradient, lines, rows, outputs),
                *(total, *taps, *steps, *apart, *part),
                *(np.empty(size, x.dtype) for size in (lines * rows * width, math.prod(framed) * depth)),
                np.empty(taps[1] * depth * width, x.dtype),
            )
            for total, part in zip(totals, parts)
        ],
    )
    return (
        totals.sum(0).reshape(*window, depth, outputs) if len(parts) > 1 else totals[0].reshape(*window, depth, outputs)
    )


def _forward(
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
    lines, rows = (len(range(first, length, step)) for first, length, step in zip(start, out.shape[1:3], every))
    ends = [(length - 1) * dilation for length, dilation in zip((height, width), dilations)]
    framed = _framed(x, before, [(n - 1) * step + end + 1 for n, step, end in zip((lines, rows), strides, ends)])
    image, line, row = (stride // x.itemsize for stride in out.strides[:3])
    panel = panel_width(x.dtype)
    run(
        native_kernel(f"convolution.forward_{x.dtype}", _of(_FORWARD, x.dtype)),
        [
            (
                *(x, *x.shape[1:], -before[0], -before[1], *framed, kernel, height, width, outputs),
                *(out, start[0] * line + start[1] * row, image, line * every[0], row * every[1], lines, rows),
                *(*strides, *dilations, *part),
                np.empty(-(-outputs // panel) * panel * height * width * depth, x.dtype),
                *(np.empty(size, x.dtype) for size in (math.prod(framed) * depth, rows * panel)),
            )
            for part in bounds(x.shape[0], min(cores(), x.shape[0]))
        ],
    )


def _framed(x: Array, before: Lengths, reached: list[int]) -> tuple[int, int]:
    """The lengths of an image with the padding that windows reach; its own, if they do not reach beyond it."""
    height, width = x.shape[1:3]
    if not any(before) and reached[0] <= height and reached[1] <= width:
        return height, width
    return reached[0], reached[1]


def _suits(x: Array, y: Array, groups: int, products: int) -> bool:
    """Whether native code is there for these arrays, and pays."""
    return (
        products >= _WORTHWHILE
        and groups == 1
        and x.ndim in (3, 4)
        and x.dtype == y.dtype
        and x.dtype.char in "fd"
        and native.is_available()
    )


def _image(x: Array) -> Array:
    """A batch of signals as one of images of one line."""
    x = np.ascontiguousarray(x)
    return x if x.ndim == 4 else x.reshape(x.shape[0], 1, *x.shape[1:])


def _window(kernel: Array) -> Array:
    kernel = np.ascontiguousarray(kernel)
    return kernel if kernel.ndim == 4 else kernel.reshape(1, *kernel.shape)


def _pair(lengths: Lengths, first: int = 1) -> tuple[int, int]:
    """Two numbers; of one along a signal the second, after `first`."""
    return (lengths[0], lengths[1]) if len(lengths) == 2 else (first, lengths[0])


def _of(signature: tuple[str, ...], dtype: np.dtype[Any]) -> tuple[str, ...]:
    """A signature whose arrays have this dtype."""
    return tuple([dtype.name if kind == "array" else kind for kind in signature])


class NativeConvolution:
    """The part of the NumPy backend that convolves."""

    convolution = staticmethod(convolution)
    convolution_input = staticmethod(convolution_input)
    convolution_kernel = staticmethod(convolution_kernel)
