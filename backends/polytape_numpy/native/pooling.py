"""Pooling of signals and images in native code, where there is enough to look at; else NumPy's way."""

from __future__ import annotations

import math
from typing import Any

from polytape.backend import Array
from polytape.ops.spatial import Lengths, Padding, output_lengths
from polytape_numpy import native
from polytape_numpy.composition import composed
from polytape_numpy.native.images import as_images, pair
from polytape_numpy.native.library import kernel
from polytape_numpy.native.planning import empty, worthwhile
from polytape_numpy.native.rows import dense
from polytape_numpy.native.threads import in_parts, part_count
from polytape_numpy.pooling import NumpyPooling
from polytape_numpy.quiet import quiet

_WORTHWHILE = 4096
"""Below that many elements NumPy's way is as quick."""

_SHALLOWEST = 3
"""Fewer channels are too few for vectors."""


class NativePooling(NumpyPooling):
    """The part of the NumPy backend that pools."""

    @quiet
    def max_pool(self, x: Array, **how: Any) -> Array:
        """The largest element under each place of a window."""
        return _pooled("max_pool", x, **how) if _suits(x) else composed(self, "max_pool", x, **how)

    @quiet
    def average_pool(self, x: Array, **how: Any) -> Array:
        """The mean of the elements under each place of a window."""
        return _pooled("average_pool", x, **how) if _suits(x) else composed(self, "average_pool", x, **how)

    def max_pool_input(self, values: Array, x: Array, **how: Any) -> Array:
        """Each of `values` added where its window in `x` has its largest element."""
        if not _suits(x) or values.dtype != x.dtype:
            return super().max_pool_input(values, x, **how)
        return _spread("max_pool_input", values, x.shape, dense(x), **how)

    def average_pool_input(self, x: Array, *, lengths: Lengths, **how: Any) -> Array:
        """Each element of `x` in equal shares to the elements of its window."""
        shape = (x.shape[0], *lengths, x.shape[-1])
        if not _suits(x, math.prod(shape)):
            return super().average_pool_input(x, lengths=lengths, **how)
        return _spread("average_pool_input", x, shape, **how)


def _suits(x: Array, size: int = 0) -> bool:
    """Whether native code is there for this array, and pays."""
    return (
        worthwhile(max(x.size, size), _WORTHWHILE)
        and x.ndim in (3, 4)
        and x.shape[-1] >= _SHALLOWEST
        and x.dtype.char in "fd"
        and native.is_available()
    )


def _pooled(name: str, x: Array, *, window: Lengths, strides: Lengths, padding: Padding, dilations: Lengths) -> Array:
    """What is found under each place of a window."""
    lengths = output_lengths(x.shape[1:-1], window, strides, dilations, padding)
    result = empty((x.shape[0], *lengths, x.shape[-1]), x.dtype)
    if not result.size:
        return result
    image, out = as_images(dense(x)), as_images(result)
    sizes = window_sizes(image.shape, out.shape, window, strides, padding, dilations)
    loop = kernel(f"pooling.{name}_{x.dtype}", ("int", "int", "int", *_kinds(x.dtype, x.dtype)))
    lines = out.shape[0] * out.shape[1]
    in_parts(loop, lines, part_count(lines, x.size), (image, *sizes[:5], out, *sizes[5:]))
    return result


def _spread(
    name: str,
    values: Array,
    shape: tuple[int, ...],
    *images: Array,
    window: Lengths,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
) -> Array:
    """What has been found under windows, back at the places of an image of this shape."""
    result = empty(shape, values.dtype)
    out, given = as_images(result), as_images(dense(values))
    if not result.size or not given.size:
        result.fill(0)
        return result
    sizes = window_sizes(out.shape, given.shape, window, strides, padding, dilations)
    parts = part_count(out.shape[0], out.size)
    scratch = empty((parts, 2, shape[-1]), values.dtype)
    dtype = values.dtype
    loop = kernel(
        f"pooling.{name}_{dtype}",
        ("int", "int", "int", dtype.name, *[dtype.name for _ in images], *_kinds(None, dtype), dtype.name),
    )
    in_parts(loop, out.shape[0], parts, (given, *map(as_images, images), *sizes[:5], out, *sizes[5:], scratch))
    return result


def _kinds(image: Any, out: Any) -> tuple[str, ...]:
    """The kinds of a kernel's parameters from the image on, if it is read, to the last number."""
    return (*([] if image is None else [image.name]), *["int"] * 5, out.name, *["int"] * 8)


def window_sizes(
    image: tuple[int, ...],
    out: tuple[int, ...],
    window: Lengths,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
) -> tuple[int, ...]:
    """The numbers that a kernel takes."""
    before = tuple([first for first, _ in padding])
    pairs = (pair(window), pair(strides), pair(dilations))
    return (*image[1:], *pair(before, 0), *out[1:3], *[number for pair in pairs for number in pair])
