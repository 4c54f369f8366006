"""Which predictions hit: functions that say it for each sample."""

from __future__ import annotations

from typing import Any

from polytape.conversion import convert
from polytape.dtypes import int64
from polytape.errors import InvalidArgumentError
from polytape.floatx import default
from polytape.metrics.values import as_dtype, same_shape
from polytape.ops.casting import cast
from polytape.ops.comparison import equal, greater
from polytape.ops.extremes import argmax
from polytape.ops.shape import reshape, squeeze
from polytape.ops.sorting import in_top_k
from polytape.tensor import Tensor


def accuracy(y_true: Any, y_pred: Any) -> Tensor:
    """Return 1 where labels and predictions are equal, else 0.

    >>> accuracy([1, 2, 3], [1, 0, 3]).numpy().tolist()
    [1.0, 0.0, 1.0]
    """
    prediction = convert(y_pred)
    return _hits(*same_shape(y_true, prediction, prediction.dtype, "accuracy"))


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Tensor:
    """Return 1 where predictions above a threshold, taken as 1 and others as 0, are equal to labels.

    >>> binary_accuracy([1.0, 0.0], [0.8, 0.6]).numpy().tolist()
    [1.0, 0.0]
    """
    label, prediction = same_shape(y_true, y_pred, default(), "binary_accuracy")
    return _hits(label, cast(greater(prediction, float(threshold)), label.dtype))


def categorical_accuracy(y_true: Any, y_pred: Any) -> Tensor:
    """Return 1 for each sample whose largest prediction is that of its label in one-hot form.

    >>> categorical_accuracy([[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]]).numpy().tolist()
    [1.0, 0.0]
    """
    label, prediction = convert(y_true), convert(y_pred)
    if label._array.shape != prediction._array.shape or not label.ndim:
        hint = " For labels that are integers take SparseCategoricalAccuracy." if label.ndim < prediction.ndim else ""
        raise InvalidArgumentError(
            "categorical_accuracy: y_true, in one-hot form, and y_pred must have the same shape; received "
            f"{label.shape} and {prediction.shape}.{hint}"
        )
    return _hits(argmax(label, axis=-1), argmax(prediction, axis=-1))


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Tensor:
    """Return 1 for each sample whose largest prediction is at the place that its label, an integer, names.

    >>> sparse_categorical_accuracy([1, 0], [[0.2, 0.8], [0.4, 0.6]]).numpy().tolist()
    [1.0, 0.0]
    """
    label, prediction = _sparse(y_true, y_pred, "sparse_categorical_accuracy")
    return _hits(label, argmax(prediction, axis=-1))


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Tensor:
    """Return 1 for each sample whose label in one-hot form is among the `k` largest predictions.

    >>> top_k_categorical_accuracy([[0, 0, 1]], [[0.5, 0.2, 0.3]], k=2).numpy().tolist()
    [1.0]
    """
    label, prediction = convert(y_true), convert(y_pred)
    if label._array.shape != prediction._array.shape or not label.ndim:
        raise InvalidArgumentError(
            "top_k_categorical_accuracy: y_true, in one-hot form, and y_pred must have the same shape; received "
            f"{label.shape} and {prediction.shape}."
        )
    return sparse_top_k_categorical_accuracy(argmax(label, axis=-1), prediction, k)


def sparse_top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Tensor:
    """Return 1 for each sample whose label, an integer, names one of the `k` largest predictions.

    >>> sparse_top_k_categorical_accuracy([1], [[0.5, 0.2, 0.3]], k=2).numpy().tolist()
    [0.0]
    """
    label, prediction = _sparse(y_true, y_pred, "sparse_top_k_categorical_accuracy")
    rows = reshape(prediction, (-1, prediction.shape[-1]))
    return reshape(cast(in_top_k(reshape(label, (-1,)), rows, k), default()), label.shape)


def _hits(label: Tensor, prediction: Tensor) -> Tensor:
    return cast(equal(label, prediction), default())


def _sparse(y_true: Any, y_pred: Any, metric: str) -> tuple[Tensor, Tensor]:
    """Labels as int64, without the last axis of length one that they may have, and predictions."""
    label, prediction = as_dtype(y_true, int64), convert(y_pred)
    if label.ndim == prediction.ndim and label.ndim and label.shape[-1] == 1:
        label = squeeze(label, -1)
    if not prediction.ndim or label._array.shape != prediction._array.shape[:-1]:
        raise InvalidArgumentError(
            f"{metric}: y_true must have the shape of y_pred without its last axis; received {label.shape} and "
            f"{prediction.shape}."
        )
    return label, prediction
