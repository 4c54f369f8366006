"""Cross-entropy of labels 0 and 1."""

from __future__ import annotations

from typing import Any

import polytape as tf
from polytape_losses.loss import FunctionLoss
from polytape_losses.operands import alike, epsilon
from polytape_losses.smoothing import smoothed_binary


def binary_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> tf.Tensor:
    """Return the mean of -y_true · log(p) - (1 - y_true) · log(1 - p) along an axis.

    Args:
        y_true: labels from 0 to 1.
        y_pred: probabilities p, kept 10⁻⁷ away from 0 and 1; or their logits log(p / (1 - p)).
        from_logits: whether `y_pred` holds logits.
        label_smoothing: how far to move labels towards 0.5, from 0 to 1.

    Raises:
        InvalidArgumentError: if the shapes differ.

    >>> import polytape as tf
    >>> tf.keras.losses.binary_crossentropy([[0, 1]], [[0.5, 0.5]]).numpy().round(5)
    array([0.69315], dtype=float32)
    """
    label, prediction = alike(y_true, y_pred, "binary_crossentropy")
    label = smoothed_binary(label, label_smoothing, "binary_crossentropy")
    return tf.reduce_mean(elementwise(label, prediction, from_logits), axis=axis)


def elementwise(label: tf.Tensor, prediction: tf.Tensor, from_logits: bool) -> tf.Tensor:
    """The cross-entropy of each element."""
    if from_logits:
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=label, logits=prediction)
    least = epsilon(prediction)
    clipped = tf.clip_by_value(prediction, least, 1.0 - least)
    likelihood: tf.Tensor = label * tf.math.log(clipped) + (1.0 - label) * tf.math.log(1.0 - clipped)
    return -likelihood


class BinaryCrossentropy(FunctionLoss):
    """The cross-entropy of labels 0 and 1; see `binary_crossentropy`.

    >>> import polytape as tf
    >>> loss = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    >>> round(float(loss([[0, 1]], [[0.0, 0.0]])), 5)
    0.69315
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Any = "sum_over_batch_size",
        name: str = "binary_crossentropy",
        dtype: Any = None,
    ) -> None:
        options = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(binary_crossentropy, reduction, name, dtype, **options)
