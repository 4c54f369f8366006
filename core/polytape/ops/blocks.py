"""Blocks of space moved into depth or batch, and back."""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments
from polytape.conversion import convert
from polytape.errors import InvalidArgumentError
from polytape.ops.padding import pad
from polytape.ops.shape import permute_dims, reshape_
from polytape.ops.slicing import getitem
from polytape.tensor import Tensor


def space_to_depth(input: Any, block_size: int, data_format: str = "NHWC", name: str | None = None) -> Tensor:
    """Return images whose square blocks have become channels.

    Args:
        input: shape [batch, height, width, channels], or [batch, channels, height, width] for "NCHW".
        block_size: the side of the blocks; it divides height and width.
        data_format: "NHWC" or "NCHW".

    Returns:
        Shape [batch, height / block_size, width / block_size, channels · block_size²], or its "NCHW" order.

    >>> import polytape as tf
    >>> tf.nn.space_to_depth([[[[1], [2]], [[3], [4]]]], 2).numpy().tolist()
    [[[[1, 2, 3, 4]]]]
    """
    x, block = _images(input, block_size, data_format, "space_to_depth")
    first, second = (1, 2) if data_format.upper() == "NHWC" else (2, 3)
    shape = tuple(x._array.shape)
    if shape[first] % block or shape[second] % block:
        raise InvalidArgumentError(
            f"space_to_depth: height and width must be multiples of block_size {block}; received shape {list(shape)}."
        )
    height, width = shape[first] // block, shape[second] // block
    if first == 1:
        batch, depth = shape[0], shape[3]
        x = permute_dims(reshape_(x, shape=(batch, height, block, width, block, depth)), axes=(0, 1, 3, 2, 4, 5))
        return reshape_(x, shape=(batch, height, width, block * block * depth))  # type: ignore[no-any-return]
    batch, depth = shape[:2]
    x = permute_dims(reshape_(x, shape=(batch, depth, height, block, width, block)), axes=(0, 3, 5, 1, 2, 4))
    return reshape_(x, shape=(batch, block * block * depth, height, width))  # type: ignore[no-any-return]


def depth_to_space(input: Any, block_size: int, data_format: str = "NHWC", name: str | None = None) -> Tensor:
    """Return images whose channels have become square blocks: the inverse of `space_to_depth`.

    Args:
        input: shape [batch, height, width, channels], or [batch, channels, height, width] for "NCHW".
        block_size: the side of the blocks; its square divides the number of channels.
        data_format: "NHWC" or "NCHW".

    >>> import polytape as tf
    >>> tf.nn.depth_to_space([[[[1, 2, 3, 4]]]], 2).numpy().tolist()
    [[[[1], [2]], [[3], [4]]]]
    """
    x, block = _images(input, block_size, data_format, "depth_to_space")
    shape = tuple(x._array.shape)
    last = data_format.upper() == "NHWC"
    batch, height, width = (shape[0], shape[1], shape[2]) if last else (shape[0], shape[2], shape[3])
    depth, rest = divmod(shape[3] if last else shape[1], block * block)
    if rest:
        raise InvalidArgumentError(
            f"depth_to_space: the channels must be a multiple of block_size² = {block * block}; received shape "
            f"{list(shape)}."
        )
    if last:
        x = permute_dims(reshape_(x, shape=(batch, height, width, block, block, depth)), axes=(0, 1, 3, 2, 4, 5))
        return reshape_(x, shape=(batch, height * block, width * block, depth))  # type: ignore[no-any-return]
    x = permute_dims(reshape_(x, shape=(batch, block, block, depth, height, width)), axes=(0, 3, 4, 1, 5, 2))
    return reshape_(x, shape=(batch, depth, height * block, width * block))  # type: ignore[no-any-return]


def _images(input: Any, block_size: Any, data_format: str, op: str) -> tuple[Tensor, int]:
    arguments.choice(data_format, ("NHWC", "NCHW"), op, "data_format")
    block = arguments.integer(block_size, f"{op}: block_size")
    x = input if type(input) is Tensor else convert(input)
    if len(x._array.shape) != 4 or block < 1:
        raise InvalidArgumentError(
            f"{op}: the input must have 4 axes and block_size be positive; received shape {x.shape} and {block}."
        )
    return x, block


