"""The cosine of the angle between labels and predictions, negated so that less is better."""

from __future__ import annotations

from typing import Any

import polytape as tf
from polytape_losses.loss import FunctionLoss
from polytape_losses.operands import epsilon, operands


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> tf.Tensor:
    """Return minus the cosine of the angle between vectors along an axis: from -1, the same direction, to 1.

    A vector whose length is below 10⁻⁷ is divided by that instead: zeros give 0.

    >>> import polytape as tf
    >>> tf.keras.losses.cosine_similarity([[0.0, 1.0], [1.0, 0.0]], [[0.0, 2.0], [0.0, 2.0]]).numpy().tolist()
    [-1.0, -0.0]
    """
    label, prediction = operands(y_true, y_pred, "cosine_similarity")
    return -tf.reduce_sum(_direction(label, axis) * _direction(prediction, axis), axis=axis)


def _direction(vectors: tf.Tensor, axis: int) -> tf.Tensor:
    squares = tf.reduce_sum(tf.square(vectors), axis=axis, keepdims=True)
    direction: tf.Tensor = vectors * tf.math.rsqrt(tf.maximum(squares, epsilon(vectors) ** 2))
    return direction


class CosineSimilarity(FunctionLoss):
    """Minus the cosine of the angle between labels and predictions.

    Args:
        axis: the axis of the vectors.

    >>> import polytape as tf
    >>> float(tf.keras.losses.CosineSimilarity()([[0.0, 1.0]], [[0.0, 2.0]]))
    -1.0
    """

    def __init__(
        self,
        axis: int = -1,
        reduction: Any = "sum_over_batch_size",
        name: str = "cosine_similarity",
        dtype: Any = None,
    ) -> None:
        super().__init__(cosine_similarity, reduction, name, dtype, axis=axis)
