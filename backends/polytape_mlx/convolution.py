"""Convolution by `mx.conv_general`; in float64, which that does not have, by core's compositions."""

from __future__ import annotations

from typing import Any

import mlx.core as mx

from polytape.backend import COMPOSITIONS, Backend
from polytape.ops.spatial import Lengths, Padding

_HAVE = frozenset((mx.float32, mx.float16))


def convolution(
    backend: Backend, x: Any, kernel: Any, *, strides: Lengths, padding: Padding, dilations: Lengths, groups: int
) -> Any:
    """The products of the windows with the kernel, whose outputs MLX has first."""
    if not _fits(x, kernel, padding):
        return COMPOSITIONS["convolution"](
            backend, x, kernel, strides=strides, padding=padding, dilations=dilations, groups=groups
        )
    return mx.conv_general(
        x,
        mx.moveaxis(kernel, -1, 0),
        stride=strides,
        padding=_before_and_after(padding),
        kernel_dilation=dilations,
        groups=groups,
    )


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
    """A convolution of `x`, with zeros between its elements, with the flipped kernel."""
    *window, channels, outputs = kernel.shape
    rank = len(window)
    amounts = []
    for axis, (before, _) in enumerate(padding):
        reach = (window[axis] - 1) * dilations[axis]
        spread = (x.shape[axis + 1] - 1) * strides[axis] + 1
        amounts.append((reach - before, lengths[axis] - spread + before))
    if not _fits(x, kernel, tuple(amounts)):
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
    split = kernel.reshape(*window, channels, groups, outputs // groups)
    turned = mx.transpose(split, (rank + 1, rank, *range(rank), rank + 2))
    return mx.conv_general(
        x,
        turned.reshape(groups * channels, *window, outputs // groups),
        padding=_before_and_after(tuple(amounts)),
        kernel_dilation=dilations,
        input_dilation=strides,
        groups=groups,
        flip=True,
    )


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
    """A convolution over the batch: channels take the place of examples."""
    if groups > 1 or not _fits(x, y, padding):
        return COMPOSITIONS["convolution_kernel"](
            backend,
            x,
            y,
            window=window,
            strides=strides,
            padding=padding,
            dilations=dilations,
            groups=groups,
        )
    found = mx.conv_general(
        mx.swapaxes(x, 0, -1),
        mx.swapaxes(y, 0, -1),
        stride=dilations,
        padding=_before_and_after(padding),
        kernel_dilation=strides,
    )
    found = found[(slice(None), *(slice(length) for length in window))]
    return mx.moveaxis(found, 0, -2)


def _fits(x: Any, y: Any, padding: Padding) -> bool:
    """Whether `mx.conv_general` takes it: elements to work on, no negative padding, a dtype that it has."""
    return x.dtype in _HAVE and x.size > 0 < y.size and len(padding) < 4 and min(map(min, padding)) >= 0


def _before_and_after(padding: Padding) -> tuple[list[int], list[int]]:
    return [before for before, _ in padding], [after for _, after in padding]


METHODS: dict[str, Any] = {
    "convolution": convolution,
    "convolution_input": convolution_input,
    "convolution_kernel": convolution_kernel,
}
"""What takes the backend as its first argument."""
