"""Parts of arrays under a sliding window, in terms of a backend's primitives: padding, taking and putting
back.

Arrays are (batch, spatial..., channels). A *position* is a place within the window; taking it gives, for
every place of the window, the one element that lies under that position.
"""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.ops.spatial import Lengths, Padding


def padded(backend: Backend, x: Array, amounts: Padding, value: float = 0) -> Array:
    """Return `x` with elements of `value` before and after each spatial axis; negative amounts cut off."""
    for axis, (before, after) in enumerate(amounts, start=1):
        if before < 0 or after < 0:
            x = backend.getitem(x, key=along(axis, slice(max(-before, 0), x.shape[axis] - max(-after, 0))))
        left, right, device = x.shape[:axis], x.shape[axis + 1 :], backend.device_of(x)
        parts = [
            x if count is None else backend.full((*left, count, *right), value, dtype=x.dtype, device=device)
            for count in (before, None, after)
            if count is None or count > 0
        ]
        if len(parts) > 1:
            x = backend.concat(parts, axis=axis)
    return x


def spread(backend: Backend, x: Array, strides: Lengths) -> Array:
    """Return `x` with `stride - 1` zeros between neighbours along each spatial axis."""
    if not any(stride > 1 for stride in strides):
        return x
    lengths = [(length - 1) * stride + 1 if length else 0 for length, stride in zip(x.shape[1:-1], strides)]
    key = (slice(None), *(slice(None, None, stride) for stride in strides))
    return backend.setitem_zeros(x, key=key, shape=(x.shape[0], *lengths, x.shape[-1]))


def along(axis: int, part: Any) -> tuple[Any, ...]:
    """Return the key that takes `part` along one axis and everything along the others."""
    return (*(slice(None),) * axis, part)


def place(position: int, length: int, stride: int, dilation: int) -> slice:
    """Return the slice along one axis of the elements under `position`, for `length` places of the window."""
    start = position * dilation
    return slice(start, start + (length - 1) * stride + 1 if length else start, stride)


def places(position: Lengths, lengths: Lengths, strides: Lengths, dilations: Lengths) -> tuple[slice, ...]:
    """Return the key of the elements under `position`, for `lengths` places of the window along each axis."""
    return (slice(None), *map(place, position, lengths, strides, dilations))
