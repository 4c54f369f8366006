"""Cross-entropy of labels in one-hot form."""

from __future__ import annotations

from typing import Any

import polytape as tf
from polytape_losses.loss import FunctionLoss
from polytape_losses.operands import alike, epsilon
from polytape_losses.smoothing import smoothed_categorical


def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> tf.Tensor:
    """Return -Σ y_true · log(p) along an axis.

    Args:
        y_true: labels in one-hot form, or probabilities.
        y_pred: probabilities p, which are divided by their sum and kept 10⁻⁷ away from 0 and 1; or logits.
        from_logits: whether `y_pred` holds logits, of which p is the softmax.
        label_smoothing: how far to move labels towards the uniform distribution, from 0 to 1.
        axis: the axis of the classes.

    Raises:
        InvalidArgumentError: if the shapes differ.

    >>> import polytape as tf
    >>> tf.keras.losses.categorical_crossentropy([[0, 1]], [[0.5, 0.5]]).numpy().round(5)
    array([0.69315], dtype=float32)
    """
    label, prediction = alike(y_true, y_pred, "categorical_crossentropy")
    label = smoothed_categorical(label, label_smoothing, axis, "categorical_crossentropy")
    if from_logits:
        return tf.nn.softmax_cross_entropy_with_logits(labels=label, logits=prediction, axis=axis)
    shares = prediction / tf.reduce_sum(prediction, axis=axis, keepdims=True)
    least = epsilon(prediction)
    return -tf.reduce_sum(label * tf.math.log(tf.clip_by_value(shares, least, 1.0 - least)), axis=axis)


class CategoricalCrossentropy(FunctionLoss):
    """The cross-entropy of labels in one-hot form; see `categorical_crossentropy`.

    >>> import polytape as tf
    >>> loss = tf.keras.losses.CategoricalCrossentropy(from_logits=True)
    >>> round(float(loss([[0, 1]], [[0.0, 0.0]])), 5)
    0.69315
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Any = "sum_over_batch_size",
        name: str = "categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        options = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(categorical_crossentropy, reduction, name, dtype, **options)
