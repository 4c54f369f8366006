"""Cross-entropies against sums over probabilities."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polytape_conformance.row import Row, integers, real
from polytape_conformance.rows.softmax import log_probabilities


def _normalised(x: Any, axis: int = -1) -> Any:
    return x / np.sum(x, axis=axis, keepdims=True)


def _softmax_loss(labels: Any, logits: Any, axis: int = -1) -> Any:
    logs = np.apply_along_axis(lambda row: log_probabilities(list(row)), axis, logits)
    return -np.sum(labels * logs, axis=axis)


def _sparse_loss(labels: Any, logits: Any) -> Any:
    found = np.zeros(np.shape(labels))
    for place in np.ndindex(found.shape):
        found[place] = -log_probabilities(list(logits[place]))[np.asarray(labels)[place]]
    return found


def _sigmoid_loss(labels: Any, logits: Any, weight: Any = 1.0) -> Any:
    """-weight · z · log p - (1 - z) · log(1 - p), where p = 1 / (1 + exp(-x))."""
    return weight * labels * np.logaddexp(0, -logits) + (1 - labels) * np.logaddexp(0, logits)


_PROBABILITIES = real(2, 3, low=0.0, high=1.0, seed=1)
_FAR = np.array([[-800.0, 0.0, 900.0], [0.0, 0.0, 0.0]])
_CLASSES = np.array([2, 0], "int64")


def _sparse(tf: Any, labels: Any, shape: Any = (2, 3)) -> Any:
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, tf.ones(shape))


_SHAPES = "labels must have the logits' shape without the last axis"
_SPARSE_REJECTS = (
    (lambda tf: _sparse(tf, [0, 3]), ValueError, r"the label 3, which is outside the range \[0, 3\)"),
    (lambda tf: _sparse(tf, [-1, 0]), ValueError, r"the label -1, which is outside the range \[0, 3\)"),
    (lambda tf: _sparse(tf, [0, 1, 2]), ValueError, _SHAPES),
    (lambda tf: _sparse(tf, [[0], [1]]), ValueError, _SHAPES),
    (lambda tf: _sparse(tf, 0, ()), ValueError, _SHAPES),
    (lambda tf: _sparse(tf, tf.constant([0.0, 1.0])), TypeError, "float32"),
)

_SIGMOID_REJECTS = (
    (lambda tf: tf.nn.sigmoid_cross_entropy_with_logits([1.0], [1.0, 2.0]), ValueError, "have one shape"),
    (lambda tf: tf.nn.sigmoid_cross_entropy_with_logits(logits=[1.0]), ValueError, "must both be given"),
    (
        lambda tf: tf.nn.sigmoid_cross_entropy_with_logits(tf.constant([1]), tf.constant([1.0])),
        TypeError,
        "int32",
    ),
)

ROWS = [
    Row(
        "nn.softmax_cross_entropy_with_logits",
        lambda tf, labels, logits: tf.nn.softmax_cross_entropy_with_logits(labels, logits),
        _softmax_loss,
        (
            (_normalised(_PROBABILITIES), real(2, 3)),
            (_PROBABILITIES, real(2, 3)),
            (np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]), _FAR),
            (real(3), real(3, seed=1)),
        ),
        rejects=(
            (
                lambda tf: tf.nn.softmax_cross_entropy_with_logits([1.0, 0.0], [[1.0, 2.0]]),
                ValueError,
                "labels and logits must have one shape.*sparse_softmax_cross_entropy_with_logits",
            ),
            (
                lambda tf: tf.nn.softmax_cross_entropy_with_logits([[1.0]], [[1.0]], axis=2),
                ValueError,
                "axis 2 is out of range",
            ),
            (
                lambda tf: tf.nn.softmax_cross_entropy_with_logits([[1.0]], tf.constant([[1]])),
                TypeError,
                "int32",
            ),
        ),
    ),
    Row(
        "nn.softmax_cross_entropy_with_logits",
        lambda tf, labels, logits: tf.nn.softmax_cross_entropy_with_logits(labels, logits, axis=0),
        lambda labels, logits: _softmax_loss(labels, logits, 0),
        ((real(3, 2, low=0.0), real(3, 2)),),
        variant="axis",
    ),
    Row(
        "nn.softmax_cross_entropy_with_logits",
        lambda tf, labels, logits: tf.nn.softmax_cross_entropy_with_logits(labels, logits),
        lambda labels, logits: _softmax_loss(labels * np.ones((2, 3)), logits),
        ((np.array([[0, 1, 0]]), real(2, 3)), (real(1, 3), real(2, 3))),
        variant="labels cast and broadcast",
        dtypes=("float16", "float32", "float64"),
    ),
    Row(
        "nn.sparse_softmax_cross_entropy_with_logits",
        lambda tf, labels, logits: tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits),
        _sparse_loss,
        (
            (_CLASSES, real(2, 3)),
            (_CLASSES, _FAR),
            (np.array([[0, 1, 2], [2, 2, 0]], "int32"), real(2, 3, 3)),
            (np.array(1, "int32"), real(3)),
            (np.array([1, 0], "uint8"), real(3, 2).T),
            (integers(0, dtype="int64"), real(0, 3)),
        ),
        rejects=_SPARSE_REJECTS,
    ),
    Row(
        "nn.sparse_softmax_cross_entropy_with_logits",
        lambda tf, labels, logits: tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits),
        _sparse_loss,
        ((_CLASSES, real(2, 3)),),
        variant="float16",
        dtypes=("float16",),
    ),
    Row(
        "nn.sigmoid_cross_entropy_with_logits",
        lambda tf, labels, logits: tf.nn.sigmoid_cross_entropy_with_logits(labels, logits),
        _sigmoid_loss,
        ((_PROBABILITIES, real(2, 3)), (_PROBABILITIES, _FAR), (real(), real(seed=1)), (real(0), real(0))),
        rejects=_SIGMOID_REJECTS,
    ),
    Row(
        "nn.weighted_cross_entropy_with_logits",
        lambda tf, labels, logits: tf.nn.weighted_cross_entropy_with_logits(labels, logits, 2.5),
        lambda labels, logits: _sigmoid_loss(labels, logits, 2.5),
        ((_PROBABILITIES, real(2, 3)), (_PROBABILITIES, _FAR)),
        rejects=(
            (
                lambda tf: tf.nn.weighted_cross_entropy_with_logits([1.0], [1.0, 2.0], 1.0),
                ValueError,
                "must have one shape",
            ),
        ),
    ),
    Row(
        "nn.weighted_cross_entropy_with_logits",
        lambda tf, labels, logits, weight: tf.nn.weighted_cross_entropy_with_logits(labels, logits, weight),
        _sigmoid_loss,
        ((_PROBABILITIES, real(2, 3), real(3, low=0.5, seed=2)),),
        variant="weights",
    ),
    Row(
        "nn.log_poisson_loss",
        lambda tf, targets, x: tf.nn.log_poisson_loss(targets, x),
        lambda targets, x: np.exp(x) - targets * x,
        ((real(2, 3, low=0.0), real(2, 3, seed=1)),),
        rejects=((lambda tf: tf.nn.log_poisson_loss([1.0], [[1.0]]), ValueError, "must have one shape"),),
    ),
    Row(
        "nn.log_poisson_loss",
        lambda tf, targets, x: tf.nn.log_poisson_loss(targets, x, compute_full_loss=True),
        lambda targets, x: (
            np.exp(x)
            - targets * x
            + (targets > 1) * (targets * np.log(targets) - targets + np.log(2 * math.pi * targets) / 2)
        ),
        ((np.array([0.5, 1.5, 20.0]), real(3, seed=1)),),
        variant="full",
    ),
]
