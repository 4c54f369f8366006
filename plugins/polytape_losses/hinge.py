"""Hinge losses: nothing for a prediction that is right by a margin, and a straight line from there."""

from __future__ import annotations

from typing import Any

import polytape as tf
from polytape_losses.loss import FunctionLoss
from polytape_losses.operands import operands


def hinge(y_true: Any, y_pred: Any) -> tf.Tensor:
    """Return the mean of max(1 - y_true · y_pred, 0) along the last axis.

    Args:
        y_true: labels -1 and 1; if all are 0 or 1, 0 is taken for -1.

    >>> import polytape as tf
    >>> tf.keras.losses.hinge([[0, 1]], [[0.5, 0.5]]).numpy().tolist()
    [1.0]
    """
    return tf.reduce_mean(_margins(*operands(y_true, y_pred, "hinge")), axis=-1)


def squared_hinge(y_true: Any, y_pred: Any) -> tf.Tensor:
    """Return the mean of max(1 - y_true · y_pred, 0)² along the last axis; see `hinge`.

    >>> import polytape as tf
    >>> tf.keras.losses.squared_hinge([[0, 1]], [[0.5, 0.5]]).numpy().tolist()
    [1.25]
    """
    return tf.reduce_mean(tf.square(_margins(*operands(y_true, y_pred, "squared_hinge"))), axis=-1)


def categorical_hinge(y_true: Any, y_pred: Any) -> tf.Tensor:
    """Return max(1 + largest y_pred of a wrong class - y_pred of the right one, 0).

    Args:
        y_true: labels in one-hot form, 0 and 1 along the last axis.

    >>> import polytape as tf
    >>> tf.keras.losses.categorical_hinge([[0, 1]], [[0.6, 0.4]]).numpy().round(5)
    array([1.2], dtype=float32)
    """
    label, prediction = operands(y_true, y_pred, "categorical_hinge")
    right = tf.reduce_sum(label * prediction, axis=-1)
    wrong = tf.reduce_max((1.0 - label) * prediction, axis=-1)
    loss: tf.Tensor = tf.maximum(wrong - right + 1.0, 0.0)
    return loss


def _margins(label: tf.Tensor, prediction: tf.Tensor) -> tf.Tensor:
    """max(1 - label · prediction, 0), labels 0 and 1 being taken for -1 and 1."""
    binary = tf.reduce_all(tf.logical_or(tf.equal(label, 0.0), tf.equal(label, 1.0)))
    signed = tf.where(binary, 2.0 * label - 1.0, label)
    margin: tf.Tensor = tf.maximum(1.0 - signed * prediction, 0.0)
    return margin


class Hinge(FunctionLoss):
    """The hinge loss of labels -1 and 1, or 0 and 1.

    >>> import polytape as tf
    >>> float(tf.keras.losses.Hinge()([[0, 1]], [[0.5, 0.5]]))
    1.0
    """

    def __init__(self, reduction: Any = "sum_over_batch_size", name: str = "hinge", dtype: Any = None) -> None:
        super().__init__(hinge, reduction, name, dtype)


class SquaredHinge(FunctionLoss):
    """The square of the hinge loss.

    >>> import polytape as tf
    >>> float(tf.keras.losses.SquaredHinge()([[0, 1]], [[0.5, 0.5]]))
    1.25
    """

    def __init__(self, reduction: Any = "sum_over_batch_size", name: str = "squared_hinge", dtype: Any = None) -> None:
        super().__init__(squared_hinge, reduction, name, dtype)


class CategoricalHinge(FunctionLoss):
    """The hinge loss of several classes, with labels in one-hot form.

    >>> import polytape as tf
    >>> float(tf.keras.losses.CategoricalHinge()([[0, 1]], [[0.5, 1.0]]))
    0.5
    """

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str = "categorical_hinge", dtype: Any = None
    ) -> None:
        super().__init__(categorical_hinge, reduction, name, dtype)
