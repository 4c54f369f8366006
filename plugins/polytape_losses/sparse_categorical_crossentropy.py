"""Cross-entropy of labels that are the numbers of classes."""

from __future__ import annotations

from typing import Any

import polytape as tf
from polytape import arguments
from polytape.conversion import convert
from polytape.errors import DTypeError, InvalidArgumentError
from polytape_losses.loss import FunctionLoss
from polytape_losses.operands import epsilon, predictions
from polytape_losses.reduction import reduced

_NAME = "sparse_categorical_crossentropy"


def sparse_categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, ignore_class: int | None = None, axis: int = -1
) -> tf.Tensor:
    """Return -log(p of the class that the label numbers).

    Args:
        y_true: the numbers of classes, of the predictions' shape without the axis of the classes, or with
            that axis of length one.
        y_pred: probabilities p, which are kept 10⁻⁷ away from 0 and 1, then divided by their sum; or logits.
        from_logits: whether `y_pred` holds logits, of which p is the softmax.
        ignore_class: a label that marks what is not to be counted; its loss is 0.
        axis: the axis of the classes.

    Raises:
        InvalidArgumentError: if a label numbers no class (on a GPU its loss is NaN instead), or the shapes
            don't fit.

    >>> import polytape as tf
    >>> tf.keras.losses.sparse_categorical_crossentropy([1, 0], [[0.5, 0.5], [1.0, 0.0]]).numpy().round(5)
    array([0.69315, 0.     ], dtype=float32)
    """
    prediction = predictions(y_pred)
    label = _labels(y_true, prediction, axis)
    valid = None if ignore_class is None else tf.not_equal(label, ignore_class)
    rank = prediction.ndim
    place = arguments.axis(axis, rank, _NAME)
    if place != rank - 1:
        prediction = tf.transpose(prediction, [*(i for i in range(rank) if i != place), place])
    if valid is not None:
        label = tf.where(valid, label, 0)
    if not from_logits:
        least = epsilon(prediction)
        prediction = tf.math.log(tf.clip_by_value(prediction, least, 1.0 - least))
    losses: tf.Tensor = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=label, logits=prediction)
    return losses if valid is None else tf.where(valid, losses, 0.0)


def _labels(y_true: Any, prediction: tf.Tensor, axis: int) -> tf.Tensor:
    """The labels as integers, one for each vector of predictions."""
    label = convert(y_true, like=prediction)
    if not label.dtype.is_integer:
        if not label.dtype.is_floating:
            raise DTypeError(f"{_NAME}: y_true must hold the numbers of classes; received {label.dtype.name}.")
        label = tf.cast(label, tf.int64)
    place = arguments.axis(axis, prediction.ndim, _NAME)
    shape = (*prediction.shape[:place], *prediction.shape[place + 1 :])
    if label.ndim == prediction.ndim and label.shape[place] == 1:
        label = tf.squeeze(label, place)
    if label.shape != shape:
        raise InvalidArgumentError(
            f"{_NAME}: y_true must have the shape of y_pred without the axis of the classes, "
            f"{tf.TensorShape(shape)}; "
            f"received y_true of shape {label.shape} and y_pred of shape {prediction.shape}."
        )
    return label


class SparseCategoricalCrossentropy(FunctionLoss):
    """The cross-entropy of labels that are the numbers of classes; see `sparse_categorical_crossentropy`.

    Labels `ignore_class` do not count in means.

    >>> import polytape as tf
    >>> loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    >>> round(float(loss([1, 0], [[0.0, 0.0], [0.0, 0.0]])), 5)
    0.69315
    """

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: Any = "sum_over_batch_size",
        axis: int = -1,
        name: str = _NAME,
        dtype: Any = None,
    ) -> None:
        options = {"from_logits": from_logits, "ignore_class": ignore_class, "axis": axis}
        super().__init__(sparse_categorical_crossentropy, reduction, name, dtype, **options)

    def labels(self, y_true: Any, y_pred: tf.Tensor) -> tf.Tensor:
        """The labels as integers."""
        return _labels(y_true, y_pred, self.options["axis"])

    def reduced(self, losses: tf.Tensor, y_true: tf.Tensor, sample_weight: Any) -> tf.Tensor:
        """The weighted and reduced losses of labels that count."""
        ignored = self.options["ignore_class"]
        valid = None if ignored is None else tf.not_equal(y_true, ignored)
        return reduced(losses, sample_weight, self.reduction, valid)
