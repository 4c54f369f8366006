"""Counts, histograms, the confusion matrix. The references count in loops."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polytape_conformance.row import Row, integers, real

_VALUES = np.array([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0, 4.99])


def _counts(values: Any, length: int, weights: Any = None) -> Any:
    found = np.zeros(length)
    for place, value in enumerate(values):
        if value < length:
            found[int(value)] += 1.0 if weights is None else float(weights[place])
    return found


def _bin(value: float) -> int:
    return min(max(math.floor(value / 5.0 * 5), 0), 4)


def _confusion(labels: Any, predictions: Any, weights: Any = None) -> Any:
    found = np.zeros((4, 4))
    for place, pair in enumerate(zip(labels, predictions)):
        found[pair] += 1 if weights is None else weights[place]
    return found


ROWS = [
    Row(
        "math.bincount",
        lambda tf, x: tf.math.bincount(x),
        lambda x: _counts(x.reshape(-1), int(x.max()) + 1 if x.size else 0),
        ((integers(9, high=5),), (integers(2, 4, high=5, dtype="int64"),), (np.zeros(0, "int32"),)),
        rejects=(
            (lambda tf: tf.math.bincount([-1]), ValueError, "must not hold negative integers; received -1"),
            (lambda tf: tf.math.bincount([1.0]), TypeError, "arr must be int32 or int64"),
            (
                lambda tf: tf.math.bincount([1, 2], weights=[1.0]),
                ValueError,
                "weights must have the shape of arr",
            ),
            (lambda tf: tf.math.bincount([1, 2], axis=1), ValueError, "axis must be None, 0 or -1"),
            (lambda tf: tf.math.bincount([1, 2], minlength=-1), ValueError, "minlength must not be negative"),
        ),
    ),
    Row(
        "math.bincount",
        lambda tf, x, weights: tf.math.bincount(x, weights=weights, minlength=2, maxlength=4),
        lambda x, weights: _counts(x, 4, weights),
        ((np.array([0, 3, 3, 5, 1]), real(5)),),
        variant="weights",
    ),
    Row(
        "math.bincount",
        lambda tf, x: tf.math.bincount(x, axis=-1, minlength=6),
        lambda x: np.array([_counts(row, 6) for row in x]),
        ((integers(3, 7, high=5),),),
        variant="rows",
    ),
    Row(
        "math.bincount",
        lambda tf, x: tf.math.bincount(x, axis=-1, minlength=6, binary_output=True),
        lambda x: np.array([[min(count, 1) for count in _counts(row, 6)] for row in x]),
        ((integers(3, 7, high=5),),),
        variant="binary",
    ),
    Row(
        "histogram_fixed_width",
        lambda tf, x: tf.histogram_fixed_width(x, [0.0, 5.0], nbins=5),
        lambda x: np.array([len([value for value in x if _bin(value) == place]) for place in range(5)]),
        ((_VALUES,),),
        differentiable=(),
        rejects=(
            (
                lambda tf: tf.histogram_fixed_width([1.0], [2.0, 2.0]),
                ValueError,
                "value_range must begin below its end",
            ),
            (
                lambda tf: tf.histogram_fixed_width([1.0], [2.0]),
                ValueError,
                "value_range must hold two values",
            ),
            (
                lambda tf: tf.histogram_fixed_width([1.0], [0.0, 1.0], nbins=0),
                ValueError,
                "nbins must be positive",
            ),
        ),
    ),
    Row(
        "histogram_fixed_width_bins",
        lambda tf, x: tf.histogram_fixed_width_bins(x, [0.0, 5.0], nbins=5),
        lambda x: np.array([_bin(value) for value in x]),
        ((_VALUES,),),
        differentiable=(),
        rejects=(
            (
                lambda tf: tf.histogram_fixed_width_bins([1.0], [3.0, 2.0]),
                ValueError,
                "must begin below its end",
            ),
        ),
    ),
    Row(
        "math.confusion_matrix",
        lambda tf, labels, predictions: tf.math.confusion_matrix(labels, predictions, num_classes=4),
        _confusion,
        ((integers(9, high=4), integers(9, high=4, seed=1)),),
        rejects=(
            (
                lambda tf: tf.math.confusion_matrix([1, 4], [1, 1], num_classes=4),
                ValueError,
                "must be below num_classes, 4",
            ),
            (lambda tf: tf.math.confusion_matrix([-1], [1]), ValueError, "labels must not be negative"),
            (lambda tf: tf.math.confusion_matrix([1, 2], [1]), ValueError, r"must both have shape \(n,\)"),
        ),
    ),
    Row(
        "math.confusion_matrix",
        lambda tf, labels, predictions, weights: tf.math.confusion_matrix(
            labels, predictions, num_classes=4, weights=weights, dtype=tf.float64
        ),
        _confusion,
        ((integers(9, high=4), integers(9, high=4, seed=1), real(9)),),
        variant="weights",
        dtypes=("float64",),
        half=False,
    ),
]
