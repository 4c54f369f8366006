"""Labels and predictions, as losses take them: as tensors of one dtype whose axes belong together."""

from __future__ import annotations

from typing import Any

import numpy as np

import polytape as tf
from polytape.conversion import convert
from polytape.errors import InvalidArgumentError


def epsilon(values: tf.Tensor) -> float:
    """Keras' small number, 10⁻⁷; in float16, where 1 less that were 1 again, 10⁻³."""
    return 1e-3 if values.dtype is tf.float16 else 1e-7


def predictions(value: Any) -> tf.Tensor:
    """Return predictions as a floating-point tensor: integers become float32."""
    tensor = value if type(value) is tf.Tensor else tf.convert_to_tensor(value)
    return tensor if tensor.dtype.is_floating else tf.cast(tensor, tf.float32)


def labels_like(value: Any, prediction: tf.Tensor) -> tf.Tensor:
    """Return labels of any dtype as a tensor of the predictions' dtype, beside them."""
    if type(value) is tf.Tensor:
        return value if value.dtype is prediction.dtype else tf.cast(value, prediction.dtype)
    if isinstance(value, np.ndarray):  # on the host: not every backend has the dtypes that NumPy has
        value = value.astype(prediction.dtype.as_numpy_dtype, copy=False)
    return labels_like(convert(value, like=prediction), prediction)


def operands(y_true: Any, y_pred: Any, loss: str) -> tuple[tf.Tensor, tf.Tensor]:
    """Return labels and predictions as tensors of one dtype whose shapes broadcast.

    Where one of them has a last axis of length one that the other lacks, it is dropped or added.

    Raises:
        InvalidArgumentError: if the shapes don't broadcast.
    """
    prediction = predictions(y_pred)
    label = labels_like(y_true, prediction)
    if label.shape == prediction.shape:
        return label, prediction
    label, prediction = same_rank(label, prediction)
    for left, right in zip(reversed(label.shape), reversed(prediction.shape)):
        if left != right and 1 not in (left, right):
            raise _mismatch(y_true, y_pred, loss, label, prediction)
    return label, prediction


def alike(y_true: Any, y_pred: Any, loss: str) -> tuple[tf.Tensor, tf.Tensor]:
    """Return labels and predictions as tensors of one dtype and one shape."""
    label, prediction = operands(y_true, y_pred, loss)
    if label.shape != prediction.shape:
        raise _mismatch(y_true, y_pred, loss, label, prediction)
    return label, prediction


def same_rank(first: tf.Tensor, second: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Drop or add a last axis of length one where that makes the ranks equal."""
    if first.ndim == second.ndim + 1 and first.shape[-1] == 1:
        return (first, tf.expand_dims(second, -1)) if second.ndim == 1 else (tf.squeeze(first, -1), second)
    if second.ndim == first.ndim + 1 and second.shape[-1] == 1:
        return (tf.expand_dims(first, -1), second) if first.ndim == 1 else (first, tf.squeeze(second, -1))
    return first, second


def _mismatch(y_true: Any, y_pred: Any, loss: str, label: tf.Tensor, prediction: tf.Tensor) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"{loss}: y_true and y_pred must have the same shape; received {label.shape} and {prediction.shape}."
    )
