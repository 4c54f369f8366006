"""Random functions that remember what they have drawn: `tf.random.normal` and its like."""

from __future__ import annotations

from typing import Any

from polytape.dtypes import float32
from polytape.random import distributions
from polytape.random.streams import drawing
from polytape.tensor import Tensor


def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Return uniformly distributed numbers from `minval` up to but without `maxval`.

    Args:
        shape: the result's shape.
        minval, maxval: the limits: numbers, or for floating-point dtypes tensors that broadcast with the shape.
            `maxval` is 1 by default, and must be given for integers.
        dtype: float16, float32, float64, int32, int64, uint32 or uint64.
        seed: a seed for this op; see `set_seed`.

    Raises:
        InvalidArgumentError: if a length is negative, if integers have no `maxval`, or one that is not above `minval`.

    >>> import polytape as tf
    >>> tf.random.set_seed(1)
    >>> x = tf.random.uniform([1000], 2, 5, tf.int32)
    >>> int(tf.reduce_min(x)), int(tf.reduce_max(x))
    (2, 4)
    """
    return distributions.uniform(
        drawing("random.uniform", seed), shape, minval, maxval, dtype, "random.uniform"
    )


def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Return normally distributed numbers.

    Args:
        shape: the result's shape.
        mean, stddev: numbers, or tensors that broadcast with the shape.
        dtype: float16, float32 or float64.
        seed: a seed for this op; see `set_seed`.

    Raises:
        InvalidArgumentError: if a length is negative.

    >>> import polytape as tf
    >>> tf.random.normal([2, 3], stddev=0.1).shape
    TensorShape([2, 3])
    """
    return distributions.normal(drawing("random.normal", seed), shape, mean, stddev, dtype, "random.normal")


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Return normally distributed numbers, given that they are within two standard deviations of the mean.

    Args:
        shape: the result's shape.
        mean, stddev: those of the distribution before truncation: numbers, or tensors that broadcast with the shape.
        dtype: float16, float32 or float64.
        seed: a seed for this op; see `set_seed`.

    Raises:
        InvalidArgumentError: if a length is negative.

    >>> import polytape as tf
    >>> bool(tf.reduce_max(tf.random.truncated_normal([1000])) <= 2)
    True
    """
    op = "random.truncated_normal"
    return distributions.truncated_normal(drawing(op, seed), shape, mean, stddev, dtype, op)


def shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """Return the slices of `value` along its first axis in random order.

    Args:
        value: a tensor of any shape and dtype.
        seed: a seed for this op; see `set_seed`.

    >>> import polytape as tf
    >>> sorted(tf.random.shuffle([3, 1, 2]).numpy().tolist())
    [1, 2, 3]
    """
    return distributions.shuffle(drawing("random.shuffle", seed), value, "random.shuffle")
