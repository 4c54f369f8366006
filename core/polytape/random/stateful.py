"""Random functions that remember what they have drawn: `tf.random.normal` and its like."""

from __future__ import annotations

from typing import Any

from polytape.conversion import convert
from polytape.dtypes import float32, int64
from polytape.ops.creation import lengths_of
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
        minval, maxval: the limits: numbers, or for floating-point dtypes tensors that broadcast with the
            shape. `maxval` is 1 by default, and must be given for integers.
        dtype: float16, float32, float64, int32, int64, uint32 or uint64.
        seed: a seed for this op; see `set_seed`.

    Raises:
        InvalidArgumentError: if a length is negative, if integers have no `maxval`, or one that is not above
            `minval`.

    >>> import polytape as tf
    >>> tf.random.set_seed(1)
    >>> x = tf.random.uniform([1000], 2, 5, tf.int32)
    >>> int(tf.reduce_min(x)), int(tf.reduce_max(x))
    (2, 4)
    """
    return distributions.uniform(drawing("random.uniform", seed), shape, minval, maxval, dtype, "random.uniform")


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
        mean, stddev: those of the distribution before truncation: numbers, or tensors that broadcast with the
            shape.
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


def categorical(
    logits: Any, num_samples: int, dtype: Any = None, seed: int | None = None, name: str | None = None
) -> Tensor:
    """Return classes drawn with probabilities in proportion to the exponentials of logits.

    Args:
        logits: floating-point, of shape [batch, classes].
        num_samples: how many to draw for each row.
        dtype: the result's integer dtype, int64 by default.
        seed: a seed for this op; see `set_seed`.

    Returns:
        Indices of classes, of shape [batch, num_samples].

    >>> import polytape as tf
    >>> tf.random.categorical([[0.0, -1e9, -1e9]], 4).numpy().tolist()
    [[0, 0, 0, 0]]
    """
    op = "random.categorical"
    return distributions.categorical(drawing(op, seed), logits, num_samples, dtype or int64, op)


def gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Return gamma-distributed numbers.

    Args:
        shape: the shape of what is drawn for each pair of parameters.
        alpha: the shape parameter, above 0: a number or a tensor.
        beta: the inverse of the scale, a number or a tensor that broadcasts with `alpha`; 1 by default.
        dtype: float16, float32 or float64.
        seed: a seed for this op; see `set_seed`.

    Returns:
        A tensor of `shape`, followed by the shape to which `alpha` and `beta` broadcast.

    >>> import polytape as tf
    >>> tf.random.gamma([10], [0.5, 1.5]).shape
    TensorShape([10, 2])
    """
    op = "random.gamma"
    alpha, beta = distributions.parameters((alpha, beta), dtype, op)
    inner = distributions.common_shape(alpha, alpha if beta is None else beta, op)
    return distributions.gamma(drawing(op, seed), (*lengths_of(shape, op), *inner), alpha, beta, op)


def poisson(shape: Any, lam: Any, dtype: Any = float32, seed: int | None = None, name: str | None = None) -> Tensor:
    """Return Poisson-distributed numbers.

    Args:
        shape: the shape of what is drawn for each mean.
        lam: the mean, not negative: a number or a floating-point tensor.
        dtype: the result's dtype, floating-point or integer.
        seed: a seed for this op; see `set_seed`.

    Returns:
        A tensor of `shape`, followed by the shape of `lam`.

    >>> import polytape as tf
    >>> tf.random.poisson([10], [0.5, 1.5], tf.int32).shape
    TensorShape([10, 2])
    """
    op = "random.poisson"
    lam = convert(lam, hint=float32)
    return distributions.poisson(drawing(op, seed), (*lengths_of(shape, op), *lam.shape), lam, dtype, op)
