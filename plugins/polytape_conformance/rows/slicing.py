"""Indexing with square brackets, and parts of a tensor by numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape_conformance.linear import linear
from polytape_conformance.row import Row, booleans, integers, real

_MATRIX = ((real(5, 6),), (integers(5, 6),), (booleans(5, 6),))


def _basic(tf: Any, x: Any) -> list[Any]:
    one, last = tf.constant(1), tf.constant(-1, tf.int64)
    return [
        *(x[1], x[-1], x[0, -2], x[one], x[last, one], x[...], x[:], x[..., 0], x[2, ...]),
        *(x[1:3], x[:-1, ::2], x[::-1], x[4:0:-2, 5::-1], x[one:, : one + one], x[3:3], x[10:, -20:2]),
        *(x[None], x[:, None, 2], x[..., tf.newaxis], x[None, ..., None, ::3]),
    ]


def _basic_reference(x: Any) -> list[Any]:
    columns = x.T
    return [
        *(x[1], x[4], x[0][4], x[1], x[4][1], x, x, columns[0], x[2]),
        *(
            np.stack([x[1], x[2]]),
            np.stack([columns[i] for i in (0, 2, 4)], 1)[:4],
            np.stack([x[i] for i in (4, 3, 2, 1, 0)]),
            np.array([[x[i, j] for j in (5, 4, 3, 2, 1, 0)] for i in (4, 2)]),
            np.array([[x[i, j] for j in (0, 1)] for i in (1, 2, 3, 4)]),
            np.empty((0, 6), x.dtype),
            np.empty((0, 2), x.dtype),
        ),
        *(
            x.reshape(1, 5, 6),
            columns[2].reshape(5, 1),
            x.reshape(5, 6, 1),
            np.stack([columns[0], columns[3]], 1).reshape(1, 5, 1, 2),
        ),
    ]


def _advanced(tf: Any, x: Any) -> list[Any]:
    rows, columns = tf.constant([[0, 2], [-1, 0]]), tf.constant([1, -2], tf.int64)
    mask = tf.constant([True, False, True])
    return [
        *(x[[2, 0, 0]], x[rows], x[:, columns], x[..., [1]], x[[0, 2], [1, 3]], x[rows, columns], x[[], 1:]),
        *(x[mask], x[mask, 1:, 0], x[:, [True, False, True, True]], x[mask, [0, 1]], x[1, [0, -1]]),
        *(x[[0, 1], :, [0, 1]], x[None, [2, 1], ..., 1], x[1:, np.array([0, 3]), ::-1]),
        *(x[tf.constant([[True, False, False, True]] * 3)], x[:, tf.constant([[True, False]] * 4)]),
    ]


def _advanced_reference(x: Any) -> list[Any]:
    rows, columns = [[0, 2], [2, 0]], [1, x.shape[1] - 2]

    def made(places: Any) -> Any:
        return np.array([made(place) if isinstance(place, list) else x[place] for place in places])

    return [
        *(
            made([2, 0, 0]),
            made(rows),
            np.stack([x[:, 1], x[:, columns[1]]], 1),
            x[..., 1:2],
            made([(0, 1), (2, 3)]),
            made([[(0, 1), (2, columns[1])], [(2, 1), (0, columns[1])]]),
            np.empty((0, x.shape[1] - 1, 2)),
        ),
        *(
            made([0, 2]),
            np.stack([x[0, 1:, 0], x[2, 1:, 0]]),
            np.stack([x[:, i] for i in (0, 2, 3)], 1),
            made([(0, 0), (2, 1)]),
            made([(1, 0), (1, x.shape[1] - 1)]),
        ),
        *(
            np.stack([x[0, :, 0], x[1, :, 1]]),
            np.stack([x[2, :, 1], x[1, :, 1]]).reshape(2, 1, x.shape[1]),
            np.stack([x[1:, 0, ::-1], x[1:, 3, ::-1]], 1),
        ),
        *(
            made([(i, j) for i in range(3) for j in (0, 3)]),
            np.stack([x[:, j, 0] for j in range(4)], 1),
        ),
    ]


ROWS: list[Row] = [
    linear(
        "Tensor.__getitem__",
        _basic,
        _basic_reference,
        _MATRIX,
        rejects=(
            (
                lambda tf: tf.constant([1, 2, 3])[3],
                IndexError,
                r"Index 3 is out of range for axis 0 of length 3",
            ),
            (
                lambda tf: tf.constant([1, 2, 3])[-4],
                IndexError,
                r"Index -4 is out of range for axis 0 of length 3",
            ),
            (lambda tf: tf.zeros([2, 3])[..., 3], IndexError, r"axis 1 of length 3"),
            (lambda tf: tf.constant([1])[0, 0], ValueError, "at most 1 indices"),
            (lambda tf: tf.constant(1)[0], ValueError, "at most 0 indices"),
            (lambda tf: tf.constant([1])[..., ...], ValueError, r"one '\.\.\.'"),
            (lambda tf: tf.constant([1])[1.5], TypeError, "is indexed with integers"),
            (lambda tf: tf.constant([1])[np.array(1.5)], TypeError, "integers or bool; received float64"),
            (lambda tf: tf.constant([1])["a"], TypeError, "is indexed with integers"),
            (lambda tf: tf.constant([1])[::0], ValueError, "can't be 0"),
            (lambda tf: tf.constant([1])[0.5:], TypeError, "made of integers"),
            (lambda tf: tf.constant([1])[True], TypeError, "is indexed with integers"),
        ),
    ),
    linear(
        "Tensor.__getitem__",
        _advanced,
        _advanced_reference,
        ((real(3, 4, 2),),),
        variant="arrays and masks",
        rejects=(
            (lambda tf: tf.constant([1, 2, 3])[[0, 3]], IndexError, r"indices\[1\] = 3 is not in \[0, 3\)"),
            (lambda tf: tf.zeros([2, 3])[:, [-4]], IndexError, "axis 1 of length 3"),
            (lambda tf: tf.constant([1, 2, 3])[[True, False]], ValueError, "A mask must have the lengths"),
            (lambda tf: tf.constant([1, 2, 3])[tf.constant([0.5])], TypeError, "integers or bool"),
            (lambda tf: tf.zeros([2, 3])[[0, 1], [0, 1, 2]], ValueError, "can't be broadcast"),
            (lambda tf: tf.constant([1, 2, 3])[[0], [0]], ValueError, "indices for at most 1 axes"),
        ),
    ),
    linear(
        "slice",
        lambda tf, x: [tf.slice(x, [1, 0], [2, -1]), tf.slice(x, [0, 2], tf.constant([-1, 0]))],
        lambda x: [np.stack([x[1], x[2]]), np.empty((len(x), 0), x.dtype)],
        ((real(4, 3),), (integers(3, 2),)),
        rejects=(
            (lambda tf: tf.slice([1, 2, 3], [1], [3]), ValueError, "reach out of axis 0, which has length 3"),
            (lambda tf: tf.slice([1, 2, 3], [-1], [1]), ValueError, "reach out of axis 0"),
            (lambda tf: tf.slice([1, 2, 3], [0, 0], [1, 1]), ValueError, "for each of the 1 axes"),
        ),
    ),
    linear(
        "strided_slice",
        lambda tf, x: [
            tf.strided_slice(x, [0, 1], [3, 3]),
            tf.strided_slice(x, [3, 0], [0, 4], [-2, 3]),
            tf.strided_slice(x, [1, 9], [2, 9], begin_mask=2, end_mask=2, shrink_axis_mask=1),
            tf.strided_slice(x, [0, 0, 2], [0, 0, 3], ellipsis_mask=1, new_axis_mask=2),
        ],
        lambda x: [
            np.array([[x[i, j] for j in (1, 2)] for i in (0, 1, 2)]),
            np.array([[x[i, j] for j in (0, 3)] for i in (3, 1)]),
            x[1],
            x.T[2].reshape(len(x), 1, 1),
        ],
        ((real(5, 4),),),
        rejects=((lambda tf: tf.strided_slice([1, 2], [0], [1, 2]), ValueError, "must have one length"),),
    ),
]
