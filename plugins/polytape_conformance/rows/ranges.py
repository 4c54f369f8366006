"""Tensors of regular pattern."""

from __future__ import annotations

import numpy as np

from polytape_conformance.linear import linear
from polytape_conformance.row import Row, booleans, integers, real

ROWS: list[Row] = [
    Row(
        "range",
        lambda tf, *numbers: [
            tf.range(*numbers),
            tf.range(5),
            tf.range(3, 9, 2),
            tf.range(5, 0, -2),
            tf.range(2, 2),
        ],
        lambda start, limit, step: [
            np.array([start + i * step for i in range(100) if (limit - start - i * step) * step > 0]),
            np.array([0, 1, 2, 3, 4]),
            np.array([3, 5, 7]),
            np.array([5, 3, 1]),
            np.empty(0),
        ],
        (
            (np.array(0.0), np.array(1.0), np.array(0.25)),
            (np.array(3), np.array(-4), np.array(-3)),
            (np.array(2.0), np.array(-1.0), np.array(-0.75)),
        ),
        differentiable=(),
        rejects=(
            (lambda tf: tf.range(0, 5, 0), ValueError, "delta must lead from start to limit"),
            (lambda tf: tf.range(5, 2), ValueError, "delta must lead from start to limit"),
            (lambda tf: tf.range([1, 2]), ValueError, "without axes"),
            (lambda tf: tf.range(2.5, dtype=tf.int32), TypeError, "int32"),
        ),
    ),
    linear(
        "linspace",
        lambda tf, start, stop: [
            tf.linspace(start, stop, 4),
            tf.linspace(start, stop, 1),
            tf.linspace(start, stop, 2, axis=-1),
        ],
        lambda start, stop: [
            np.array([start + (stop - start) * i / 3 for i in range(4)]),
            np.array([start + 0 * stop]),
            np.stack([start + 0 * stop, stop + 0 * start], -1),
        ],
        ((real(), real(seed=1)), (real(3), real(3, seed=1)), (real(2, 1), real(3, seed=1))),
        rejects=(
            (lambda tf: tf.linspace(True, False, 5), TypeError, "numbers or integers; received bool"),
            (lambda tf: tf.linspace(0.0, 1.0, 0), ValueError, "num must be positive"),
        ),
    ),
    Row(
        "one_hot",
        lambda tf, x: [
            tf.one_hot(x, 3),
            tf.one_hot(x, 3, on_value=5.0, off_value=-1.0, axis=0),
            tf.one_hot(x, 2, dtype=tf.int64),
        ],
        lambda x: [
            np.array([[float(i == j) for j in range(3)] for i in x.flat]).reshape(*x.shape, 3),
            np.stack([np.array([5.0 if i == j else -1.0 for i in x.flat]).reshape(x.shape) for j in range(3)]),
            np.array([[int(i == j) for j in range(2)] for i in x.flat]).reshape(*x.shape, 2),
        ],
        (
            (integers(4, low=-1, high=4),),
            (integers(2, 3, high=3, dtype="int64"),),
            (integers(high=3, dtype="uint8"),),
            (integers(0),),
        ),
        rejects=(
            (lambda tf: tf.one_hot([0.5], 2), TypeError, "must be of a dtype among int8"),
            (lambda tf: tf.one_hot([0], -1), ValueError, "depth must not be negative"),
            (
                lambda tf: tf.one_hot([0], 2, on_value=1, off_value=0.0),
                TypeError,
                "on_value is of dtype int32",
            ),
            (lambda tf: tf.one_hot([0], 2, on_value=1.5, dtype=tf.int32), TypeError, "int32"),
        ),
    ),
    Row(
        "sequence_mask",
        lambda tf, x: [tf.sequence_mask(x), tf.sequence_mask(x, 2), tf.sequence_mask(x, 5, dtype=tf.float32)],
        lambda x: [
            np.array([[j < n for j in range(length)] for n in x.flat]).reshape(*x.shape, length)
            for length in (max(x.flat, default=0), 2, 5)
        ],
        ((integers(4, high=4),), (integers(2, 2, high=3, dtype="int64"),), (integers(0),)),
    ),
    linear(
        "meshgrid",
        lambda tf, x, y, z: [
            *tf.meshgrid(x, y),
            *tf.meshgrid(x, y, z, indexing="ij"),
            *tf.meshgrid(x, y, z),
            *tf.meshgrid(x),
        ],
        lambda x, y, z: [
            *[np.array([list(x) for _ in y]), np.array([[b for _ in x] for b in y])],
            np.array([[[a for _ in z] for _ in y] for a in x]),
            np.array([[[b for _ in z] for b in y] for _ in x]),
            np.array([[list(z) for _ in y] for _ in x]),
            np.array([[[a for _ in z] for a in x] for _ in y]),
            np.array([[[b for _ in z] for _ in x] for b in y]),
            np.array([[list(z) for _ in x] for _ in y]),
            x,
        ],
        ((real(2), real(3, seed=1), real(2, seed=2)), (integers(2), booleans(2), real(3))),
        rejects=(
            (lambda tf: tf.meshgrid([1], [2], indexing="yx"), ValueError, "indexing must be"),
            (lambda tf: tf.meshgrid([[1]]), ValueError, "at most one axis"),
        ),
    ),
]