def space_to_batch_nd(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> Tensor:
    """Return a tensor whose spatial axes, padded with zeros, have been cut into blocks that become batch.

    Args:
        input: shape [batch, *spatial, *rest].
        block_shape: the lengths of a block, one for each spatial axis.
        paddings: what is added before and after, one pair for each spatial axis.

    >>> import polytape as tf
    >>> tf.space_to_batch([[[[1], [2]], [[3], [4]]]], 2, [[0, 0], [0, 0]]).shape
    TensorShape([4, 1, 1, 1])
    """
    x = input if type(input) is Tensor else convert(input)
    block, amounts = _blocks(x, block_shape, paddings, "space_to_batch", "paddings")
    count = len(block)
    x = pad(x, ((0, 0), *amounts, *((0, 0),) * (x.ndim - 1 - count)))
    shape = tuple(x._array.shape)
    batch, spatial, rest = shape[0], shape[1 : 1 + count], shape[1 + count :]
    if any(length % size for length, size in zip(spatial, block)):
        raise InvalidArgumentError(
            f"space_to_batch: the padded spatial lengths {list(spatial)} must be multiples of block_shape "
            f"{list(block)}."
        )
    smaller = [length // size for length, size in zip(spatial, block)]
    x = reshape_(x, shape=(batch, *[n for pair in zip(smaller, block) for n in pair], *rest))
    within = [2 + 2 * i for i in range(count)]
    across = [1 + 2 * i for i in range(count)]
    x = permute_dims(x, axes=(*within, 0, *across, *range(1 + 2 * count, x.ndim)))
    return reshape_(x, shape=(batch * math.prod(block), *smaller, *rest))  # type: ignore[no-any-return]


def space_to_batch(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> Tensor:
    """Return what `tf.space_to_batch_nd` does; one number stands for two spatial axes.

    >>> import polytape as tf
    >>> tf.space_to_batch([[[[1], [2]], [[3], [4]]]], [2, 2], [[0, 0], [0, 0]]).shape
    TensorShape([4, 1, 1, 1])
    """
    return space_to_batch_nd(input, _square(block_shape), paddings)


def batch_to_space(input: Any, block_shape: Any, crops: Any, name: str | None = None) -> Tensor:
    """Return a tensor whose batch has become blocks of its spatial axes: the inverse of `tf.space_to_batch_nd`.

    Args:
        input: shape [batch, *spatial, *rest].
        block_shape: the lengths of a block, one for each spatial axis; their product divides the batch.
        crops: what is cut off before and after, one pair for each spatial axis.

    >>> import polytape as tf
    >>> tf.batch_to_space([[[[1]]], [[[2]]], [[[3]]], [[[4]]]], [2, 2], [[0, 0], [0, 0]]).numpy().tolist()
    [[[[1], [2]], [[3], [4]]]]
    """
    x = input if type(input) is Tensor else convert(input)
    block, amounts = _blocks(x, _square(block_shape), crops, "batch_to_space", "crops")
    count = len(block)
    shape = tuple(x._array.shape)
    spatial, rest = shape[1 : 1 + count], shape[1 + count :]
    batch, left = divmod(shape[0], math.prod(block))
    if left:
        raise InvalidArgumentError(
            f"batch_to_space: the batch must be a multiple of the product of block_shape {list(block)}; received shape "
            f"{list(shape)}."
        )
    x = reshape_(x, shape=(*block, batch, *spatial, *rest))
    pairs = [axis for i in range(count) for axis in (count + 1 + i, i)]
    x = permute_dims(x, axes=(count, *pairs, *range(2 * count + 1, x.ndim)))
    longer = [length * size for length, size in zip(spatial, block)]
    if any(before + after > length for length, (before, after) in zip(longer, amounts)):
        raise InvalidArgumentError(
            f"batch_to_space: crops {[list(pair) for pair in amounts]} cut off more than the lengths {longer}."
        )
    x = reshape_(x, shape=(batch, *longer, *rest))
    return getitem(  # type: ignore[no-any-return]
        x, key=(slice(None), *[slice(before, n - after) for n, (before, after) in zip(longer, amounts)])
    )


def _square(block_shape: Any) -> tuple[int, ...]:
    sizes = arguments.shape(block_shape, "space and batch", "block_shape")
    return sizes * 2 if getattr(block_shape, "ndim", None) == 0 or not hasattr(block_shape, "__len__") else sizes


def _blocks(x: Tensor, block_shape: Any, amounts: Any, op: str, name: str) -> tuple[tuple[int, ...], Any]:
    block = arguments.shape(block_shape, op, "block_shape")
    if any(size < 1 for size in block) or len(block) >= x.ndim:
        raise InvalidArgumentError(
            f"{op}: block_shape must hold positive numbers, one for each spatial axis of shape {x.shape}; received "
            f"{list(block)}."
        )
    return block, arguments.pairs(amounts, len(block), op, name)
