"""Convolution of each channel on its own in native code, where there is enough to compute.

Where there are several filters for each channel, each filter has a copy of the channel.
"""

from __future__ import annotations

from functools import reduce
from math import prod
from typing import Any

import numpy as np

from polytape.backend import Array
from polytape.ops.spatial import Lengths, Padding, output_lengths
from polytape_numpy import native
from polytape_numpy.native.convolution import NativeConvolution
from polytape_numpy.native.images import as_images
from polytape_numpy.native.library import kernel as native_kernel
from polytape_numpy.native.planning import empty, worthwhile
from polytape_numpy.native.pooling import window_sizes
from polytape_numpy.native.rows import dense
from polytape_numpy.native.threads import in_parts, part_count, total

_WORTHWHILE = 4096
"""Below that many elements NumPy's way is as quick."""

_INTS = ("int",) * 8


class NativeDepthwise(NativeConvolution):
    """The part of the NumPy backend that convolves."""

    @staticmethod
    def convolution(x: Array, kernel: Array, **how: Any) -> Array:
        """The products of the windows with the kernel."""
        several = _filters(kernel.shape[-2], kernel.shape[-1], how["groups"])
        if not _suits(x, kernel.dtype, several):
            return NativeConvolution.convolution(x, kernel, **how)
        return _convolution(_copied(x, several), kernel, **_places(how))

    @staticmethod
    def convolution_input(x: Array, kernel: Array, *, lengths: Lengths, **how: Any) -> Array:
        """The gradient of the input, of these lengths; `x` is the output's."""
        several = _filters(kernel.shape[-2], kernel.shape[-1], how["groups"])
        if not _suits(x, kernel.dtype, several):
            return NativeConvolution.convolution_input(x, kernel, lengths=lengths, **how)
        made = _input(x, kernel, lengths, **_places(how))
        return made if several == 1 else reduce(np.add, [made[..., place::several] for place in range(several)])

    @staticmethod
    def convolution_kernel(x: Array, y: Array, *, window: Lengths, **how: Any) -> Array:
        """The gradient of the kernel; `y` is the output's."""
        several = _filters(x.shape[-1] // how["groups"], y.shape[-1], how["groups"])
        if not _suits(x, y.dtype, several):
            return NativeConvolution.convolution_kernel(x, y, window=window, **how)
        return _kernel(_copied(x, several), y, window, **_places(how))


def _filters(depth: int, outputs: int, groups: int) -> int:
    """How many filters there are for each channel; 0 if channels are not on their own."""
    return outputs // groups if groups > 1 and depth == 1 else 0


def _copied(x: Array, several: int) -> Array:
    return x if several == 1 else np.repeat(x, several, axis=-1)


def _suits(x: Array, dtype: Any, several: int) -> bool:
    """Whether native code is there for these arrays, and pays."""
    return (
        several > 0
        and worthwhile(x.size, _WORTHWHILE)
        and x.ndim in (3, 4)
        and x.dtype == dtype
        and x.dtype.char in "fd"
        and native.is_available()
    )


def _places(how: dict[str, Any]) -> dict[str, Any]:
    """All but the number of groups."""
    return {name: value for name, value in how.items() if name != "groups"}


def _convolution(x: Array, kernel: Array, *, strides: Lengths, padding: Padding, dilations: Lengths) -> Array:
    window = kernel.shape[:-2]
    lengths = output_lengths(x.shape[1:-1], window, strides, dilations, padding)
    result = empty((x.shape[0], *lengths, x.shape[-1]), x.dtype)
    image, out, name = as_images(dense(x)), as_images(result), x.dtype.name
    sizes = window_sizes(image.shape, out.shape, window, strides, padding, dilations)
    lines = out.shape[0] * out.shape[1]
    kinds = ("int", "int", "int", name, *_INTS[:5], name, *_INTS, name)
    loop = native_kernel(f"depthwise.convolution_{name}", kinds)
    in_parts(loop, lines, part_count(lines, x.size), (image, *sizes[:5], out, *sizes[5:], dense(kernel)))
    return result


def _input(
    x: Array, kernel: Array, lengths: Lengths, *, strides: Lengths, padding: Padding, dilations: Lengths
) -> Array:
    result = empty((x.shape[0], *lengths, x.shape[-1]), x.dtype)
    out, given, name = as_images(result), as_images(dense(x)), x.dtype.name
    sizes = window_sizes(out.shape, given.shape, kernel.shape[:-2], strides, padding, dilations)
    kinds = ("int", "int", "int", name, *_INTS[:5], name, *_INTS, name)
    loop = native_kernel(f"depthwise.convolution_input_{name}", kinds)
    parts = part_count(len(out), out.size)
    in_parts(loop, len(out), parts, (given, *sizes[:5], out, *sizes[5:], dense(kernel)))
    return result


def _kernel(x: Array, y: Array, window: Lengths, *, strides: Lengths, padding: Padding, dilations: Lengths) -> Array:
    image, given, name = as_images(dense(x)), as_images(dense(y)), x.dtype.name
    sizes = window_sizes(image.shape, given.shape, window, strides, padding, dilations)
    lines = given.shape[0] * given.shape[1]
    parts, shape = part_count(lines, x.size), (*window, 1, x.shape[-1])
    scratch, totals = empty((parts, *shape), x.dtype), empty((parts, prod(shape)), np.float64)
    kinds = ("int", "int", "int", name, *_INTS[:5], name, *_INTS, name, "float64")
    loop = native_kernel(f"depthwise.convolution_kernel_{name}", kinds)
    in_parts(loop, lines, parts, (image, *sizes[:5], given, *sizes[5:], scratch, totals))
    return total(totals, 1.0, x.dtype, shape)
