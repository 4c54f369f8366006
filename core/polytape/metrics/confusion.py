"""Right and wrong answers to yes-or-no questions, counted at thresholds, and the shares made of the counts."""

from __future__ import annotations

from typing import Any

from polytape.arguments import integer
from polytape.conversion import convert
from polytape.dtypes import bool_
from polytape.errors import InvalidArgumentError
from polytape.metrics.metric import Metric
from polytape.metrics.values import as_dtype, same_shape, weighted
from polytape.ops.casting import cast
from polytape.ops.comparison import greater
from polytape.ops.creation import ones_like
from polytape.ops.division import divide_no_nan
from polytape.ops.ranges import one_hot
from polytape.ops.reduction import reduce_mean, reduce_sum
from polytape.ops.shape import reshape
from polytape.ops.sorting import top_k as largest
from polytape.tensor import Tensor
from polytape.variable import Variable

Counts = tuple[Tensor, Tensor, Tensor, Tensor]


class Confusion(Metric):
    """What the metrics that count right and wrong answers have in common.

    Args:
        thresholds: a number or several, from 0 to 1; predictions above count as yes. By default 0.5, or none with
            `top_k`.
        top_k: if given, the `top_k` largest predictions of each sample count as yes.
        class_id: if given, the one class that is looked at, a place along the last axis.
        name, dtype: see `Metric`.
    """

    def __init__(self, thresholds: Any, top_k: int | None, class_id: int | None, name: str | None, dtype: Any) -> None:
        super().__init__(name, dtype)
        self.top_k = None if top_k is None else integer(top_k, f"{type(self).__name__}: top_k")
        self.class_id = None if class_id is None else integer(class_id, f"{type(self).__name__}: class_id")
        self.thresholds = thresholds
        self._single = thresholds is None or isinstance(thresholds, (int, float))
        fallback = 0.5 if top_k is None else float("-inf")
        self._limits = [
            float(n) for n in ([fallback if thresholds is None else thresholds] if self._single else thresholds)
        ]
        if not self._limits or (thresholds is not None and any(not 0 <= limit <= 1 for limit in self._limits)):
            raise InvalidArgumentError(
                f"{type(self).__name__}: thresholds must lie between 0 and 1; received {thresholds!r}."
            )

    def counter(self, name: str) -> Variable:
        """A count for each threshold."""
        return self.add_weight(name=name, shape=(len(self._limits),), initializer="zeros")

    def counts(self, y_true: Any, y_pred: Any, sample_weight: Any) -> Counts:
        """Return the weights of right yeses, wrong yeses, wrong noes and right noes in a batch, at each threshold."""
        label, prediction = same_shape(y_true, y_pred, self._dtype, self.name)
        eligible = ones_like(label)
        if self.top_k is not None:
            places = largest(prediction, self.top_k)[1]
            eligible = reduce_sum(one_hot(places, prediction.shape[-1], dtype=self._dtype), axis=-2)
        if self.class_id is not None:
            label, prediction, eligible = (x[..., self.class_id] for x in (label, prediction, eligible))
        weights = None
        if sample_weight is not None:
            weights = _spread(sample_weight, ones_like(label), self._dtype, self.name)
        truth = reshape(cast(cast(label, bool_), self._dtype), (1, -1))
        limits = reshape(convert(self._limits, self._dtype), (-1, 1))
        yes = cast(greater(reshape(prediction, (1, -1)), limits), self._dtype) * reshape(eligible, (1, -1))
        one = 1.0 if weights is None else reshape(weights, (1, -1))
        parts = (truth * yes, (1.0 - truth) * yes, truth * (1.0 - yes), (1.0 - truth) * (1.0 - yes))
        return tuple([reduce_sum(part * one, axis=1) for part in parts])  # type: ignore[return-value]

    def shown(self, value: Tensor) -> Tensor:
        """A number where there is one threshold, else a number for each."""
        return value[0] if self._single else value


def _spread(sample_weight: Any, like: Tensor, dtype: Any, metric: str) -> Tensor:
    """Weights in the shape of `like`."""
    weights = as_dtype(sample_weight, dtype)
    while 0 < weights.ndim < like.ndim:
        weights = reshape(weights, (*weights.shape, 1))
    return weighted(like, weights, dtype, reduce_mean, metric)[0]


class _Count(Confusion):
    """One of the four counts."""

    PLACE = 0

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(thresholds, None, None, name, dtype)
        self.accumulator = self.counter("accumulator")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in labels, predictions, and weights of the samples if they have any."""
        self.accumulator.assign_add(self.counts(y_true, y_pred, sample_weight)[self.PLACE])

    def result(self) -> Tensor:
        """Return the count."""
        return self.shown(self.accumulator.read_value())


class TruePositives(_Count):
    """The number of yeses that are right.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.TruePositives()([0, 1, 1, 1], [1, 0, 1, 1]))
    2.0
    """

    PLACE = 0


class FalsePositives(_Count):
    """The number of yeses that are wrong.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.FalsePositives()([0, 1, 0, 0], [0, 0, 1, 1]))
    2.0
    """

    PLACE = 1


class FalseNegatives(_Count):
    """The number of noes that are wrong.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.FalseNegatives()([0, 1, 1, 1], [0, 1, 0, 0]))
    2.0
    """

    PLACE = 2


class TrueNegatives(_Count):
    """The number of noes that are right.

    >>> import polytape as tf
    >>> float(tf.keras.metrics.TrueNegatives()([0, 1, 0, 0], [1, 1, 0, 0]))
    2.0
    """

    PLACE = 3


class Precision(Confusion):
    """The share of yeses that are right.

    Args:
        thresholds, top_k, class_id, name, dtype: see `Confusion`.

    >>> import polytape as tf
    >>> round(float(tf.keras.metrics.Precision()([0, 1, 1, 1], [1, 0, 1, 1])), 4)
    0.6667
    """

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(thresholds, top_k, class_id, name, dtype)
        self.true_positives = self.counter("true_positives")
        self.false_positives = self.counter("false_positives")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in labels, predictions, and weights of the samples if they have any."""
        right, wrong, _, _ = self.counts(y_true, y_pred, sample_weight)
        self.true_positives.assign_add(right)
        self.false_positives.assign_add(wrong)

    def result(self) -> Tensor:
        """Return the share; 0 if there was no yes."""
        right, wrong = self.true_positives.read_value(), self.false_positives.read_value()
        return self.shown(divide_no_nan(right, right + wrong))


class Recall(Confusion):
    """The share of true yeses that were found.

    Args:
        thresholds, top_k, class_id, name, dtype: see `Confusion`.

    >>> import polytape as tf
    >>> round(float(tf.keras.metrics.Recall()([0, 1, 1, 1], [1, 0, 1, 1])), 4)
    0.6667
    """

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(thresholds, top_k, class_id, name, dtype)
        self.true_positives = self.counter("true_positives")
        self.false_negatives = self.counter("false_negatives")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in labels, predictions, and weights of the samples if they have any."""
        right, _, missed, _ = self.counts(y_true, y_pred, sample_weight)
        self.true_positives.assign_add(right)
        self.false_negatives.assign_add(missed)

    def result(self) -> Tensor:
        """Return the share; 0 if there was no true yes."""
        right, missed = self.true_positives.read_value(), self.false_negatives.read_value()
        return self.shown(divide_no_nan(right, right + missed))
