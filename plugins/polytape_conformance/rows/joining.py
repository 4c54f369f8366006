"""Several tensors from one and one from several."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape_conformance.linear import linear
from polytape_conformance.row import Row, booleans, integers, real


def _joined(*arrays: Any) -> Any:
    return np.array([row for array in arrays for row in array]).reshape(-1, *arrays[0].shape[1:])


def _cut(x: Any, sizes: tuple[int, ...]) -> list[Any]:
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    return [x[start : start + size] for start, size in zip(starts, sizes)]


ROWS: list[Row] = [
    linear(
        "concat",
        lambda tf, *xs: tf.concat(xs, 0),
        _joined,
        (
            (real(2, 3), real(1, 3, seed=1), real(3, 3, seed=2)),
            (real(2), real(3, seed=1)),
            (real(4),),
            (real(2, 2), real(0, 2)),
            (integers(2), integers(3)),
            (booleans(2), booleans(1)),
        ),
        rejects=(
            (lambda tf: tf.concat([], 0), ValueError, "at least one tensor"),
            (lambda tf: tf.concat([[[1]], [[1, 2]]], 0), ValueError, "must be the same but for axis 0"),
            (lambda tf: tf.concat([[1], [1.5]], 0), TypeError, "dtype int32"),
            (lambda tf: tf.concat([1, 2], 0), ValueError, "axis 0 is out of range for a tensor of rank 0"),
        ),
    ),
    linear(
        "concat",
        lambda tf, x, y: tf.concat([tf.transpose(x), y], axis=-1),
        lambda x, y: np.array([[*x[:, i], *y[i]] for i in range(x.shape[1])]),
        ((real(2, 3), real(3, 2, seed=1)),),
        variant="last axis",
    ),
    linear(
        "stack",
        lambda tf, x, y: [tf.stack([x, y]), tf.stack([x, y], axis=-1), tf.stack((x, y, x), axis=x.ndim)],
        lambda x, y: [
            np.array([x, y]),
            np.moveaxis(np.array([x, y]), 0, -1),
            np.moveaxis(np.array([x, y, x]), 0, -1),
        ],
        ((real(2, 3), real(2, 3, seed=1)), (real(), real(seed=1)), (integers(2), integers(2, seed=1))),
        rejects=(
            (lambda tf: tf.stack([[1], [1, 2]]), ValueError, r"one shape; received \[1\] and \[2\]"),
            (lambda tf: tf.stack([]), ValueError, "at least one tensor"),
            (lambda tf: tf.stack([1, 2], axis=2), ValueError, "axis 2 is out of range"),
        ),
    ),
    linear(
        "unstack",
        lambda tf, x: [*tf.unstack(x), *tf.unstack(x, axis=-1, num=x.shape[-1])],
        lambda x: [*[x[i] for i in range(len(x))], *[x[..., i] for i in range(x.shape[-1])]],
        ((real(2, 3),), (real(2),), (integers(2, 2, 2),)),
        rejects=((lambda tf: tf.unstack([1, 2], num=3), ValueError, "has length 2; num is 3"),),
    ),
    linear(
        "unstack",
        lambda tf, x: tf.unstack(x)[1],
        lambda x: x[1],
        ((real(3, 2),),),
        variant="one of several",
    ),
    linear(
        "split",
        lambda tf, x: tf.split(x, 2),
        lambda x: [x[: len(x) // 2], x[len(x) // 2 :]],
        ((real(4, 3),), (integers(2),)),
    ),
    linear(
        "split",
        lambda tf, x: tf.split(x, [1, -1, 2], axis=1),
        lambda x: [y.T for y in _cut(x.T, (1, x.shape[1] - 3, 2))],
        ((real(2, 5),), (real(2, 3),)),
        variant="sizes",
        rejects=(
            (lambda tf: tf.split([1, 2, 3], 2), ValueError, "can't be cut into 2 pieces"),
            (lambda tf: tf.split([1, 2, 3], [1, 1]), ValueError, "add up to the length of axis 0, 3"),
            (lambda tf: tf.split([1, 2, 3], [-1, -1]), ValueError, "at most one -1"),
        ),
    ),
    linear("split", lambda tf, x: tf.split(x, 3)[1], lambda x: x[1:2], ((real(3, 2),),), variant="one of several"),
]
