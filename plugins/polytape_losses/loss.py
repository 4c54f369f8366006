"""`Loss`: a number that says how far predictions are from labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polytape as tf
from polytape_losses.operands import labels_like, predictions
from polytape_losses.reduction import checked, reduced


class Loss:
    """How far predictions are from labels; a subclass defines `call`.

    Args:
        name: a name for people to read.
        reduction: how the losses of samples become one number: `"sum_over_batch_size"` or `"mean"` (their sum
            divided by their number), `"sum"`, `"mean_with_sample_weight"` (divided by the sum of the
            weights), or `"none"`.
        dtype: the dtype to compute in; by default that of the predictions.

    >>> import polytape as tf
    >>> class Miss(tf.keras.losses.Loss):
    ...     def call(self, y_true, y_pred):
    ...         return tf.abs(y_true - y_pred)
    >>> float(Miss()([1, 2], [1.5, 3.5]))
    1.0
    """

    def __init__(self, name: str | None = None, reduction: Any = "sum_over_batch_size", dtype: Any = None) -> None:
        self.name = type(self).__name__ if name is None else name
        self.reduction = checked(reduction)
        self.dtype = None if dtype is None else tf.as_dtype(dtype)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> tf.Tensor:
        """Return the loss of a batch.

        Args:
            y_true: labels; they are cast to the predictions' dtype.
            y_pred: predictions.
            sample_weight: a number, or weights of a shape that broadcasts to that of the samples' losses.

        Raises:
            InvalidArgumentError: if shapes don't fit, or the batch is empty.
        """
        prediction = predictions(y_pred)
        if self.dtype is not None and prediction.dtype is not self.dtype:
            prediction = tf.cast(prediction, self.dtype)
        label = self.labels(y_true, prediction)
        return self.reduced(self.call(label, prediction), label, sample_weight)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        """Return a loss for each sample."""
        raise NotImplementedError(f"{type(self).__name__} must define call(self, y_true, y_pred).")

    def labels(self, y_true: Any, y_pred: tf.Tensor) -> tf.Tensor:
        """The labels as `call` gets them."""
        return labels_like(y_true, y_pred)

    def reduced(self, losses: tf.Tensor, y_true: tf.Tensor, sample_weight: Any) -> tf.Tensor:
        """The weighted and reduced losses of samples."""
        return reduced(losses, sample_weight, self.reduction)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the same loss again."""
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """Make a loss from what `get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.get_config().items())
        return f"{type(self).__name__}({arguments})"


class FunctionLoss(Loss):
    """A loss made of a function of labels and predictions that returns a loss for each sample.

    Args:
        fn: the function; it is called with labels, predictions and `options`.
        reduction, name, dtype: see `Loss`.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: Any = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(getattr(fn, "__name__", None) if name is None else name, reduction, dtype)
        self.fn = fn
        self.options = options

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        """Return the function's value."""
        return self.fn(y_true, y_pred, **self.options)  # type: ignore[no-any-return]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the same loss again."""
        own = {"fn": self.fn} if type(self) is FunctionLoss else {}
        return own | super().get_config() | self.options
