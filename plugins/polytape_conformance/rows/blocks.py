"""Blocks of space moved into depth or batch, and back."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from polytape_conformance.linear import linear
from polytape_conformance.row import Row, integers, real


def _space_to_depth(x: Any, size: int) -> Any:
    batch, height, width, depth = x.shape
    result = np.zeros((batch, height // size, width // size, depth * size * size), x.dtype)
    for b, i, j, d in itertools.product(*map(range, x.shape)):
        result[b, i // size, j // size, (i % size * size + j % size) * depth + d] = x[b, i, j, d]
    return result


def _depth_to_space(x: Any, size: int) -> Any:
    batch, height, width, depth = x.shape
    inner = depth // size // size
    result = np.zeros((batch, height * size, width * size, inner), x.dtype)
    for b, i, j, d in itertools.product(*map(range, x.shape)):
        row, column = divmod(d // inner, size)
        result[b, i * size + row, j * size + column, d % inner] = x[b, i, j, d]
    return result


def _space_to_batch(x: Any, block: tuple[int, int], paddings: Any) -> Any:
    padded = np.pad(x, ((0, 0), *paddings, (0, 0)))
    batch, height, width, depth = padded.shape
    result = np.zeros((batch * block[0] * block[1], height // block[0], width // block[1], depth), x.dtype)
    for b, i, j, d in itertools.product(*map(range, padded.shape)):
        place = (i % block[0] * block[1] + j % block[1]) * batch + b
        result[place, i // block[0], j // block[1], d] = padded[b, i, j, d]
    return result


def _batch_to_space(x: Any, block: tuple[int, int], crops: Any) -> Any:
    batch = len(x) // (block[0] * block[1])
    result = np.zeros((batch, x.shape[1] * block[0], x.shape[2] * block[1], x.shape[3]), x.dtype)
    for place, i, j, d in itertools.product(*map(range, x.shape)):
        row, column = divmod(place // batch, block[1])
        result[place % batch, i * block[0] + row, j * block[1] + column, d] = x[place, i, j, d]
    (top, bottom), (left, right) = crops
    return result[:, top : result.shape[1] - bottom, left : result.shape[2] - right]


def _first(x: Any) -> Any:
    return np.moveaxis(x, 3, 1)


def _last(x: Any) -> Any:
    return np.moveaxis(x, 1, 3)


ROWS: list[Row] = [
    linear(
        "nn.space_to_depth",
        lambda tf, x: tf.nn.space_to_depth(x, 2),
        lambda x: _space_to_depth(x, 2),
        ((real(2, 2, 4, 3),), (integers(1, 4, 2, 1),)),
        rejects=(
            (
                lambda tf: tf.nn.space_to_depth(tf.zeros([1, 3, 2, 1]), 2),
                ValueError,
                "multiples of block_size 2",
            ),
        ),
    ),
    linear(
        "nn.space_to_depth",
        lambda tf, x: tf.nn.space_to_depth(x, 2, data_format="NCHW"),
        lambda x: _first(_space_to_depth(_last(x), 2)),
        ((real(2, 3, 2, 4),),),
        variant="NCHW",
    ),
    linear(
        "nn.depth_to_space",
        lambda tf, x: tf.nn.depth_to_space(x, 2),
        lambda x: _depth_to_space(x, 2),
        ((real(2, 1, 2, 8),), (integers(1, 2, 1, 4),)),
        rejects=(
            (
                lambda tf: tf.nn.depth_to_space(tf.zeros([1, 2, 2, 3]), 2),
                ValueError,
                "a multiple of block_size",
            ),
        ),
    ),
    linear(
        "nn.depth_to_space",
        lambda tf, x: tf.nn.depth_to_space(x, 2, data_format="NCHW"),
        lambda x: _first(_depth_to_space(_last(x), 2)),
        ((real(2, 8, 1, 2),),),
        variant="NCHW",
    ),
    linear(
        "space_to_batch_nd",
        lambda tf, x: tf.space_to_batch_nd(x, [2, 3], [[1, 0], [0, 2]]),
        lambda x: _space_to_batch(x, (2, 3), ((1, 0), (0, 2))),
        ((real(1, 3, 4, 2),),),
    ),
    linear(
        "space_to_batch",
        lambda tf, x: tf.space_to_batch(x, [2, 3], [[1, 0], [0, 2]]),
        lambda x: _space_to_batch(x, (2, 3), ((1, 0), (0, 2))),
        ((real(2, 3, 4, 1),),),
        alias_of=("nn.space_to_batch",),
        rejects=(
            (
                lambda tf: tf.space_to_batch(tf.zeros([1, 3, 3, 1]), [2, 2], [[0, 0], [0, 0]]),
                ValueError,
                "must be multiples of block_shape",
            ),
        ),
    ),
    linear(
        "batch_to_space",
        lambda tf, x: tf.batch_to_space(x, [2, 3], [[1, 0], [0, 2]]),
        lambda x: _batch_to_space(x, (2, 3), ((1, 0), (0, 2))),
        ((real(12, 2, 1, 2),),),
        alias_of=("nn.batch_to_space",),
        rejects=(
            (
                lambda tf: tf.batch_to_space(tf.zeros([3, 1, 1, 1]), [2, 2], [[0, 0], [0, 0]]),
                ValueError,
                "a multiple of the product of block_shape",
            ),
        ),
    ),
]
