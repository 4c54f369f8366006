"""Random initial values whose spread keeps the variance of what flows through a layer."""

from __future__ import annotations

import math
from typing import Any

from polytape.arguments import choice
from polytape.errors import InvalidArgumentError
from polytape.floatx import default
from polytape.initializers.initializer import RandomInitializer
from polytape.ops.creation import lengths_of
from polytape.random import distributions
from polytape.tensor import Tensor

_OF_TRUNCATED = 0.87962566103423978  # the standard deviation of a normal distribution cut at ±2


class VarianceScaling(RandomInitializer):
    """Random numbers of variance `scale / n`, n the number of inputs or outputs of a unit, or their mean.

    Args:
        scale: positive.
        mode: `"fan_in"`, `"fan_out"` or `"fan_avg"`.
        distribution: `"truncated_normal"` (`"normal"` is the same), `"untruncated_normal"` or `"uniform"`.
        seed: see `RandomNormal`.

    >>> import polytape as tf
    >>> x = tf.keras.initializers.VarianceScaling(3.0, "fan_in", "uniform", seed=1)((9, 100))
    >>> bool(tf.reduce_max(tf.abs(x)) <= 1.0)
    True
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
    ) -> None:
        super().__init__(seed)
        if not scale > 0:
            raise InvalidArgumentError(f"VarianceScaling: scale must be positive; received {scale!r}.")
        self.scale = scale
        self.mode = choice(mode, ("fan_in", "fan_out", "fan_avg"), "VarianceScaling", "mode")
        kinds = ("truncated_normal", "normal", "untruncated_normal", "uniform")
        self.distribution = choice(distribution, kinds, "VarianceScaling", "distribution")

    def __call__(self, shape: Any, dtype: Any = None, **options: Any) -> Tensor:
        """Return random numbers of `shape` and `dtype`."""
        name = type(self).__name__
        lengths = lengths_of(shape, name)
        inputs, outputs = fans(lengths)
        count = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}[self.mode]
        deviation = math.sqrt(self.scale / max(1.0, count))
        wanted = default(dtype)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0) * deviation
            return distributions.uniform(self.draw(), lengths, -limit, limit, wanted, name)
        if self.distribution == "untruncated_normal":
            return distributions.normal(self.draw(), lengths, 0.0, deviation, wanted, name)
        return distributions.truncated_normal(self.draw(), lengths, 0.0, deviation / _OF_TRUNCATED, wanted, name)


class _Fixed(VarianceScaling):
    """A variance scaling of which only the seed is left to choose."""

    SCALE = 1.0
    MODE = "fan_in"
    DISTRIBUTION = "truncated_normal"

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(self.SCALE, self.MODE, self.DISTRIBUTION, seed)

    def get_config(self) -> dict[str, Any]:
        """The seed."""
        return {"seed": self.seed}


class GlorotUniform(_Fixed):
    """Uniform within ±√(6 / (inputs + outputs)).

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """

    MODE = "fan_avg"
    DISTRIBUTION = "uniform"


class GlorotNormal(_Fixed):
    """Truncated normal of standard deviation √(2 / (inputs + outputs)).

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """

    MODE = "fan_avg"


class HeUniform(_Fixed):
    """Uniform within ±√(6 / inputs).

    Source: He et al., "Delving deep into rectifiers", 2015.
    """

    SCALE = 2.0
    DISTRIBUTION = "uniform"


class HeNormal(_Fixed):
    """Truncated normal of standard deviation √(2 / inputs).

    Source: He et al., "Delving deep into rectifiers", 2015.
    """

    SCALE = 2.0


class LecunUniform(_Fixed):
    """Uniform within ±√(3 / inputs).

    Source: LeCun et al., "Efficient backprop", 1998.
    """

    DISTRIBUTION = "uniform"


class LecunNormal(_Fixed):
    """Truncated normal of standard deviation √(1 / inputs).

    Source: LeCun et al., "Efficient backprop", 1998.
    """


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """The numbers of inputs and outputs of a unit whose weights have `shape`.

    >>> fans((3, 3, 16, 32))
    (144, 288)
    """
    if len(shape) < 2:
        length = shape[0] if shape else 1
        return length, length
    window = math.prod(shape[:-2])
    return shape[-2] * window, shape[-1] * window
