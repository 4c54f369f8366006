"""Convolution on NumPy: windows copied into the rows of a matrix, and matrix products by BLAS.

Forward and kernel gradient copy each window once into a row of a matrix (`im2col`), in parts of bounded size,
and leave the rest to one large product a part. The input gradient is a product for each position of the
window, added up in place: its intermediate arrays are the size of the output, where `col2im` would need them
window times as large. Channels convolved on their own (depthwise) have no matrix product to offer; they are
multiplied position by position.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polytape.backend import Array
from polytape.ops.spatial import Lengths, Padding, output_lengths
from polytape.ops.windows import places

_PART = 600_000
"""The number of elements of a window matrix that is made at once: about what the processor's caches hold."""


@np.errstate(all="ignore")
def convolution(
    x: Array, kernel: Array, *, strides: Lengths, padding: Padding, dilations: Lengths, groups: int
) -> Array:
    """The products of the windows with the kernel."""
    if x.dtype == np.float16:
        return _in_float32(convolution, x, kernel, strides, padding, dilations, groups)
    *window, depth, outputs = kernel.shape
    lengths = output_lengths(x.shape[1:-1], tuple(window), strides, dilations, padding)
    x = _padded(x, padding)
    if groups > 1:
        result = np.zeros((x.shape[0], *lengths, outputs), x.dtype)
        if depth == 1:
            _depthwise(x, kernel, result, strides, dilations)
        else:
            metadata = _ungrouped(strides, dilations)
            for inside, outside in _group_slices(groups, depth, outputs // groups):
                result[..., outside] = convolution(x[..., inside], kernel[..., outside], **metadata)
        return result
    result = np.empty((x.shape[0], *lengths, outputs), x.dtype)
    matrix = kernel.reshape(-1, outputs)
    for part, columns in _window_matrices(x, tuple(window), lengths, strides, dilations):
        np.matmul(columns, matrix, out=result[part].reshape(-1, outputs))
    return result


@np.errstate(all="ignore")
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
    """For each position of the window a product, added where that position lies."""
    if x.dtype == np.float16:
        return _in_float32(convolution_input, x, kernel, strides, padding, dilations, groups, lengths=lengths)
    *window, depth, outputs = kernel.shape
    count, places_along = x.shape[0], x.shape[1:-1]
    padded = [length + before + after for length, (before, after) in zip(lengths, padding)]
    result = np.zeros((count, *padded, depth * groups), x.dtype)
    key = (slice(None), *(slice(before, before + length) for length, (before, _) in zip(lengths, padding)))
    if groups > 1 and depth > 1:
        whole = tuple(padded)
        metadata = _ungrouped(strides, dilations)
        for inside, outside in _group_slices(groups, depth, outputs // groups):
            made = convolution_input(x[..., outside], kernel[..., outside], lengths=whole, **metadata)
            result[..., inside] = made
        return result[key]
    if groups > 1:
        wide = x.reshape(*x.shape[:-1], groups, outputs // groups)
    rows = x.reshape(-1, outputs)
    product = np.empty((rows.shape[0], depth * groups), x.dtype)
    shaped = product.reshape(count, *places_along, depth * groups)
    for position in itertools.product(*map(range, window)):
        if groups > 1:
            _weighted_sum(wide, kernel[position].reshape(groups, outputs // groups), shaped)
        else:
            np.matmul(rows, kernel[position].T, out=product)
        target = result[places(position, places_along, strides, dilations)]
        target += shaped
    return result[key]


@np.errstate(all="ignore")
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
    """The product of the window matrix, transposed, with `y`."""
    if x.dtype == np.float16:
        return _in_float32(convolution_kernel, x, y, strides, padding, dilations, groups, window=window)
    depth, outputs, lengths = x.shape[-1] // groups, y.shape[-1], y.shape[1:-1]
    x = _padded(x, padding)
    if groups > 1:
        result = np.empty((*window, depth, outputs), x.dtype)
        if depth == 1:
            wide = y.reshape(-1, groups, outputs // groups)
            for position in itertools.product(*map(range, window)):
                under = x[places(position, lengths, strides, dilations)].reshape(-1, groups, 1)
                result[position] = (under * wide).sum(0).reshape(1, outputs)
        else:
            metadata = _ungrouped(strides, dilations)
            for inside, outside in _group_slices(groups, depth, outputs // groups):
                result[..., outside] = convolution_kernel(x[..., inside], y[..., outside], window=window, **metadata)
        return result
    total: Any = None
    for part, columns in _window_matrices(x, window, lengths, strides, dilations):
        product = columns.T @ y[part].reshape(-1, outputs)
        total = product if total is None else total + product
    if total is None:
        total = np.zeros((math.prod(window) * depth, outputs), x.dtype)
    return total.reshape(*window, depth, outputs)


def _ungrouped(strides: Lengths, dilations: Lengths) -> dict[str, Any]:
    """The metadata of the convolution of one group, whose padding is there already."""
    return {"strides": strides, "dilations": dilations, "padding": ((0, 0),) * len(strides), "groups": 1}


def _window_matrices(
    x: Array, window: Lengths, lengths: Lengths, strides: Lengths, dilations: Lengths
) -> Iterator[tuple[slice, Array]]:
    """For one part of the batch after the other: which, and a matrix with a row for each window in it."""
    count, channels, rank = x.shape[0], x.shape[-1], len(window)
    size = math.prod(window) * channels
    if all(length == 1 for length in (*window, *strides)):
        yield slice(None), x.reshape(-1, channels)  # every element is a window of its own: nothing to copy
        return
    apart = x.strides[1:-1]
    moves = tuple(step * stride for step, stride in zip(apart, strides))
    within = tuple(step * dilation for step, dilation in zip(apart, dilations))
    shape, steps = (count, *lengths, *window, channels), (x.strides[0], *moves, *within, x.strides[-1])
    windows: Array = np.ndarray(shape, x.dtype, x, 0, steps)
    at_once = max(min(_PART // max(size * math.prod(lengths), 1), count), 1)
    by_column = channels < 4  # short rows: copied quicker a column after the other
    if by_column:
        windows = windows.transpose(*range(rank + 1, 2 * rank + 2), *range(rank + 1))
    memory = np.empty(at_once * math.prod(lengths) * size, x.dtype)
    for start in range(0, count, at_once):
        part = slice(start, min(start + at_once, count))
        rows = (part.stop - start) * math.prod(lengths)
        if by_column:
            source = windows[(slice(None),) * (rank + 1) + (part,)]
            matrix = memory[: rows * size].reshape(size, rows).T
            np.copyto(matrix.T.reshape(source.shape), source)
        else:
            source = windows[part]
            matrix = memory[: rows * size].reshape(rows, size)
            np.copyto(matrix.reshape(source.shape), source)
        yield part, matrix


def _depthwise(x: Array, kernel: Array, result: Array, strides: Lengths, dilations: Lengths) -> None:
    """Add to `result` the convolution of each channel on its own."""
    channels, multiplier = x.shape[-1], kernel.shape[-1] // x.shape[-1]
    lengths = result.shape[1:-1]
    shaped = result.reshape(*result.shape[:-1], channels, multiplier)
    product = np.empty_like(shaped)
    for position in itertools.product(*map(range, kernel.shape[:-2])):
        under = x[places(position, lengths, strides, dilations)]
        np.multiply(under[..., None], kernel[position].reshape(channels, multiplier), out=product)
        shaped += product


def _weighted_sum(x: Array, weights: Array, out: Array) -> None:
    """Write the sum of the last axis of `x · weights` into `out`."""
    if weights.shape[-1] == 1:
        np.multiply(x[..., 0], weights[:, 0], out=out)
    else:
        np.einsum("...cm,cm->...c", x, weights, out=out)


def _group_slices(groups: int, depth: int, outputs: int) -> Iterator[tuple[slice, slice]]:
    """For each group, its input channels and its output channels."""
    for group in range(groups):
        yield slice(group * depth, (group + 1) * depth), slice(group * outputs, (group + 1) * outputs)


def _padded(x: Array, padding: Padding) -> Array:
    if not any(map(any, padding)):
        return np.ascontiguousarray(x)
    lengths = [length + before + after for length, (before, after) in zip(x.shape[1:-1], padding)]
    result = np.zeros((x.shape[0], *lengths, x.shape[-1]), x.dtype)
    key = (
        slice(None),
        *(slice(before, before + length) for length, (before, _) in zip(x.shape[1:-1], padding)),
    )
    result[key] = x
    return result


def _in_float32(
    function: Callable[..., Array],
    x: Array,
    y: Array,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
    groups: int,
    **extra: Lengths,
) -> Array:
    """BLAS has no half precision, and sums need more than it has."""
    wide = x.astype(np.float32), y.astype(np.float32)
    result = function(*wide, strides=strides, padding=padding, dilations=dilations, groups=groups, **extra)
    return result.astype(x.dtype)
