"""Squared errors, of values and of their logarithms."""

from __future__ import annotations

from typing import Any

import polytape as tf
from polytape_losses.loss import FunctionLoss
from polytape_losses.operands import epsilon, operands


def mean_squared_error(y_true: Any, y_pred: Any) -> tf.Tensor:
    """Return the mean of (y_true - y_pred)² along the last axis.

    >>> import polytape as tf
    >>> tf.keras.losses.mean_squared_error([[0, 1]], [[1.0, 3.0]]).numpy().tolist()
    [2.5]
    """
    label, prediction = operands(y_true, y_pred, "mean_squared_error")
    return tf.reduce_mean(tf.square(label - prediction), axis=-1)


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> tf.Tensor:
    """Return the mean of (log(1 + y_true) - log(1 + y_pred))² along the last axis; negative values count as
    0.

    >>> import polytape as tf
    >>> tf.keras.losses.mean_squared_logarithmic_error([[0.0]], [[0.0]]).numpy().tolist()
    [0.0]
    """
    label, prediction = operands(y_true, y_pred, "mean_squared_logarithmic_error")
    first = tf.math.log(tf.maximum(prediction, epsilon(prediction)) + 1.0)
    second = tf.math.log(tf.maximum(label, epsilon(label)) + 1.0)
    return tf.reduce_mean(tf.square(first - second), axis=-1)


class MeanSquaredError(FunctionLoss):
    """The mean of the squares of errors.

    >>> import polytape as tf
    >>> float(tf.keras.losses.MeanSquaredError()([[0, 1], [0, 0]], [[1.0, 1.0], [1.0, 0.0]]))
    0.5
    """

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str = "mean_squared_error", dtype: Any = None
    ) -> None:
        super().__init__(mean_squared_error, reduction, name, dtype)


class MeanSquaredLogarithmicError(FunctionLoss):
    """The mean of the squares of differences between logarithms: an error relative to the value.

    >>> import polytape as tf
    >>> round(float(tf.keras.losses.MeanSquaredLogarithmicError()([[0, 1]], [[1.0, 1.0]])), 4)
    0.2402
    """

    def __init__(
        self,
        reduction: Any = "sum_over_batch_size",
        name: str = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, reduction, name, dtype)
