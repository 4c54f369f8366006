"""Convolution in native code, where there is enough to compute; else NumPy's way.

`algorithm` chooses among several ways by the shapes. The input's gradient is a forward convolution too, of the output's
gradient with the kernel turned round; with strides it is one for each remainder of the places (V. Dumoulin and F.
Visin, "A guide to convolution arithmetic for deep learning", 2016).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from polytape.backend import Array
from polytape.ops.spatial import Lengths, Padding, output_lengths
from polytape_numpy import convolution as plain, native
from polytape_numpy.native import direct, winograd
from polytape_numpy.native.algorithm import for_kernel_gradient, for_output
from polytape_numpy.native.images import as_images, pair
from polytape_numpy.native.planning import empty, worthwhile
from polytape_numpy.native.rows import dense

_WORTHWHILE = 1_000_000
"""Below that many products of two numbers NumPy's way is as quick."""


def convolution(
    x: Array, kernel: Array, *, strides: Lengths, padding: Padding, dilations: Lengths, groups: int
) -> Array:
    """The products of the windows with the kernel."""
    how: dict[str, Any] = {"strides": strides, "padding": padding, "dilations": dilations}
    outputs, lengths = kernel.shape[-1], output_lengths(x.shape[1:-1], kernel.shape[:-2], strides, dilations, padding)
    if not _suits(x, kernel, groups == 1 or kernel.shape[-2] > 1, kernel.size * x.shape[0] * math.prod(lengths)):
        return plain.convolution(x, kernel, groups=groups, **how)
    result = empty((x.shape[0], *lengths, outputs), x.dtype)
    if groups > 1:
        for inside, outside in _groups(groups, x.shape[-1], outputs):
            result[..., outside] = convolution(x[..., inside], kernel[..., outside], groups=1, **how)
        return result
    before, steps, apart = _of_images(padding, strides, dilations)
    _forward(as_images(dense(x)), _window(kernel), as_images(result), (0, 0), before, steps, apart, (1, 1))
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
    how: dict[str, Any] = {"lengths": lengths, "strides": strides, "padding": padding, "dilations": dilations}
    depth = kernel.shape[-2] * groups
    by_remainder = any(stride > 1 for stride in strides)
    if (by_remainder and any(dilation > 1 for dilation in dilations)) or not _suits(
        x, kernel, groups == 1 or kernel.shape[-2] > 1, kernel.size * math.prod(x.shape[:-1])
    ):
        return plain.convolution_input(x, kernel, groups=groups, **how)
    if groups > 1:
        result = empty((x.shape[0], *lengths, depth), x.dtype)
        for inside, outside in _groups(groups, depth, x.shape[-1]):
            result[..., inside] = convolution_input(x[..., outside], kernel[..., outside], groups=1, **how)
        return result
    result = empty((x.shape[0], *lengths, depth), x.dtype)
    image, turned, out = (
        as_images(dense(x)),
        _window(kernel)[::-1, ::-1].transpose(0, 1, 3, 2),
        as_images(result),
    )
    before, steps, apart = _of_images(padding, strides, dilations)
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
            _forward(image, dense(part), out, (i, j), around, (1, 1), apart, steps)
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
    how: dict[str, Any] = {"window": window, "strides": strides, "padding": padding, "dilations": dilations}
    depth, outputs = x.shape[-1] // groups, y.shape[-1]
    shape = (*window, depth, outputs)
    if not _suits(x, y, groups == 1 or depth > 1, math.prod(window) * depth * y.size):
        return plain.convolution_kernel(x, y, groups=groups, **how)
    if groups > 1:
        result = empty(shape, x.dtype)
        for inside, outside in _groups(groups, x.shape[-1], outputs):
            result[..., outside] = convolution_kernel(x[..., inside], y[..., outside], groups=1, **how)
        return result
    before, steps, apart = _of_images(padding, strides, dilations)
    image, gradient, taps = as_images(dense(x)), as_images(dense(y)), pair(window)
    if for_kernel_gradient(gradient.shape, taps, depth, steps, apart) == "winograd":
        return winograd.kernel_gradient(image, gradient, before).reshape(shape)
    return direct.kernel_gradient(image, gradient, taps, before, steps, apart).reshape(shape)


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
    if every == (1, 1) and for_output(out.shape, kernel.shape, strides, dilations) == "winograd":
        winograd.forward(x, kernel, out, before)
    else:
        direct.forward(x, kernel, out, start, before, strides, dilations, every)


def _suits(x: Array, y: Array, adds_channels: bool, products: int) -> bool:
    """Whether native code is there for these arrays, and pays; each channel on its own is `depthwise`'s."""
    return (
        worthwhile(products, _WORTHWHILE)
        and adds_channels
        and x.ndim in (3, 4)
        and x.dtype == y.dtype
        and x.dtype.char in "fd"
        and native.is_available()
    )


def _groups(groups: int, depth: int, outputs: int) -> Iterator[tuple[slice, slice]]:
    """For each group, its input channels and its output channels."""
    inside, outside = depth // groups, outputs // groups
    for group in range(groups):
        yield slice(group * inside, (group + 1) * inside), slice(group * outside, (group + 1) * outside)


def _window(kernel: Array) -> Array:
    kernel = dense(kernel)
    return kernel if kernel.ndim == 4 else kernel.reshape(1, *kernel.shape)


def _of_images(padding: Padding, strides: Lengths, dilations: Lengths) -> tuple[Lengths, Lengths, Lengths]:
    """The padding before the first place, strides and dilations along both axes of an image."""
    return pair(tuple([first for first, _ in padding]), 0), pair(strides), pair(dilations)


class NativeConvolution:
    """The part of the NumPy backend that convolves."""

    convolution = staticmethod(convolution)
    convolution_input = staticmethod(convolution_input)
    convolution_kernel = staticmethod(convolution_kernel)
