"""A tensor's slices dealt out to several tensors, and put together again."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape_conformance.linear import linear
from polytape_conformance.row import Row, integers, real


def _dealt(x: Any, partitions: Any, count: int) -> list[Any]:
    return [
        np.array([x[p] for p in np.ndindex(partitions.shape) if partitions[p] == i], x.dtype).reshape(
            -1, *x.shape[partitions.ndim :]
        )
        for i in range(count)
    ]


def _stitched(first: Any, x: Any, second: Any, y: Any) -> Any:
    result = np.zeros((max(*first.flat, *second.flat) + 1, *x.shape[first.ndim :]), x.dtype)
    for indices, data in ((first, x), (second, y)):
        for place in np.ndindex(indices.shape):
            result[indices[place]] = data[place]
    return result


ROWS: list[Row] = [
    linear(
        "dynamic_partition",
        lambda tf, x, partitions: tf.dynamic_partition(x, partitions, 3),
        lambda x, partitions: _dealt(x, partitions, 3),
        (
            (real(5, 2), integers(5, high=3)),
            (real(2, 3), integers(2, 3, high=2)),
            (real(2), integers(high=3)),
            (integers(4), integers(4, high=3)),
        ),
        rejects=(
            (
                lambda tf: tf.dynamic_partition([1, 2], [0, 2], 2),
                IndexError,
                r"indices\[1\] = 2 is not in \[0, 2\)",
            ),
            (
                lambda tf: tf.dynamic_partition([1, 2], [0], 2),
                ValueError,
                "must begin with that of partitions",
            ),
        ),
    ),
    linear(
        "dynamic_stitch",
        lambda tf, i, x, j, y: tf.dynamic_stitch([i, j], [x, y]),
        _stitched,
        (
            (np.array([0, 3], "int32"), real(2, 2), np.array([[1, 2]], "int32"), real(1, 2, 2, seed=1)),
            (np.array([0, 1, 4], "int32"), real(3), np.array(1, "int32"), real(seed=1)),
        ),
        rejects=(
            (lambda tf: tf.dynamic_stitch([[0, 1]], [[1]]), ValueError, "the shape of its indices"),
            (lambda tf: tf.dynamic_stitch([[0]], []), ValueError, "as many data as indices"),
            (lambda tf: tf.dynamic_stitch([[-1]], [[1]]), IndexError, "not in"),
        ),
    ),
]
