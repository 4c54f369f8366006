"""Slices at indices that are tensors themselves."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from polytape_conformance.linear import linear
from polytape_conformance.row import Row, booleans, integers, real


def _gathered(params: Any, indices: Any, axis: int, batch: int = 0) -> Any:
    shape = (*params.shape[:axis], *indices.shape[batch:], *params.shape[axis + 1 :])
    result = np.empty(shape, params.dtype)
    for place in itertools.product(*map(range, params.shape[:axis])):
        for at in itertools.product(*map(range, indices.shape[batch:])):
            index = indices[(*place[:batch], *at)]
            result[(*place, *at)] = params[(*place, index)]
    return result


def _gathered_nd(params: Any, indices: Any, batch: int = 0) -> Any:
    result = np.empty((*indices.shape[:-1], *params.shape[batch + indices.shape[-1] :]), params.dtype)
    for place in itertools.product(*map(range, indices.shape[:-1])):
        result[place] = params[(*place[:batch], *indices[place])]
    return result


ROWS: list[Row] = [
    linear(
        "gather",
        lambda tf, params, indices: tf.gather(params, indices),
        lambda params, indices: _gathered(params, indices, 0),
        (
            (real(4, 3), integers(6, high=4)),
            (real(4, 2, 2), integers(2, 3, high=4, dtype="int64")),
            (real(3), integers(high=3)),
            (real(3, 2), integers(0)),
            (integers(5), integers(2, high=5)),
            (booleans(5), integers(2, high=5, dtype="uint8")),
        ),
        rejects=(
            (lambda tf: tf.gather([1, 2, 3], [0, 3]), IndexError, r"indices\[1\] = 3 is not in \[0, 3\)"),
            (lambda tf: tf.gather([1, 2, 3], [[-1]]), IndexError, r"indices\[0, 0\] = -1 is not in \[0, 3\)"),
            (lambda tf: tf.gather(tf.zeros([0, 2]), 0), IndexError, r"indices = 0 is not in \[0, 0\)"),
            (lambda tf: tf.gather([1, 2, 3], [0.5]), TypeError, "indices must be integers; received float32"),
            (lambda tf: tf.gather([1, 2, 3], [0], axis=1), ValueError, "axis 1 is out of range"),
            (lambda tf: tf.gather(5, [0]), ValueError, "at least one axis"),
        ),
    ),
    linear(
        "gather",
        lambda tf, params, indices: [tf.gather(params, indices, axis=1), tf.gather(params, indices, axis=-1)],
        lambda params, indices: [_gathered(params, indices, 1), _gathered(params, indices, params.ndim - 1)],
        (
            (real(2, 4), integers(3, high=4)),
            (real(2, 3, 3), integers(2, 2, high=3)),
            (real(0, 3), integers(2, high=3)),
        ),
        variant="axis",
    ),
    linear(
        "gather",
        lambda tf, params, indices: [
            tf.gather(params, indices, batch_dims=1),
            tf.gather(params, indices, axis=2, batch_dims=1),
        ],
        lambda params, indices: [_gathered(params, indices, 1, 1), _gathered(params, indices, 2, 1)],
        ((real(2, 3, 3), integers(2, 2, high=3)), (real(2, 4, 3, 2), integers(2, 1, 2, high=3))),
        variant="batch_dims",
        rejects=(
            (lambda tf: tf.gather(tf.zeros([2, 3]), [[0], [3]], batch_dims=1), IndexError, "not in"),
            (
                lambda tf: tf.gather(tf.zeros([2, 3]), [[0]], batch_dims=1),
                ValueError,
                "first 1 axes in common",
            ),
            (
                lambda tf: tf.gather(tf.zeros([2, 3]), [0, 0], axis=0, batch_dims=1),
                ValueError,
                "axis come after them",
            ),
        ),
    ),
    linear(
        "gather",
        lambda tf, params, indices: [tf.gather(row, indices) * 2 for row in tf.unstack(params)],
        lambda params, indices: [2 * _gathered(row, indices, 0) for row in params],
        ((real(2, 4, 2), integers(3, high=4)),),
        variant="from outputs of an op of several",
    ),
    linear(
        "gather",
        lambda tf, params, indices: tf.gather(params, indices, batch_dims=2),
        lambda params, indices: _gathered(params, indices, 2, 2),
        ((real(2, 2, 3), integers(2, 2, high=3)), (real(1, 2, 3, 2), integers(1, 2, 2, high=3))),
        variant="two batch_dims",
    ),
    linear(
        "gather_nd",
        lambda tf, params, indices: tf.gather_nd(params, indices),
        _gathered_nd,
        (
            (real(3, 4), integers(5, 2, high=3)),
            (real(3, 4), integers(2, 2, 1, high=3)),
            (real(3, 3, 2), integers(2, high=3)),
            (real(2, 2), integers(3, 0)),
            (integers(3), integers(2, 1, high=3, dtype="int64")),
        ),
        rejects=(
            (lambda tf: tf.gather_nd([[1, 2]], [[0, 2]]), IndexError, "axis 1 of length 2"),
            (lambda tf: tf.gather_nd([[1, 2]], [[-1]]), IndexError, "axis 0 of length 1"),
            (
                lambda tf: tf.gather_nd([1, 2], [[0, 0]]),
                ValueError,
                "at most as many indices as params has axes",
            ),
            (lambda tf: tf.gather_nd([1, 2], [[0.5]]), TypeError, "indices must be integers"),
        ),
    ),
    linear(
        "gather_nd",
        lambda tf, params, indices: tf.gather_nd(params, indices, batch_dims=1),
        lambda params, indices: _gathered_nd(params, indices, 1),
        ((real(2, 3, 3), integers(2, 4, 2, high=3)), (real(2, 3, 2), integers(2, 1, high=3))),
        variant="batch_dims",
        rejects=(
            (
                lambda tf: tf.gather_nd(tf.zeros([2, 3]), [[0]], batch_dims=1),
                ValueError,
                "both have in common",
            ),
        ),
    ),
    linear(
        "boolean_mask",
        lambda tf, x, mask: tf.boolean_mask(x, mask),
        lambda x, mask: np.array([x[p] for p in np.ndindex(mask.shape) if mask[p]], x.dtype).reshape(
            -1, *x.shape[mask.ndim :]
        ),
        (
            (real(4, 3), booleans(4)),
            (real(3, 2, 2), booleans(3, 2)),
            (real(3), np.zeros(3, bool)),
            (integers(5), booleans(5)),
        ),
        rejects=(
            (
                lambda tf: tf.boolean_mask([1, 2], [True]),
                ValueError,
                "must have the lengths of the tensor's axes",
            ),
            (lambda tf: tf.boolean_mask([1, 2], [1, 0]), TypeError, "must be bool"),
            (lambda tf: tf.boolean_mask([1, 2], True), ValueError, "must have the lengths"),
        ),
    ),
    linear(
        "boolean_mask",
        lambda tf, x, mask: tf.boolean_mask(x, mask, axis=1),
        lambda x, mask: np.stack([x[:, i] for i in range(len(mask)) if mask[i]], 1),
        ((real(2, 4), np.array([True, False, True, True])),),
        variant="axis",
    ),
]
