"""Metrics: figures gathered over batches.

This is `tf.metrics`. `tf.keras.metrics` holds the same names.
"""

from __future__ import annotations

from typing import Any

from polytape.configuration import look_up
from polytape.layers.naming import snake_case
from polytape.metrics.accuracy import (
    Accuracy as Accuracy,
    BinaryAccuracy as BinaryAccuracy,
    CategoricalAccuracy as CategoricalAccuracy,
    SparseCategoricalAccuracy as SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy as SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy as TopKCategoricalAccuracy,
)
from polytape.metrics.confusion import (
    FalseNegatives as FalseNegatives,
    FalsePositives as FalsePositives,
    Precision as Precision,
    Recall as Recall,
    TrueNegatives as TrueNegatives,
    TruePositives as TruePositives,
)
from polytape.metrics.hits import (
    binary_accuracy as binary_accuracy,
    categorical_accuracy as categorical_accuracy,
    sparse_categorical_accuracy as sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy as sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy as top_k_categorical_accuracy,
)
from polytape.metrics.mean import Mean as Mean, MeanMetricWrapper as MeanMetricWrapper, Sum as Sum
from polytape.metrics.metric import Metric as Metric
from polytape.metrics.of_losses import (
    BinaryCrossentropy as BinaryCrossentropy,
    CategoricalCrossentropy as CategoricalCrossentropy,
    CategoricalHinge as CategoricalHinge,
    Hinge as Hinge,
    KLDivergence as KLDivergence,
    LogCoshError as LogCoshError,
    MeanAbsoluteError as MeanAbsoluteError,
    MeanAbsolutePercentageError as MeanAbsolutePercentageError,
    MeanSquaredError as MeanSquaredError,
    MeanSquaredLogarithmicError as MeanSquaredLogarithmicError,
    Poisson as Poisson,
    SparseCategoricalCrossentropy as SparseCategoricalCrossentropy,
    SquaredHinge as SquaredHinge,
)
from polytape.metrics.value_errors import (
    CosineSimilarity as CosineSimilarity,
    RootMeanSquaredError as RootMeanSquaredError,
)
from polytape.plugins.contributions import Contributions

contributions = Contributions("metrics", __name__)
__getattr__ = contributions.attribute
__dir__ = contributions.directory

_CLASSES: tuple[Any, ...] = (
    *(Accuracy, BinaryAccuracy, BinaryCrossentropy, CategoricalAccuracy, CategoricalCrossentropy, CategoricalHinge),
    *(CosineSimilarity, FalseNegatives, FalsePositives, Hinge, KLDivergence, LogCoshError, Mean, MeanAbsoluteError),
    *(MeanAbsolutePercentageError, MeanSquaredError, MeanSquaredLogarithmicError, Poisson, Precision, Recall),
    *(RootMeanSquaredError, SparseCategoricalAccuracy, SparseCategoricalCrossentropy, SparseTopKCategoricalAccuracy),
    *(SquaredHinge, Sum, TopKCategoricalAccuracy, TrueNegatives, TruePositives),
)
_ALIASES: dict[str, Any] = {
    "acc": Accuracy,
    "accuracy": Accuracy,
    "bce": BinaryCrossentropy,
    "mae": MeanAbsoluteError,
    "mape": MeanAbsolutePercentageError,
    "mse": MeanSquaredError,
    "msle": MeanSquaredLogarithmicError,
    "rmse": RootMeanSquaredError,
}


def get(identifier: Any) -> Any:
    """Return the metric that `identifier` names: a name, a configuration, a class, or a metric itself.

    >>> import polytape as tf
    >>> tf.keras.metrics.get("mse").name
    'mean_squared_error'
    """
    known = {metric.__name__: metric for metric in _CLASSES} | _ALIASES
    known |= {snake_case(name): metric for name, metric in known.items()}
    return look_up(identifier, "metric", Metric, known)
