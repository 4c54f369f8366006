"""From the losses of single samples to one number."""

from __future__ import annotations

from typing import Any

import polytape as tf
from polytape.errors import InvalidArgumentError
from polytape_losses.operands import labels_like


class Reduction:
    """The names of the reductions."""

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"
    MEAN = "mean"
    MEAN_WITH_SAMPLE_WEIGHT = "mean_with_sample_weight"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """Every name."""
        return (cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE, cls.MEAN, cls.MEAN_WITH_SAMPLE_WEIGHT)


def checked(reduction: Any) -> str:
    """Return the name of a reduction; `None` stands for `"none"`, `"auto"` for `"sum_over_batch_size"`.

    Raises:
        InvalidArgumentError: if there is none of that name.
    """
    name = "none" if reduction is None else reduction
    if name not in Reduction.all():
        allowed = ", ".join(map(repr, Reduction.all()))
        raise InvalidArgumentError(f"reduction must be one of {allowed} or None; received {reduction!r}.")
    return Reduction.SUM_OVER_BATCH_SIZE if name == Reduction.AUTO else str(name)


def reduced(losses: tf.Tensor, sample_weight: Any, reduction: str, valid: tf.Tensor | None = None) -> tf.Tensor:
    """Weight the losses of samples and reduce them.

    Args:
        losses: a loss for each sample.
        sample_weight: `None`, or weights whose shape is that of the first axes of `losses` or broadcasts to
            it.
        reduction: `"none"`; `"sum"`; `"sum_over_batch_size"` and `"mean"`, the sum divided by the number of
            losses; `"mean_with_sample_weight"`, the sum divided by the sum of the weights.
        valid: which losses count: the others must be 0.

    Raises:
        InvalidArgumentError: if there are no samples, or the weights don't fit.
    """
    shape = losses.shape
    if 0 in shape:
        raise InvalidArgumentError(
            f"The loss of an empty batch is not defined: there are no samples (losses have shape {shape})."
        )
    counted = None if valid is None else tf.cast(valid, losses.dtype)
    if sample_weight is not None:
        weights = _weights(sample_weight, losses)
        losses = losses * weights
        if reduction == Reduction.MEAN_WITH_SAMPLE_WEIGHT:
            counted = tf.broadcast_to(weights, shape) if counted is None else weights * counted
    if reduction == Reduction.NONE:
        return losses
    if reduction == Reduction.SUM:
        return tf.reduce_sum(losses)
    if counted is None:
        return tf.reduce_mean(losses)
    mean: tf.Tensor = tf.math.divide_no_nan(tf.reduce_sum(losses), tf.reduce_sum(counted))
    return mean


def _weights(sample_weight: Any, losses: tf.Tensor) -> tf.Tensor:
    """The weights as a tensor that broadcasts to the losses."""
    weights = labels_like(sample_weight, losses)
    shape, wanted = tuple(weights.shape), tuple(losses.shape)
    if len(shape) == len(wanted) + 1 and shape[-1] == 1:  # a column of weights for a row of losses
        shape = shape[:-1]
    elif 0 < len(shape) < len(wanted) and shape == wanted[: len(shape)]:  # a weight for each sample of many parts
        shape = shape + (1,) * (len(wanted) - len(shape))
    aligned = (1,) * (len(wanted) - len(shape)) + shape
    if len(aligned) != len(wanted) or any(have not in (1, want) for have, want in zip(aligned, wanted)):
        raise InvalidArgumentError(
            f"sample_weight must have a shape that broadcasts to that of the losses, {losses.shape}; "
            "received "
            f"{weights.shape}."
        )
    return tf.reshape(weights, aligned)
