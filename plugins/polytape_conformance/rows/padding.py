"""Tensors made larger at their borders."""

from __future__ import annotations

import numpy as np

from polytape_conformance.linear import linear
from polytape_conformance.row import Row, integers, real

_CASES = ((real(3, 4),), (integers(3, 3),))

ROWS: list[Row] = [
    linear(
        "pad",
        lambda tf, x: [
            tf.pad(x, [[1, 2], [0, 3]]),
            tf.pad(x, tf.constant([[0, 0], [1, 0]]), constant_values=7),
        ],
        lambda x: [np.pad(x, ((1, 2), (0, 3))), np.pad(x, ((0, 0), (1, 0)), constant_values=7)],
        (*_CASES, (real(0, 2),), (real(2, 0),)),
        rejects=(
            (lambda tf: tf.pad([1, 2], [[1, 1], [1, 1]]), ValueError, "for each of 1 axes"),
            (lambda tf: tf.pad([1, 2], [[1, -1]]), ValueError, "from 0 upwards"),
            (lambda tf: tf.pad([1, 2], [[1, 1]], "WRAP"), ValueError, "mode must be one of 'CONSTANT'"),
            (lambda tf: tf.pad([1, 2], [[1, 1]], constant_values=0.5), TypeError, "int32"),
        ),
    ),
    linear(
        "pad",
        lambda tf, x: tf.pad(x, [[2, 1], [0, 3]], "REFLECT"),
        lambda x: np.pad(x, ((2, 1), (0, 3)), "reflect"),
        ((real(3, 4),), (integers(4, 5),)),
        variant="reflect",
        rejects=((lambda tf: tf.pad([1, 2], [[0, 2]], "REFLECT"), ValueError, "can be padded by up to 1"),),
    ),
    linear(
        "pad",
        lambda tf, x: tf.pad(x, [[3, 1], [0, 4]], mode="symmetric"),
        lambda x: np.pad(x, ((3, 1), (0, 4)), "symmetric"),
        ((real(3, 4),), (integers(4, 5),)),
        variant="symmetric",
        rejects=((lambda tf: tf.pad([1, 2], [[0, 3]], "SYMMETRIC"), ValueError, "can be padded by up to 2"),),
    ),
]
