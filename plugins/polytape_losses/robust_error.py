"""Errors that grow like a square near zero and like an absolute value far from it: outliers count for
less."""

from __future__ import annotations

import math
from typing import Any

import polytape as tf
from polytape_losses.loss import FunctionLoss
from polytape_losses.operands import operands


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> tf.Tensor:
    """Return the mean along the last axis of e²/2 where the error |e| ≤ delta, and delta · |e| - delta²/2
    elsewhere.

    Source: P. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35
        (1964).

    >>> import polytape as tf
    >>> tf.keras.losses.huber([[0.0, 0.0]], [[1.0, 3.0]]).numpy().tolist()
    [1.5]
    """
    label, prediction = operands(y_true, y_pred, "huber")
    error = prediction - label
    distance = tf.abs(error)
    near, far = 0.5 * tf.square(error), delta * distance - 0.5 * delta**2
    return tf.reduce_mean(tf.where(distance <= delta, near, far), axis=-1)


def log_cosh(y_true: Any, y_pred: Any) -> tf.Tensor:
    """Return the mean of log(cosh(y_pred - y_true)) along the last axis.

    >>> import polytape as tf
    >>> tf.keras.losses.log_cosh([[0.0]], [[0.0]]).numpy().tolist()
    [0.0]
    """
    label, prediction = operands(y_true, y_pred, "log_cosh")
    error = prediction - label
    return tf.reduce_mean(error + tf.math.softplus(-2.0 * error) - math.log(2.0), axis=-1)


class Huber(FunctionLoss):
    """The Huber loss.

    Args:
        delta: up to which error it is a square.

    >>> import polytape as tf
    >>> float(tf.keras.losses.Huber(delta=2.0)([[0.0, 0.0]], [[1.0, 3.0]]))
    2.25
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: Any = "sum_over_batch_size",
        name: str = "huber_loss",
        dtype: Any = None,
    ) -> None:
        super().__init__(huber, reduction, name, dtype, delta=delta)


class LogCosh(FunctionLoss):
    """The logarithm of the hyperbolic cosine of the error.

    >>> import polytape as tf
    >>> round(float(tf.keras.losses.LogCosh()([[0.0]], [[1.0]])), 5)
    0.43378
    """

    def __init__(self, reduction: Any = "sum_over_batch_size", name: str = "log_cosh", dtype: Any = None) -> None:
        super().__init__(log_cosh, reduction, name, dtype)
