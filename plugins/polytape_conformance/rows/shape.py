"""The same elements under another shape."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from polytape_conformance.linear import linear
from polytape_conformance.row import Row, booleans, integers, real


def _transposed(x: Any, perm: Any) -> Any:
    result = np.empty([x.shape[axis] for axis in perm], x.dtype)
    for place in itertools.product(*map(range, x.shape)):
        result[tuple(place[axis] for axis in perm)] = x[place]
    return result


def _broadcast(x: Any, shape: tuple[int, ...]) -> Any:
    result = np.empty(shape, x.dtype)
    for place in itertools.product(*map(range, shape)):
        own = place[len(shape) - x.ndim :]
        result[place] = x[tuple(0 if length == 1 else i for i, length in zip(own, x.shape))]
    return result


def _listed(x: Any, shape: tuple[int, ...]) -> Any:
    return np.array(x.tolist(), x.dtype).ravel().reshape(shape)


ROWS: list[Row] = [
    linear(
        "reshape",
        lambda tf, x: tf.reshape(x, [3, -1]),
        lambda x: _listed(x, (3, x.size // 3)),
        ((real(2, 6),), (real(3),), (integers(3, 4),), (booleans(6),), (real(0, 3),)),
        rejects=(
            (
                lambda tf: tf.reshape([1, 2, 3], [2, 2]),
                ValueError,
                r"has 3 elements; the shape \[2, 2\] asks for 4",
            ),
            (lambda tf: tf.reshape([1, 2, 3], [-1, -1]), ValueError, "only one length may be -1"),
            (lambda tf: tf.reshape([1, 2, 3], [-1, 2]), ValueError, "no multiple of the 2"),
            (lambda tf: tf.reshape([1, 2, 3], [-3]), ValueError, "no negative lengths"),
            (lambda tf: tf.reshape([1, 2, 3], [1.5, 2]), TypeError, "must be an integer"),
        ),
    ),
    linear(
        "reshape",
        lambda tf, x: tf.reshape(x, []),
        lambda x: x.ravel()[0],
        ((real(1, 1),), (real(),)),
        variant="scalar",
    ),
    linear(
        "reshape",
        lambda tf, x: tf.reshape(tf.transpose(x), tf.constant([-1], tf.int64)),
        lambda x: np.array([x[i, j] for j in range(x.shape[1]) for i in range(x.shape[0])]),
        ((real(2, 3),),),
        variant="of a transposed tensor",
    ),
    linear(
        "transpose",
        lambda tf, x: tf.transpose(x),
        lambda x: _transposed(x, tuple(range(x.ndim))[::-1]),
        ((real(2, 3),), (real(4),), (real(),), (real(2, 3, 2),), (real(0, 2),)),
    ),
    linear(
        "transpose",
        lambda tf, x: tf.transpose(x, [2, 0, -2]),
        lambda x: _transposed(x, (2, 0, 1)),
        ((real(2, 3, 4),), (integers(1, 2, 3),)),
        variant="perm",
        rejects=(
            (lambda tf: tf.transpose([[1]], [0]), ValueError, "each of the 2 axes once"),
            (lambda tf: tf.transpose([[1]], [0, 0]), ValueError, "names an axis twice"),
            (lambda tf: tf.transpose([[1]], [0, 2]), ValueError, "out of range for a tensor of rank 2"),
        ),
    ),
    linear(
        "broadcast_to",
        lambda tf, x: tf.broadcast_to(x, [2, 3, 2]),
        lambda x: _broadcast(x, (2, 3, 2)),
        ((real(3, 1),), (real(),), (real(1),), (real(2, 3, 2),), (integers(2),), (booleans(2, 1, 1),)),
        rejects=(
            (lambda tf: tf.broadcast_to([1, 2], [3]), ValueError, r"shape \[2\] can't take the shape \[3\]"),
            (lambda tf: tf.broadcast_to([[1]], [1]), ValueError, "can't take the shape"),
        ),
    ),
    linear(
        "expand_dims",
        lambda tf, x: [tf.expand_dims(x, 0), tf.expand_dims(x, -1), tf.expand_dims(x, x.ndim)],
        lambda x: [x[None], x[..., None], x[..., None]],
        ((real(2, 3),), (real(),), (integers(2),)),
        rejects=((lambda tf: tf.expand_dims([1], 2), ValueError, "expand_dims: axis 2 is out of range"),),
    ),
    linear(
        "squeeze",
        lambda tf, x: tf.squeeze(x),
        lambda x: _listed(x, tuple(n for n in x.shape if n != 1)),
        ((real(1, 2, 1, 3),), (real(2, 3),), (real(1, 1),), (real(),)),
    ),
    linear(
        "squeeze",
        lambda tf, x: tf.squeeze(x, axis=[0, -1]),
        lambda x: _listed(x, x.shape[1:-1]),
        ((real(1, 2, 1),), (real(1, 1, 1),)),
        variant="axis",
        rejects=(
            (
                lambda tf: tf.squeeze([[1, 2]], axis=1),
                ValueError,
                "axis 1 of a tensor of shape .* has length 2",
            ),
        ),
    ),
]
