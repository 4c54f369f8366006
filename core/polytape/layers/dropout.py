"""Layers that disturb their inputs in training, and let them through otherwise."""

from __future__ import annotations

import math
from typing import Any

from polytape.arguments import integer
from polytape.errors import InvalidArgumentError
from polytape.layers import spatial
from polytape.layers.layer import Layer
from polytape.ops.arithmetic import add, multiply
from polytape.ops.comparison import greater_equal
from polytape.ops.dropout import scale_where
from polytape.random import distributions
from polytape.random.keys import key_of
from polytape.random.streams import Draw, Stream, drawing
from polytape.tensor import Tensor


class RandomLayer(Layer):
    """A layer that draws random numbers.

    Args:
        seed: with a seed the layer has a sequence of random numbers of its own, which starts anew with each layer made.
        options: what `Layer` takes.
    """

    def __init__(self, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.seed = None if seed is None else integer(seed, f"{type(self).__name__}: seed")
        self._stream = None if seed is None else Stream(key_of(self.seed, 0))  # type: ignore[arg-type]

    def draw(self) -> Draw:
        """Where this call takes its random numbers from."""
        return drawing("layers", None) if self._stream is None else self._stream.draw

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape


class Dropout(RandomLayer):
    """In training, sets a random part of the inputs to zero, and scales the others so that the mean stays.

    Args:
        rate: the probability of each element to be zero, from 0 to 1.
        noise_shape: a shape that broadcasts to the inputs': along axes of length 1, elements fall together. `None` in
            it stands for the input's length.
        seed: see `RandomLayer`.
        options: what `Layer` takes.

    Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.

    >>> import polytape as tf
    >>> layer = tf.keras.layers.Dropout(0.5, seed=1)
    >>> sorted(set(layer(tf.ones(100), training=True).numpy().tolist())), float(tf.reduce_sum(layer(tf.ones(100))))
    ([0.0, 2.0], 100.0)
    """

    def __init__(self, rate: float, noise_shape: Any = None, seed: int | None = None, **options: Any) -> None:
        super().__init__(seed, **options)
        if not isinstance(rate, (int, float)) or not 0 <= rate <= 1:
            raise InvalidArgumentError(f"{type(self).__name__}: rate must lie between 0 and 1; received {rate!r}.")
        self.rate = rate
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)

    def call(self, inputs: Tensor, training: Any = False) -> Tensor:
        """Drop, if `training`."""
        if not training or not self.rate:
            return inputs
        if self.rate == 1:
            return multiply(inputs, 0.0)  # type: ignore[no-any-return]
        noise = distributions.uniform(
            self.draw(), self.noise_of(inputs._array.shape), 0.0, 1.0, inputs.dtype, "Dropout"
        )
        kept = greater_equal(noise, float(self.rate))
        return scale_where(inputs, kept, factor=1 / (1 - self.rate))  # type: ignore[no-any-return]

    def noise_of(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of the noise for inputs of `shape`."""
        if self.noise_shape is None:
            return shape
        return tuple([n if given is None else given for given, n in zip(self.noise_shape, shape)])


class SpatialDropout(Dropout):
    """What the layers `SpatialDropout1D` to `SpatialDropout3D` have in common; see `SpatialDropout2D`."""

    def __init__(self, rate: float, data_format: str | None = None, seed: int | None = None, **options: Any) -> None:
        super().__init__(rate, None, seed, **options)
        self.data_format = spatial.format_of(data_format, type(self).__name__)

    def noise_of(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """One number for each example and channel."""
        channels = range(len(shape))[spatial.channel_axis(self.data_format)]
        return tuple([length if axis in (0, channels) else 1 for axis, length in enumerate(shape)])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one."""
        return {name: value for name, value in super().get_config().items() if name != "noise_shape"}


class SpatialDropout1D(SpatialDropout):
    """Dropout of whole channels of inputs (batch, time, channels). See `SpatialDropout2D`."""

    def __init__(self, rate: float, seed: int | None = None, **options: Any) -> None:
        super().__init__(rate, None, seed, **options)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one."""
        return {name: value for name, value in super().get_config().items() if name != "data_format"}


class SpatialDropout2D(SpatialDropout):
    """Dropout of whole channels of images (batch, height, width, channels).

    Args:
        rate: the probability of each channel to be zero.
        data_format: `"channels_last"` or `"channels_first"`.
        seed: see `RandomLayer`.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> y = tf.keras.layers.SpatialDropout2D(0.5, seed=1)(tf.ones((1, 4, 4, 8)), training=True)
    >>> sorted(set(tf.reduce_mean(y, axis=(0, 1, 2)).numpy().tolist()))
    [0.0, 2.0]
    """


class SpatialDropout3D(SpatialDropout):
    """Dropout of whole channels of inputs (batch, depth, height, width, channels). See `SpatialDropout2D`."""


class GaussianNoise(RandomLayer):
    """In training, adds normally distributed noise of mean 0.

    Args:
        stddev: the noise's standard deviation.
        seed: see `RandomLayer`.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.GaussianNoise(0.1)(tf.ones(2)).numpy().tolist()
    [1.0, 1.0]
    """

    def __init__(self, stddev: float, seed: int | None = None, **options: Any) -> None:
        super().__init__(seed, **options)
        if stddev < 0:
            raise InvalidArgumentError(f"GaussianNoise: stddev must not be negative; received {stddev!r}.")
        self.stddev = stddev

    def call(self, inputs: Tensor, training: Any = False) -> Tensor:
        """Add noise, if `training`."""
        if not training or not self.stddev:
            return inputs
        shape = inputs._array.shape
        noise = distributions.normal(self.draw(), shape, 0.0, self.stddev, inputs.dtype, "GaussianNoise")
        return add(inputs, noise)  # type: ignore[no-any-return]


class GaussianDropout(RandomLayer):
    """In training, multiplies by normally distributed noise of mean 1 and variance rate / (1 - rate).

    Args:
        rate: the rate of the dropout that has the same variance, from 0 up to but without 1.
        seed: see `RandomLayer`.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.GaussianDropout(0.5)(tf.ones(2)).numpy().tolist()
    [1.0, 1.0]
    """

    def __init__(self, rate: float, seed: int | None = None, **options: Any) -> None:
        super().__init__(seed, **options)
        if not 0 <= rate < 1:
            raise InvalidArgumentError(f"GaussianDropout: rate must lie in [0, 1); received {rate!r}.")
        self.rate = rate

    def call(self, inputs: Tensor, training: Any = False) -> Tensor:
        """Multiply by noise, if `training`."""
        if not training or not self.rate:
            return inputs
        deviation = math.sqrt(self.rate / (1 - self.rate))
        shape = inputs._array.shape
        noise = distributions.normal(self.draw(), shape, 1.0, deviation, inputs.dtype, "GaussianDropout")
        return multiply(inputs, noise)  # type: ignore[no-any-return]
