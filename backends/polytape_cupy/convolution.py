"""Convolution on CuPy: windows copied into the rows of a matrix, and one product by cuBLAS.

What there is to choose from, as of CuPy 14, read and not timed, since no GPU was at hand:

- cuDNN by way of CuPy: gone. CuPy 14 has dropped it, and points to NVIDIA's cudnn-frontend.
- cudnn-frontend: well kept, and the fastest to be expected, as it needs no matrix of windows. It brings half a gigabyte
  of libraries, and plans for each shape, dtype and GPU that can't be tried out without one. Whoever has a GPU: this is
  the first thing to measure against.
- cuTENSOR (`cupyx.cutensor`): contractions of tensors whose elements lie apart; windows overlap.
- Fourier transforms (`cupyx.scipy.fft`): ahead for large windows only.
- A kernel of our own: without tensor cores slower than cuBLAS where it counts, and not to be tested here either.
- cuBLAS, which CuPy calls for every matrix product: NVIDIA's own, tensor cores for float16 (summed in float32), and for
  float32 as well if CuPy is told to round to TF32 (`CUPY_TF32=1`).

Hence cuBLAS: the copy of the windows is one kernel, the product another. Memory for the windows is bounded: large
batches go in parts. The gradient of the input is, with strides of one, a convolution again; with larger ones a product
that is added up position by position, because a convolution would work on mostly zeros. Channels convolved on their own
(depthwise) have no matrix product to offer: windows are multiplied where they lie, and summed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import prod
from typing import Any

import cupy
from cupy.lib.stride_tricks import as_strided

from polytape.backend import COMPOSITIONS, Backend
from polytape.ops.spatial import Lengths, Padding, output_lengths
from polytape.ops.windows import places

_PART = 2**26
"""The number of elements of a window matrix that is made at once: 256 MiB in float32."""


def convolution(
    backend: Backend, x: Any, kernel: Any, *, strides: Lengths, padding: Padding, dilations: Lengths, groups: int
) -> Any:
    """The products of the windows with the kernel."""
    *window, depth, outputs = kernel.shape
    lengths = output_lengths(x.shape[1:-1], tuple(window), strides, dilations, padding)
    result = cupy.empty((x.shape[0], *lengths, outputs), x.dtype)
    if not result.size or not kernel.size:
        result.fill(0)
        return result
    x = _padded(x, padding)
    if groups > 1 and depth == 1:
        weights = kernel.reshape(*window, groups, outputs // groups)
        for part, windows in _windows(x, tuple(window), lengths, strides, dilations, outputs):
            result[part] = _sum(windows[..., None] * weights, len(lengths), len(window)).reshape(result[part].shape)
        return result
    matrices = _by_group(kernel.reshape(-1, outputs), groups)
    for part, windows in _windows(x, tuple(window), lengths, strides, dilations):
        product = _window_matrices(windows, len(lengths), groups) @ matrices
        result[part] = _side_by_side(product).reshape(result[part].shape)
    return result


def convolution_input(
    backend: Backend,
    x: Any,
    kernel: Any,
    *,
    lengths: Lengths,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
    groups: int,
) -> Any:
    """With strides of one a convolution, else for each position of the window a product, added where it lies."""
    *window, depth, outputs = kernel.shape
    if groups > 1 or all(stride == 1 for stride in strides) or not x.size or not kernel.size:
        return COMPOSITIONS["convolution_input"](
            backend,
            x,
            kernel,
            lengths=lengths,
            strides=strides,
            padding=padding,
            dilations=dilations,
            groups=groups,
        )
    padded = [length + before + after for length, (before, after) in zip(lengths, padding)]
    result = cupy.zeros((x.shape[0], *padded, depth), x.dtype)
    rows = x.reshape(-1, outputs)
    for position in itertools.product(*map(range, window)):
        under = (rows @ kernel[position].T).reshape(*x.shape[:-1], depth)
        result[places(position, x.shape[1:-1], strides, dilations)] += under
    return result[(slice(None), *(slice(before, before + length) for length, (before, _) in zip(lengths, padding)))]


def convolution_kernel(
    backend: Backend,
    x: Any,
    y: Any,
    *,
    window: Lengths,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
    groups: int,
) -> Any:
    """The product of the windows, as columns, with `y`."""
    depth, outputs, lengths = x.shape[-1] // groups, y.shape[-1], y.shape[1:-1]
    total = cupy.zeros((*window, depth, outputs), x.dtype)
    if not x.size or not y.size:
        return total
    x = _padded(x, padding)
    if groups > 1 and depth == 1:
        within = (slice(None),) * (len(lengths) + 1) + (None,) * len(window)
        for part, windows in _windows(x, window, lengths, strides, dilations, outputs):
            wide = y[part][within].reshape(*windows.shape[: len(lengths) + 1], *(1,) * len(window), groups, -1)
            products = windows[..., None] * wide
            total += cupy.sum(products, axis=tuple(range(len(lengths) + 1)), dtype=_wide(x)).reshape(total.shape)
        return total
    for part, windows in _windows(x, window, lengths, strides, dilations):
        columns = _window_matrices(windows, len(lengths), groups).swapaxes(-1, -2)
        total += _side_by_side(columns @ _by_group(y[part].reshape(-1, outputs), groups)).reshape(total.shape)
    return total


def _padded(x: Any, padding: Padding) -> Any:
    if not any(map(any, padding)):
        return x
    lengths = [length + before + after for length, (before, after) in zip(x.shape[1:-1], padding)]
    result = cupy.zeros((x.shape[0], *lengths, x.shape[-1]), x.dtype)
    inside = (slice(before, before + length) for length, (before, _) in zip(x.shape[1:-1], padding))
    result[(slice(None), *inside)] = x
    return result


def _windows(
    x: Any, window: Lengths, lengths: Lengths, strides: Lengths, dilations: Lengths, outputs: int = 0
) -> Iterator[tuple[slice, Any]]:
    """For one part of the batch after the other: which, and a view (batch, windows..., window..., channels) of it.

    `outputs` is given if each element of a window will be multiplied with that many numbers in place of its channel's.
    """
    count, channels = x.shape[0], x.shape[-1]
    apart = x.strides[1:-1]
    moves = tuple(step * stride for step, stride in zip(apart, strides))
    within = tuple(step * dilation for step, dilation in zip(apart, dilations))
    steps = (x.strides[0], *moves, *within, x.strides[-1])
    size = prod(lengths) * prod(window) * max(outputs, channels)
    at_once = max(min(_PART // size, count), 1)
    for start in range(0, count, at_once):
        part = slice(start, min(start + at_once, count))
        shape = (part.stop - start, *lengths, *window, channels)
        yield part, as_strided(x[part], shape=shape, strides=steps)


def _window_matrices(windows: Any, rank: int, groups: int) -> Any:
    """The windows as rows of a matrix; with groups a matrix for each, (groups, rows, window · channels / groups)."""
    rows = prod(windows.shape[: rank + 1])
    if groups == 1:
        return windows.reshape(rows, -1)
    *outer, channels = windows.shape
    split = windows.reshape(rows, prod(outer[rank + 1 :]), groups, channels // groups)
    return split.transpose(2, 0, 1, 3).reshape(groups, rows, -1)


def _by_group(matrix: Any, groups: int) -> Any:
    """The columns of a matrix group by group, (groups, rows, columns / groups)."""
    if groups == 1:
        return matrix
    return matrix.reshape(matrix.shape[0], groups, -1).transpose(1, 0, 2)


def _side_by_side(product: Any) -> Any:
    """The opposite: one matrix of the columns of all groups."""
    if product.ndim == 2:
        return product
    return product.transpose(1, 0, 2).reshape(product.shape[1], -1)


def _sum(products: Any, rank: int, window_rank: int) -> Any:
    """The sum over the window of (batch, windows..., window..., channels, multiplier)."""
    return cupy.sum(products, axis=tuple(range(rank + 1, rank + 1 + window_rank)), dtype=_wide(products))


def _wide(x: Any) -> Any:
    """The dtype in which to sum."""
    return cupy.float32 if x.dtype == cupy.float16 else x.dtype


METHODS: dict[str, Any] = {
    "convolution": convolution,
    "convolution_input": convolution_input,
    "convolution_kernel": convolution_kernel,
}
"""What takes the backend as its first argument."""
