"""Focal cross-entropy of labels 0 and 1: what is predicted well already counts for less.

Source: T. Lin, P. Goyal, R. Girshick, K. He, P. Dollár, "Focal loss for dense object detection", ICCV 2017.
"""

from __future__ import annotations

from typing import Any

import polytape as tf
from polytape_losses.binary_crossentropy import elementwise
from polytape_losses.loss import FunctionLoss
from polytape_losses.operands import alike
from polytape_losses.smoothing import smoothed_binary


def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> tf.Tensor:
    """Return the mean of (1 - q)^gamma · cross-entropy along an axis; q is the probability given to the
    label.

    Args:
        y_true, y_pred, from_logits, label_smoothing, axis: see `binary_crossentropy`.
        apply_class_balancing: whether to weight labels 1 by `alpha` and labels 0 by 1 - `alpha`.
        gamma: how much what is predicted well is played down; 0 leaves the cross-entropy.

    >>> import polytape as tf
    >>> tf.keras.losses.binary_focal_crossentropy([[1]], [[0.5]]).numpy().round(5)
    array([0.17329], dtype=float32)
    """
    label, prediction = alike(y_true, y_pred, "binary_focal_crossentropy")
    label = smoothed_binary(label, label_smoothing, "binary_focal_crossentropy")
    entropy = elementwise(label, prediction, from_logits)
    probability = tf.sigmoid(prediction) if from_logits else prediction
    given = label * probability + (1.0 - label) * (1.0 - probability)
    focal = tf.pow(1.0 - given, gamma) * entropy
    if apply_class_balancing:
        focal = focal * (label * alpha + (1.0 - label) * (1.0 - alpha))
    return tf.reduce_mean(focal, axis=axis)


class BinaryFocalCrossentropy(FunctionLoss):
    """The focal cross-entropy of labels 0 and 1; see `binary_focal_crossentropy`.

    >>> import polytape as tf
    >>> round(float(tf.keras.losses.BinaryFocalCrossentropy(gamma=0.0)([[1]], [[0.5]])), 5)
    0.69315
    """

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Any = "sum_over_batch_size",
        name: str = "binary_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        options = {
            "apply_class_balancing": apply_class_balancing,
            "alpha": alpha,
            "gamma": gamma,
            "from_logits": from_logits,
            "label_smoothing": label_smoothing,
            "axis": axis,
        }
        super().__init__(binary_focal_crossentropy, reduction, name, dtype, **options)
