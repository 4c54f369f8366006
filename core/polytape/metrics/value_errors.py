"""Metrics of how far predicted values are from true ones, which are not the mean of a loss."""

from __future__ import annotations

from typing import Any

from polytape.floatx import default
from polytape.metrics.mean import Mean, MeanMetricWrapper
from polytape.metrics.values import same_shape
from polytape.ops.powers import rsqrt, sqrt, square
from polytape.ops.reduction import reduce_sum
from polytape.ops.selection import maximum
from polytape.tensor import Tensor


class RootMeanSquaredError(Mean):
    """The root of the mean of the squares of errors.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.RootMeanSquaredError()([0.0, 0.0], [3.0, 3.0]))
    3.0
    """

    def __init__(self, name: str | None = "root_mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def update_state(  # type: ignore[override]  # a metric of pairs, which happens to be a mean
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Take in labels, predictions, and weights of the samples if they have any."""
        label, prediction = same_shape(y_true, y_pred, self._dtype, self.name)
        super().update_state(square(label - prediction), sample_weight)

    def result(self) -> Tensor:
        """Return the root."""
        return sqrt(super().result())  # type: ignore[no-any-return]


class CosineSimilarity(MeanMetricWrapper):
    """The mean cosine of the angles between labels and predictions: 1 for one direction, -1 for opposite ones.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.CosineSimilarity()([[0.0, 2.0]], [[0.0, 3.0]]))
    1.0
    """

    def __init__(self, name: str | None = "cosine_similarity", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(cosine_similarity, name, dtype, axis=axis)
        self.axis = axis


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Tensor:
    """Return the cosines of the angles between labels and predictions along an axis; 0 where one of them is zero."""
    label, prediction = same_shape(y_true, y_pred, default(), "cosine_similarity")
    return reduce_sum(_unit(label, axis) * _unit(prediction, axis), axis=axis)


def _unit(x: Tensor, axis: int) -> Any:
    return x * rsqrt(maximum(reduce_sum(square(x), axis=axis, keepdims=True), 1e-12))
