"""Values and sample weights, as metrics add them up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape.conversion import convert
from polytape.dtypes import DType
from polytape.errors import InvalidArgumentError
from polytape.ops.casting import cast
from polytape.ops.shape import broadcast_to, expand_dims, squeeze
from polytape.tensor import Tensor


def as_dtype(value: Any, dtype: Any) -> Tensor:
    """Return `value` as a tensor of `dtype`, converted from whatever dtype it has."""
    tensor = value if type(value) is Tensor else convert(value)
    return tensor if tensor.dtype is dtype else cast(tensor, dtype)


def weighted(
    values: Tensor, sample_weight: Any, dtype: DType | None, reduction: Callable[..., Tensor], metric: str
) -> tuple[Tensor, Tensor | None]:
    """Return values times their weights, and the weights in the values' shape.

    Args:
        values: the values of a batch.
        sample_weight: `None`, a number, or weights for the first axes of `values`, or with axes of length one.
        dtype: the values' dtype.
        reduction: what makes one value of those that share one weight, given an axis.
        metric: whose name errors mention.
    """
    if sample_weight is None:
        return values, None
    weights = as_dtype(sample_weight, dtype)
    values, weights = same_rank(values, weights)
    rank = weights.ndim
    if rank and values.ndim > rank:
        values = reduction(values, axis=tuple(range(rank, values.ndim)))
    if not _broadcasts(weights._array.shape, values._array.shape):
        raise InvalidArgumentError(
            f"{metric}: sample_weight of shape {weights.shape} does not fit values of shape {values.shape}: there must "
            "be a weight for each sample, or one for all."
        )
    return values * weights, broadcast_to(weights, values.shape)


def same_rank(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Drop or add a last axis of length one where that makes the ranks equal."""
    if first.ndim == second.ndim + 1 and first.shape[-1] == 1 and second.ndim:
        return (first, expand_dims(second, -1)) if second.ndim == 1 else (squeeze(first, -1), second)
    if second.ndim == first.ndim + 1 and second.shape[-1] == 1 and first.ndim:
        return (expand_dims(first, -1), second) if first.ndim == 1 else (first, squeeze(second, -1))
    return first, second


def same_shape(y_true: Any, y_pred: Any, dtype: Any, metric: str) -> tuple[Tensor, Tensor]:
    """Return labels and predictions as tensors of one dtype and shape.

    Raises:
        InvalidArgumentError: if their shapes differ by more than a last axis of length one.
    """
    label, prediction = same_rank(as_dtype(y_true, dtype), as_dtype(y_pred, dtype))
    if label._array.shape != prediction._array.shape:
        raise InvalidArgumentError(
            f"{metric}: y_true and y_pred must have the same shape; received {label.shape} and {prediction.shape}."
        )
    return label, prediction


def _broadcasts(shape: tuple[int, ...], target: tuple[int, ...]) -> bool:
    return len(shape) <= len(target) and all(
        length in (1, wanted) for length, wanted in zip(reversed(shape), reversed(target))
    )
