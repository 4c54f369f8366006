"""The focal loss: cross-entropy that cares less about what is classified well already.

Source: T. Lin, P. Goyal, R. Girshick, K. He, P. Dollár, "Focal loss for dense object detection", ICCV 2017.
"""

from __future__ import annotations

from typing import Any

import polytape as tf


class Focal(tf.keras.losses.Loss):
    """The mean of -(1 - q)^gamma · log q, where q is the probability that softmax of the logits gives to the label.

    Args:
        gamma: how much what is predicted well is played down; 0 leaves the cross-entropy.
        options: of every loss, such as `reduction`.

    >>> round(float(Focal(gamma=0.0)([0], [[1.0, 1.0]])), 5)
    0.69315
    """

    def __init__(self, gamma: float = 2.0, **options: Any) -> None:
        super().__init__(**options)
        self.gamma = gamma

    def labels(self, y_true: Any, y_pred: tf.Tensor) -> tf.Tensor:
        """Class numbers stay integers, where other losses have labels of the predictions' dtype."""
        return tf.cast(y_true, tf.int32)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        """A loss for each sample, of labels of shape [n] and logits of shape [n, classes]."""
        entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y_true, logits=y_pred)
        return (1.0 - tf.exp(-entropy)) ** self.gamma * entropy

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the same loss again."""
        return super().get_config() | {"gamma": self.gamma}
