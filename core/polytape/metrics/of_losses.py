"""Metrics that are the mean of a loss. The losses are those that plugins contribute to `tf.keras.losses`."""

from __future__ import annotations

from typing import Any, ClassVar

from polytape.metrics.mean import MeanMetricWrapper
from polytape.plugins.contributions import Contributions

_losses = Contributions("losses")


class MeanOfLoss(MeanMetricWrapper):
    """The mean, over all samples of all batches, of the loss that `LOSS` names."""

    LOSS: ClassVar[str]

    def __init__(self, name: str | None = None, dtype: Any = None, **options: Any) -> None:
        super().__init__(_losses.get(self.LOSS), name or self.LOSS, dtype, **options)


class MeanSquaredError(MeanOfLoss):
    """The mean of the squares of errors.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.MeanSquaredError()([[0.0, 1.0]], [[1.0, 3.0]]))
    2.5
    """

    LOSS = "mean_squared_error"


class MeanAbsoluteError(MeanOfLoss):
    """The mean of the absolute values of errors.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.MeanAbsoluteError()([[0.0, 1.0]], [[1.0, 3.0]]))
    1.5
    """

    LOSS = "mean_absolute_error"


class MeanAbsolutePercentageError(MeanOfLoss):
    """The mean of the absolute values of errors, in percent of the labels."""

    LOSS = "mean_absolute_percentage_error"


class MeanSquaredLogarithmicError(MeanOfLoss):
    """The mean of the squares of differences between the logarithms of 1 + x."""

    LOSS = "mean_squared_logarithmic_error"


class LogCoshError(MeanOfLoss):
    """The mean of the logarithms of the hyperbolic cosines of errors."""

    LOSS = "log_cosh"

    def __init__(self, name: str | None = "logcosh", dtype: Any = None) -> None:
        super().__init__(name, dtype)


class Poisson(MeanOfLoss):
    """The mean of prediction - label · log(prediction)."""

    LOSS = "poisson"


class KLDivergence(MeanOfLoss):
    """The mean Kullback-Leibler divergence of predicted distributions from true ones."""

    LOSS = "kl_divergence"


class Hinge(MeanOfLoss):
    """The mean of max(1 - label · prediction, 0), for labels of -1 and 1 (0 counts as -1)."""

    LOSS = "hinge"


class SquaredHinge(MeanOfLoss):
    """The mean of max(1 - label · prediction, 0)²."""

    LOSS = "squared_hinge"


class CategoricalHinge(MeanOfLoss):
    """The mean margin by which the prediction of another class than the label's is too large."""

    LOSS = "categorical_hinge"


class BinaryCrossentropy(MeanOfLoss):
    """The mean cross-entropy of labels of 0 and 1.

    Args:
        name, dtype: see `Metric`.
        from_logits: whether predictions are logits, else probabilities.
        label_smoothing: how far to move labels towards 1/2, from 0 to 1.

    >>> import polytape as tf
    >>> round(float(tf.keras.metrics.BinaryCrossentropy()([[1.0]], [[0.5]])), 5)
    0.69315
    """

    LOSS = "binary_crossentropy"

    def __init__(
        self,
        name: str | None = None,
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        super().__init__(name, dtype, from_logits=from_logits, label_smoothing=label_smoothing)


class CategoricalCrossentropy(MeanOfLoss):
    """The mean cross-entropy of labels in one-hot form.

    Args:
        name, dtype: see `Metric`.
        from_logits: whether predictions are logits, else probabilities.
        label_smoothing: how far to move labels towards the uniform distribution, from 0 to 1.
        axis: the axis of the classes.

    >>> import polytape as tf
    >>> round(float(tf.keras.metrics.CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.6931
    """

    LOSS = "categorical_crossentropy"

    def __init__(
        self,
        name: str | None = None,
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        super().__init__(name, dtype, from_logits=from_logits, label_smoothing=label_smoothing, axis=axis)


class SparseCategoricalCrossentropy(MeanOfLoss):
    """The mean cross-entropy of labels that are integers.

    Args:
        name, dtype: see `Metric`.
        from_logits: whether predictions are logits, else probabilities.
        axis: the axis of the classes.

    >>> import polytape as tf
    >>> round(float(tf.keras.metrics.SparseCategoricalCrossentropy()([1], [[0.5, 0.5]])), 4)
    0.6931
    """

    LOSS = "sparse_categorical_crossentropy"

    def __init__(self, name: str | None = None, dtype: Any = None, from_logits: bool = False, axis: int = -1) -> None:
        super().__init__(name, dtype, from_logits=from_logits, axis=axis)
