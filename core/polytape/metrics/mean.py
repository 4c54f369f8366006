"""Metrics that add up or average what they are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape.metrics.metric import Metric
from polytape.metrics.values import as_dtype, weighted
from polytape.ops.division import divide_no_nan
from polytape.ops.reduction import reduce_mean, reduce_sum
from polytape.tensor import Tensor


class Sum(Metric):
    """The sum of all values, each times its weight.

    >>> import polytape as tf
    >>> metric = tf.keras.metrics.Sum()
    >>> metric.update_state([1.0, 2.0], sample_weight=[1.0, 0.5])
    >>> float(metric.result())
    2.0
    """

    def __init__(self, name: str | None = "sum", dtype: Any = None) -> None:
        super().__init__(name, dtype)
        self.total = self.add_weight(name="total", initializer="zeros")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take in values of any shape, and weights for their first axes if they have any."""
        values = as_dtype(values, self._dtype)
        values, _ = weighted(values, sample_weight, self._dtype, reduce_sum, self.name)
        self.total.assign_add(reduce_sum(values))

    def result(self) -> Tensor:
        """Return the sum."""
        return self.total.read_value()


class Mean(Metric):
    """The mean of all samples' values, weighted if they have weights.

    Values with more axes than one count as the mean over all axes but the first, once for each sample.

    >>> import polytape as tf
    >>> metric = tf.keras.metrics.Mean()
    >>> metric.update_state([1.0, 3.0])
    >>> metric.update_state(5.0)
    >>> float(metric.result())
    3.0
    """

    def __init__(self, name: str | None = "mean", dtype: Any = None) -> None:
        super().__init__(name, dtype)
        self.total = self.add_weight(name="total", initializer="zeros")
        self.count = self.add_weight(name="count", initializer="zeros")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take in values of any shape, and weights for their first axes if they have any."""
        values = as_dtype(values, self._dtype)
        if sample_weight is not None:
            sample_weight = as_dtype(sample_weight, self._dtype)
            values = values if sample_weight.ndim else reduce_mean(values)  # one weight: all are one sample
        values, weights = weighted(values, sample_weight, self._dtype, reduce_mean, self.name)
        if values.ndim > 1:
            inner = tuple(range(1, values.ndim))
            values = reduce_mean(values, axis=inner)
            weights = None if weights is None else reduce_mean(weights, axis=inner)
        self.total.assign_add(reduce_sum(values))
        self.count.assign_add(float(values.shape.num_elements() or 0) if weights is None else reduce_sum(weights))

    def result(self) -> Tensor:
        """Return the mean; 0 if nothing has been taken in."""
        return divide_no_nan(self.total.read_value(), self.count.read_value())  # type: ignore[no-any-return]


class MeanMetricWrapper(Mean):
    """The mean of a function of labels and predictions.

    Args:
        fn: a function of `(y_true, y_pred)` that returns a value for each sample.
        name: by default the function's.
        dtype: the dtype of the state.
        options: further arguments of the function.

    >>> import polytape as tf
    >>> metric = tf.keras.metrics.MeanMetricWrapper(lambda y, p: tf.abs(y - p), name="miss")
    >>> metric.update_state(tf.constant([1.0, 2.0]), tf.constant([1.5, 3.5]))
    >>> float(metric.result())
    1.0
    """

    def __init__(self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **options: Any) -> None:
        super().__init__(name or getattr(fn, "__name__", None), dtype)
        self._function = fn
        self._options = options

    def update_state(  # type: ignore[override]  # a metric of pairs, which happens to be a mean
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Take in labels, predictions, and weights of the samples if they have any."""
        super().update_state(self._function(y_true, y_pred, **self._options), sample_weight)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a metric like this one."""
        own = {"fn": self._function} if type(self) is MeanMetricWrapper else {}
        return {**own, "name": self.name, "dtype": self._dtype and self._dtype.name, **self._options}
