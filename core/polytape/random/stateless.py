"""Random functions of a seed: the same seed and arguments, the same numbers, whatever else has been drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape.conversion import convert
from polytape.dtypes import float32, int32, int64
from polytape.errors import InvalidArgumentError
from polytape.ops.creation import lengths_of
from polytape.random import distributions
from polytape.random.generator import check_algorithm
from polytape.random.keys import block, key_of, pair, state_tensor, words
from polytape.random.streams import Draw
from polytape.tensor import Tensor


def stateless_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> Tensor:
    """Return uniformly distributed numbers from `minval` up to but without `maxval`.

    Args:
        shape: the result's shape.
        seed: two integers.
        minval, maxval: as in `uniform`; for integers, both `None` stand for all values of the dtype.
        dtype: float16, float32, float64, int32, int64, uint32 or uint64.

    Raises:
        InvalidArgumentError: if a length is negative, or for integers the limits do not fit.

    >>> import polytape as tf
    >>> tf.random.stateless_uniform([3], seed=[1, 2], maxval=100, dtype=tf.int32).numpy().tolist()
    [14, 54, 52]
    """
    op = "random.stateless_uniform"
    return distributions.uniform(_draw(seed, alg, op), shape, minval, maxval, dtype, op)


def stateless_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> Tensor:
    """Return normally distributed numbers.

    Args:
        shape: the result's shape.
        seed: two integers.
        mean, stddev: numbers, or tensors that broadcast with the shape.
        dtype: float16, float32 or float64.

    >>> import polytape as tf
    >>> x = tf.random.stateless_normal([1000], seed=[1, 2])
    >>> bool(tf.abs(tf.reduce_mean(x)) < 0.1)
    True
    """
    op = "random.stateless_normal"
    return distributions.normal(_draw(seed, alg, op), shape, mean, stddev, dtype, op)


def stateless_truncated_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> Tensor:
    """Return normally distributed numbers within two standard deviations of the mean.

    Args:
        shape: the result's shape.
        seed: two integers.
        mean, stddev: those of the distribution before truncation: numbers, or tensors that broadcast.
        dtype: float16, float32 or float64.

    >>> import polytape as tf
    >>> tf.random.stateless_truncated_normal([2, 3], seed=[1, 2]).shape
    TensorShape([2, 3])
    """
    op = "random.stateless_truncated_normal"
    return distributions.truncated_normal(_draw(seed, alg, op), shape, mean, stddev, dtype, op)


def stateless_categorical(
    logits: Any, num_samples: int, seed: Any, dtype: Any = int64, name: str | None = None
) -> Tensor:
    """Return classes drawn with probabilities in proportion to the exponentials of logits; see `categorical`.

    >>> import polytape as tf
    >>> tf.random.stateless_categorical([[0.0, 0.0]], 5, seed=[1, 2]).shape
    TensorShape([1, 5])
    """
    op = "random.stateless_categorical"
    return distributions.categorical(_draw(seed, None, op), logits, num_samples, dtype, op)


def stateless_shuffle(value: Any, seed: Any, alg: Any = "auto_select", name: str | None = None) -> Tensor:
    """Return the slices of `value` along its first axis in random order.

    >>> import polytape as tf
    >>> sorted(tf.random.stateless_shuffle([3, 1, 2], seed=[1, 2]).numpy().tolist())
    [1, 2, 3]
    """
    return distributions.shuffle(_draw(seed, alg, "random.stateless_shuffle"), value, "random.stateless_shuffle")


def stateless_gamma(
    shape: Any, seed: Any, alpha: Any, beta: Any = None, dtype: Any = float32, name: str | None = None
) -> Tensor:
    """Return gamma-distributed numbers.

    Args:
        shape: the result's shape, to which `alpha` and `beta` broadcast.
        seed: two integers.
        alpha: the shape parameter, above 0: a number or a tensor.
        beta: the inverse of the scale: a number or a tensor; 1 by default.
        dtype: float16, float32 or float64.

    >>> import polytape as tf
    >>> tf.random.stateless_gamma([10, 2], seed=[1, 2], alpha=[0.5, 1.5]).shape
    TensorShape([10, 2])
    """
    op = "random.stateless_gamma"
    alpha, beta = distributions.parameters((alpha, beta), dtype, op)
    return distributions.gamma(_draw(seed, None, op), lengths_of(shape, op), alpha, beta, op)


def stateless_poisson(shape: Any, seed: Any, lam: Any, dtype: Any = int32, name: str | None = None) -> Tensor:
    """Return Poisson-distributed numbers.

    Args:
        shape: the result's shape, to which `lam` broadcasts.
        seed: two integers.
        lam: the mean, not negative: a number or a floating-point tensor.
        dtype: the result's dtype, floating-point or integer.

    >>> import polytape as tf
    >>> tf.random.stateless_poisson([10, 2], seed=[1, 2], lam=[0.5, 50.0]).shape
    TensorShape([10, 2])
    """
    op = "random.stateless_poisson"
    return distributions.poisson(_draw(seed, None, op), lengths_of(shape, op), lam, dtype, op)


def stateless_binomial(
    shape: Any, seed: Any, counts: Any, probs: Any, output_dtype: Any = int32, name: str | None = None
) -> Tensor:
    """Return how many of `counts` independent trials succeed, each with probability `probs`.

    Args:
        shape: the result's shape, to which `counts` and `probs` broadcast.
        seed: two integers.
        counts: the numbers of trials: numbers or a tensor of any real dtype.
        probs: the probabilities: numbers or a floating-point tensor.
        output_dtype: the result's dtype, floating-point or integer.

    >>> import polytape as tf
    >>> tf.random.stateless_binomial([3], seed=[1, 2], counts=10.0, probs=1.0).numpy().tolist()
    [10, 10, 10]
    """
    op = "random.stateless_binomial"
    return distributions.binomial(_draw(seed, None, op), shape, counts, probs, output_dtype, op)


def split(seed: Any, num: int = 2, alg: Any = "auto_select") -> Tensor:
    """Return `num` seeds made from one, as a tensor of shape [num, 2] and of the seed's dtype.

    >>> import polytape as tf
    >>> tf.random.split([1, 2], num=3).shape
    TensorShape([3, 2])
    """
    return distributions.full_integers(_draw(seed, alg, "random.split"), [num, 2], _dtype(seed), "random.split")


def fold_in(seed: Any, data: Any, alg: Any = "auto_select") -> Tensor:
    """Return a seed made from a seed and an integer, such as the number of a training step.

    >>> import polytape as tf
    >>> tf.random.fold_in([1, 2], 10).shape
    TensorShape([2])
    """
    check_algorithm(alg)
    number = np.asarray(convert(data))
    if number.dtype.kind not in "iu" or number.ndim:
        raise InvalidArgumentError(
            f"random.fold_in: data must be one integer; received {number.dtype}{list(number.shape)}."
        )
    made = block(key_of(*pair(seed, "random.fold_in")), words(int(number)))
    return convert(np.array(made, np.uint32).view(np.int32).astype(_dtype(seed).as_numpy_dtype))


def _draw(seed: Any, alg: Any, op: str) -> Draw:
    check_algorithm(alg)
    key = key_of(*pair(seed, op))
    return lambda count: state_tensor(key)


def _dtype(seed: Any) -> Any:
    return convert(seed).dtype
