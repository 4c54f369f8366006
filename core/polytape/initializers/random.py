"""Random initial values of a given spread."""

from __future__ import annotations

from typing import Any

from polytape.floatx import default
from polytape.initializers.initializer import RandomInitializer
from polytape.random import distributions
from polytape.tensor import Tensor


class RandomUniform(RandomInitializer):
    """Uniformly distributed numbers from `minval` up to but without `maxval`.

    >>> import polytape as tf
    >>> initializer = tf.keras.initializers.RandomUniform(0.0, 1.0, seed=1)
    >>> bool(tf.reduce_all(initializer((3, 4)) < 1.0))
    True
    """

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.minval = minval
        self.maxval = maxval

    def __call__(self, shape: Any, dtype: Any = None, **options: Any) -> Tensor:
        """Return random numbers of `shape` and `dtype`."""
        return distributions.uniform(self.draw(), shape, self.minval, self.maxval, default(dtype), "RandomUniform")


class RandomNormal(RandomInitializer):
    """Normally distributed numbers.

    >>> import polytape as tf
    >>> tf.keras.initializers.RandomNormal(stddev=0.1, seed=1)((3, 4)).shape
    TensorShape([3, 4])
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean = mean
        self.stddev = stddev

    def __call__(self, shape: Any, dtype: Any = None, **options: Any) -> Tensor:
        """Return random numbers of `shape` and `dtype`."""
        return distributions.normal(self.draw(), shape, self.mean, self.stddev, default(dtype), "RandomNormal")


class TruncatedNormal(RandomInitializer):
    """Normally distributed numbers, given that they are within two standard deviations of the mean.

    >>> import polytape as tf
    >>> x = tf.keras.initializers.TruncatedNormal(stddev=1.0, seed=1)((100,))
    >>> bool(tf.reduce_max(x) <= 2.0)
    True
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean = mean
        self.stddev = stddev

    def __call__(self, shape: Any, dtype: Any = None, **options: Any) -> Tensor:
        """Return random numbers of `shape` and `dtype`."""
        return distributions.truncated_normal(
            self.draw(), shape, self.mean, self.stddev, default(dtype), "TruncatedNormal"
        )
