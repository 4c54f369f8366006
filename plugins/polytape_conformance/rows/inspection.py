"""What shape a tensor has."""

from __future__ import annotations

import numpy as np

from polytape_conformance.linear import linear
from polytape_conformance.row import Row, integers, real

_CASES = ((real(2, 3),), (real(),), (integers(0, 2),))

ROWS: list[Row] = [
    Row(
        "shape",
        lambda tf, x: [tf.shape(x), tf.shape(x, out_type=tf.int64)],
        lambda x: [np.array(x.shape)] * 2,
        _CASES,
        differentiable=(),
    ),
    Row(
        "shape_n",
        lambda tf, x: tf.shape_n([x, 1.0]),
        lambda x: [np.array(x.shape), np.empty(0)],
        _CASES,
        differentiable=(),
    ),
    Row("size", lambda tf, x: tf.size(x), lambda x: len(x.ravel()), _CASES, differentiable=()),
    Row("rank", lambda tf, x: tf.rank(x), lambda x: len(x.shape), _CASES, differentiable=()),
    Row(
        "unravel_index",
        lambda tf, x: tf.unravel_index(x, [2, 3, 4]),
        lambda x: np.moveaxis(np.array([(i // 12, i // 4 % 3, i % 4) for i in x.flat]).reshape(*x.shape, 3), -1, 0),
        ((integers(5, high=24),), (integers(high=24, dtype="int64"),)),
        rejects=((lambda tf: tf.unravel_index([6], [2, 3]), IndexError, r"= 6 is not in \[0, 6\)"),),
    ),
    linear(
        "ensure_shape",
        lambda tf, x: tf.ensure_shape(x, [None, 3]),
        lambda x: x,
        ((real(2, 3),), (integers(0, 3),)),
        rejects=(
            (
                lambda tf: tf.ensure_shape([1, 2], [3]),
                ValueError,
                r"has shape \(2,\), which is not compatible",
            ),
        ),
    ),
    Row(
        "broadcast_static_shape",
        lambda tf: [
            tf.constant(list(tf.broadcast_static_shape([4, 1], [3]))),
            tf.constant(list(tf.broadcast_static_shape([], [2, 0]))),
        ],
        lambda: [np.array([4, 3]), np.array([2, 0])],
        ((),),
        rejects=((lambda tf: tf.broadcast_static_shape([2], [3]), ValueError, "can't be broadcast"),),
    ),
    Row(
        "broadcast_dynamic_shape",
        lambda tf, x, y: tf.broadcast_dynamic_shape(x, y),
        lambda x, y: np.array(np.broadcast(np.empty(x), np.empty(y)).shape),
        (
            (np.array([4, 1], "int32"), np.array([3], "int32")),
            (np.array([1, 2], "int64"), np.array([3, 1, 1], "int64")),
        ),
        rejects=((lambda tf: tf.broadcast_dynamic_shape([2], [3]), ValueError, "can't be broadcast"),),
    ),
]
