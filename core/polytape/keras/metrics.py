"""`tf.keras.metrics`: built-in metrics and those that plugins contribute. A built-in metric's name can't be taken."""

from __future__ import annotations

from polytape.metrics import (
    Accuracy as Accuracy,
    BinaryAccuracy as BinaryAccuracy,
    BinaryCrossentropy as BinaryCrossentropy,
    CategoricalAccuracy as CategoricalAccuracy,
    CategoricalCrossentropy as CategoricalCrossentropy,
    CategoricalHinge as CategoricalHinge,
    CosineSimilarity as CosineSimilarity,
    FalseNegatives as FalseNegatives,
    FalsePositives as FalsePositives,
    Hinge as Hinge,
    KLDivergence as KLDivergence,
    LogCoshError as LogCoshError,
    Mean as Mean,
    MeanAbsoluteError as MeanAbsoluteError,
    MeanAbsolutePercentageError as MeanAbsolutePercentageError,
    MeanMetricWrapper as MeanMetricWrapper,
    MeanSquaredError as MeanSquaredError,
    MeanSquaredLogarithmicError as MeanSquaredLogarithmicError,
    Metric as Metric,
    Poisson as Poisson,
    Precision as Precision,
    Recall as Recall,
    RootMeanSquaredError as RootMeanSquaredError,
    SparseCategoricalAccuracy as SparseCategoricalAccuracy,
    SparseCategoricalCrossentropy as SparseCategoricalCrossentropy,
    SparseTopKCategoricalAccuracy as SparseTopKCategoricalAccuracy,
    SquaredHinge as SquaredHinge,
    Sum as Sum,
    TopKCategoricalAccuracy as TopKCategoricalAccuracy,
    TrueNegatives as TrueNegatives,
    TruePositives as TruePositives,
    binary_accuracy as binary_accuracy,
    categorical_accuracy as categorical_accuracy,
    get as get,
    sparse_categorical_accuracy as sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy as sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy as top_k_categorical_accuracy,
)
from polytape.plugins.contributions import Contributions

contributions = Contributions("metrics", __name__)
__getattr__ = contributions.attribute
__dir__ = contributions.directory
