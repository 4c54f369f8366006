"""Divergences between distributions: Kullback and Leibler's, and that of Poisson's counts."""

from __future__ import annotations

from typing import Any

import polytape as tf
from polytape_losses.loss import FunctionLoss
from polytape_losses.operands import epsilon, operands


def kl_divergence(y_true: Any, y_pred: Any) -> tf.Tensor:
    """Return Σ y_true · log(y_true / y_pred) along the last axis; probabilities count as at least 10⁻⁷, at
    most 1.

    >>> import polytape as tf
    >>> tf.keras.losses.kl_divergence([[0.5, 0.5]], [[0.5, 0.5]]).numpy().tolist()
    [0.0]
    """
    label, prediction = operands(y_true, y_pred, "kl_divergence")
    label, prediction = (tf.clip_by_value(value, epsilon(value), 1.0) for value in (label, prediction))
    return tf.reduce_sum(label * tf.math.log(label / prediction), axis=-1)


def poisson(y_true: Any, y_pred: Any) -> tf.Tensor:
    """Return the mean of y_pred - y_true · log(y_pred + 10⁻⁷) along the last axis.

    Args:
        y_true: counts.
        y_pred: their expected values, not negative.

    >>> import polytape as tf
    >>> tf.keras.losses.poisson([[2.0, 0.0]], [[1.0, 3.0]]).numpy().round(5).tolist()
    [2.0]
    """
    label, prediction = operands(y_true, y_pred, "poisson")
    return tf.reduce_mean(prediction - label * tf.math.log(prediction + epsilon(prediction)), axis=-1)


class KLDivergence(FunctionLoss):
    """The divergence of Kullback and Leibler.

    >>> import polytape as tf
    >>> round(float(tf.keras.losses.KLDivergence()([[0.0, 1.0]], [[0.5, 0.5]])), 5)
    0.69315
    """

    def __init__(self, reduction: Any = "sum_over_batch_size", name: str = "kl_divergence", dtype: Any = None) -> None:
        super().__init__(kl_divergence, reduction, name, dtype)


class Poisson(FunctionLoss):
    """The negative logarithm of the likelihood of counts, but for a constant.

    >>> import polytape as tf
    >>> round(float(tf.keras.losses.Poisson()([[2.0, 0.0]], [[1.0, 3.0]])), 5)
    2.0
    """

    def __init__(self, reduction: Any = "sum_over_batch_size", name: str = "poisson", dtype: Any = None) -> None:
        super().__init__(poisson, reduction, name, dtype)
