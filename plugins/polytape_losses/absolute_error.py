"""Absolute errors, plain and in per cent."""

from __future__ import annotations

from typing import Any

import polytape as tf
from polytape_losses.loss import FunctionLoss
from polytape_losses.operands import epsilon, operands


def mean_absolute_error(y_true: Any, y_pred: Any) -> tf.Tensor:
    """Return the mean of |y_true - y_pred| along the last axis.

    >>> import polytape as tf
    >>> tf.keras.losses.mean_absolute_error([[0, 1]], [[1.0, 3.0]]).numpy().tolist()
    [1.5]
    """
    label, prediction = operands(y_true, y_pred, "mean_absolute_error")
    return tf.reduce_mean(tf.abs(label - prediction), axis=-1)


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> tf.Tensor:
    """Return the mean of 100 · |y_true - y_pred| / |y_true| along the last axis; |y_true| counts as at least
    10⁻⁷.

    >>> import polytape as tf
    >>> tf.keras.losses.mean_absolute_percentage_error([[2.0]], [[1.0]]).numpy().tolist()
    [50.0]
    """
    label, prediction = operands(y_true, y_pred, "mean_absolute_percentage_error")
    relative = tf.abs((label - prediction) / tf.maximum(tf.abs(label), epsilon(label)))
    return 100.0 * tf.reduce_mean(relative, axis=-1)


class MeanAbsoluteError(FunctionLoss):
    """The mean of absolute errors.

    >>> import polytape as tf
    >>> float(tf.keras.losses.MeanAbsoluteError()([[0, 1], [0, 0]], [[1.0, 1.0], [1.0, 0.0]]))
    0.5
    """

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str = "mean_absolute_error", dtype: Any = None
    ) -> None:
        super().__init__(mean_absolute_error, reduction, name, dtype)


class MeanAbsolutePercentageError(FunctionLoss):
    """The mean of absolute errors in per cent of the labels.

    >>> import polytape as tf
    >>> float(tf.keras.losses.MeanAbsolutePercentageError()([[2.0, 4.0]], [[1.0, 4.0]]))
    25.0
    """

    def __init__(
        self,
        reduction: Any = "sum_over_batch_size",
        name: str = "mean_absolute_percentage_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, reduction, name, dtype)
