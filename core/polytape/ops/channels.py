"""Bringing channels last and batch axes together, and back: what convolution and pooling compute on."""

from __future__ import annotations

import math

from polytape.errors import InvalidArgumentError
from polytape.ops.shape import permute_dims, reshape
from polytape.ops.spatial import to_channels_first, to_channels_last
from polytape.tensor import Tensor

Lengths = tuple[int, ...]


def channels_last(op: str, x: Tensor, rank: int, first: bool) -> tuple[Tensor, Lengths]:
    """Return `x` as (batch, spatial..., channels), and the lengths of the batch axes that it had.

    Args:
        op: what to call the op in errors.
        x: (batch..., spatial..., channels), or (batch..., channels, spatial...) if `first`.
        rank: the number of spatial axes.
        first: whether the channels come before the spatial axes.

    Raises:
        InvalidArgumentError: if there are fewer axes than one for the batch, the spatial ones and the
            channels.
    """
    shape = x._array.shape
    if len(shape) < rank + 2:
        order = "batch, channels, spatial axes" if first else "batch, spatial axes, channels"
        raise InvalidArgumentError(
            f"{op}: input must have rank {rank + 2} or more ({order}); received shape {list(shape)}."
        )
    batch = shape[: -rank - 1]
    if len(batch) != 1:
        x = reshape(x, (math.prod(batch), *shape[-rank - 1 :]))
    return (permute_dims(x, axes=to_channels_last(rank)) if first else x), batch


def as_given(y: Tensor, batch: Lengths, rank: int, first: bool) -> Tensor:
    """Return `y`, (batch, spatial..., channels), in the data format and with the batch axes of the input."""
    if first:
        y = permute_dims(y, axes=to_channels_first(rank))
    return y if len(batch) == 1 else reshape(y, (*batch, *y._array.shape[1:]))
