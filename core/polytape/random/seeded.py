"""Random numbers as Keras defines them: an integer as seed gives the same numbers at every call.

Without a seed they come from the stream of `tf.random`; a `SeedGenerator` gives other numbers at every call, but the
same ones after the same seed.
"""

from __future__ import annotations

import secrets
from typing import Any

from polytape.conversion import convert
from polytape.dtypes import as_dtype, int64
from polytape.errors import InvalidArgumentError
from polytape.floatx import default
from polytape.ops.creation import constant
from polytape.ops.dropout import stateless_dropout
from polytape.ops.gathering import gather
from polytape.random import stateful, stateless
from polytape.tensor import Tensor


class SeedGenerator:
    """Gives out one seed after the other.

    Args:
        seed: an integer of 0 and above; by default a random one.
        name: a name.

    >>> import polytape as tf
    >>> seeds = tf.keras.random.SeedGenerator(3)
    >>> seeds.next().numpy().tolist(), seeds.next().numpy().tolist()
    ([3, 0], [3, 1])
    """

    def __init__(self, seed: int | None = None, name: str | None = None) -> None:
        if seed is not None and (type(seed) is not int or seed < 0):
            raise InvalidArgumentError(f"SeedGenerator: seed must be an integer of 0 and above; received {seed!r}.")
        self.seed = secrets.randbits(31) if seed is None else seed
        self.name = name
        self.count = 0

    def next(self) -> Tensor:
        """Return the next seed, two int64 numbers."""
        self.count += 1
        return constant([self.seed, self.count - 1], int64)


def normal(shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None) -> Tensor:
    """Return normally distributed numbers.

    Args:
        shape: the result's shape.
        mean, stddev: numbers, or tensors that broadcast with the shape.
        dtype: a floating-point dtype; by default `floatx`.
        seed: an integer, a `SeedGenerator`, or `None`.

    >>> import polytape as tf
    >>> a, b = tf.keras.random.normal([2], seed=1), tf.keras.random.normal([2], seed=1)
    >>> bool(tf.reduce_all(a == b))
    True
    """
    return stateless.stateless_normal(shape, _pair(seed), mean, stddev, default(dtype))


def truncated_normal(shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None) -> Tensor:
    """Return normally distributed numbers within two standard deviations of the mean; see `normal`.

    >>> import polytape as tf
    >>> tf.keras.random.truncated_normal([2, 3], seed=1).shape
    TensorShape([2, 3])
    """
    return stateless.stateless_truncated_normal(shape, _pair(seed), mean, stddev, default(dtype))


def uniform(shape: Any, minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: Any = None) -> Tensor:
    """Return floating-point numbers, uniformly distributed from `minval` up to but without `maxval`; see `normal`.

    Raises:
        InvalidArgumentError: for integer dtypes, which are `randint`'s.

    >>> import polytape as tf
    >>> x = tf.keras.random.uniform([3], 1.0, 2.0, seed=1)
    >>> bool(tf.reduce_all((x >= 1) & (x < 2)))
    True
    """
    wanted = default(dtype)
    if not wanted.is_floating:
        raise InvalidArgumentError(
            f"keras.random.uniform: dtype must be a floating-point one; received {wanted.name}. "
            "Use tf.keras.random.randint for integers."
        )
    return stateless.stateless_uniform(shape, _pair(seed), minval, maxval, wanted)


def randint(shape: Any, minval: Any, maxval: Any, dtype: Any = "int32", seed: Any = None) -> Tensor:
    """Return integers, uniformly distributed from `minval` up to but without `maxval`; see `normal`.

    >>> import polytape as tf
    >>> x = tf.keras.random.randint([3], 5, 7, seed=1)
    >>> bool(tf.reduce_all((x == 5) | (x == 6)))
    True
    """
    return stateless.stateless_uniform(shape, _pair(seed), minval, maxval, as_dtype(dtype))


def gamma(shape: Any, alpha: Any, dtype: Any = None, seed: Any = None) -> Tensor:
    """Return gamma-distributed numbers of the shape parameter `alpha`, which broadcasts to `shape`; see `normal`.

    >>> import polytape as tf
    >>> bool(tf.reduce_all(tf.keras.random.gamma([3], 2.0, seed=1) > 0))
    True
    """
    return stateless.stateless_gamma(shape, _pair(seed), alpha, dtype=default(dtype))


def categorical(logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None) -> Tensor:
    """Return classes drawn with probabilities in proportion to the exponentials of logits [batch, classes].

    >>> import polytape as tf
    >>> tf.keras.random.categorical([[0.0, -1e9]], 3, seed=1).numpy().tolist()
    [[0, 0, 0]]
    """
    return stateless.stateless_categorical(logits, num_samples, _pair(seed), as_dtype(dtype))


def shuffle(x: Any, axis: int = 0, seed: Any = None) -> Tensor:
    """Return the slices of `x` along an axis in random order.

    >>> import polytape as tf
    >>> sorted(tf.keras.random.shuffle([3, 1, 2], seed=1).numpy().tolist())
    [1, 2, 3]
    """
    x = convert(x)
    if not -len(x.shape) <= axis < len(x.shape):
        raise InvalidArgumentError(f"keras.random.shuffle: axis {axis} is out of range for shape {x.shape}.")
    order = stateless.stateless_shuffle(list(range(x.shape[axis])), _pair(seed))
    return gather(x, order, axis=axis)


def dropout(inputs: Any, rate: Any, noise_shape: Any = None, seed: Any = None) -> Tensor:
    """Return `inputs` with elements set to zero at random, the others scaled up; see `tf.nn.dropout`.

    >>> import polytape as tf
    >>> sorted(set(tf.keras.random.dropout(tf.ones([50]), 0.5, seed=1).numpy().tolist()))
    [0.0, 2.0]
    """
    return stateless_dropout(inputs, rate, _pair(seed), noise_shape=noise_shape)


def _pair(seed: Any) -> Any:
    """The two numbers that functions of a seed take."""
    if isinstance(seed, SeedGenerator):
        return seed.next()
    if seed is None:
        return stateful.uniform([2], 0, 2**31 - 1, int64)
    if type(seed) is not int:
        raise InvalidArgumentError(f"seed must be an integer, a SeedGenerator or None; received {seed!r}.")
    return [seed, 0]
