"""How often predictions hit."""

from __future__ import annotations

from typing import Any

from polytape.arguments import integer
from polytape.errors import InvalidArgumentError
from polytape.metrics import hits
from polytape.metrics.mean import MeanMetricWrapper


class Accuracy(MeanMetricWrapper):
    """How often predictions are equal to labels.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.Accuracy()([1, 2, 3, 4], [0, 2, 3, 4]))
    0.75
    """

    def __init__(self, name: str | None = "accuracy", dtype: Any = None) -> None:
        super().__init__(hits.accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """How often predictions above a threshold, taken as 1 and others as 0, are equal to labels.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.BinaryAccuracy()([1, 0, 1, 1], [0.9, 0.4, 0.4, 0.6]))
    0.75
    """

    def __init__(self, name: str | None = "binary_accuracy", dtype: Any = None, threshold: float = 0.5) -> None:
        if threshold is not None and not 0 < threshold < 1:
            raise InvalidArgumentError(f"BinaryAccuracy: threshold must lie between 0 and 1; received {threshold!r}.")
        super().__init__(hits.binary_accuracy, name, dtype, threshold=0.5 if threshold is None else threshold)
        self.threshold = threshold


class CategoricalAccuracy(MeanMetricWrapper):
    """How often the largest prediction is that of the label, given in one-hot form.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.CategoricalAccuracy()([[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]]))
    0.5
    """

    def __init__(self, name: str | None = "categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(hits.categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """How often the largest prediction is at the place that the label, an integer, names.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.SparseCategoricalAccuracy()([1, 0], [[0.2, 0.8], [0.4, 0.6]]))
    0.5
    """

    def __init__(self, name: str | None = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(hits.sparse_categorical_accuracy, name, dtype)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the label, given in one-hot form, is among the `k` largest predictions.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.TopKCategoricalAccuracy(k=2)([[0, 0, 1], [0, 1, 0]], [[0.5, 0.2, 0.3]] * 2))
    0.5
    """

    def __init__(self, k: int = 5, name: str | None = "top_k_categorical_accuracy", dtype: Any = None) -> None:
        self.k = integer(k, "TopKCategoricalAccuracy: k")
        super().__init__(hits.top_k_categorical_accuracy, name, dtype, k=self.k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the label, an integer, names one of the `k` largest predictions.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.SparseTopKCategoricalAccuracy(k=2)([2, 1], [[0.5, 0.2, 0.3]] * 2))
    0.5
    """

    def __init__(self, k: int = 5, name: str | None = "sparse_top_k_categorical_accuracy", dtype: Any = None) -> None:
        self.k = integer(k, "SparseTopKCategoricalAccuracy: k")
        super().__init__(hits.sparse_top_k_categorical_accuracy, name, dtype, k=self.k)
