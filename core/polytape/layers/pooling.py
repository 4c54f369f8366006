"""Pooling: the largest element or the mean under a window that moves over one, two or three axes of space."""

from __future__ import annotations

from typing import Any

from polytape.layers import spatial
from polytape.layers.input_spec import InputSpec
from polytape.layers.layer import Layer
from polytape.ops.pooling_functions import avg_pool, max_pool
from polytape.shape import TensorShape
from polytape.tensor import Tensor


class Pooling(Layer):
    """What the pooling layers have in common; see `MaxPooling2D`."""

    RANK = 2
    MEAN = False

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        kind, rank = type(self).__name__, self.RANK
        self.pool_size = spatial.per_axis(pool_size, rank, kind, "pool_size")
        self.strides = self.pool_size if strides is None else spatial.per_axis(strides, rank, kind, "strides")
        self.padding = spatial.padding_of(padding, kind)
        self.data_format = spatial.format_of(data_format, kind)
        self.input_spec = InputSpec(ndim=rank + 2)

    def call(self, inputs: Tensor) -> Tensor:
        """Pool."""
        return (avg_pool if self.MEAN else max_pool)(
            inputs,
            self.pool_size,
            self.strides,
            self.padding.upper(),
            spatial.op_format(self.data_format, self.RANK),
        )

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The shape for inputs of a shape; axes of unknown length stay unknown."""
        lengths = spatial.space_of(input_shape, self.data_format)
        along = zip(lengths, self.pool_size, self.strides)
        space = [spatial.windowed(length, window, stride, self.padding) for length, window, stride in along]
        channels = tuple(input_shape)[spatial.channel_axis(self.data_format)]
        return spatial.with_space(input_shape, self.data_format, space, channels)


class MaxPooling1D(Pooling):
    """The largest element under a window over one axis. See `MaxPooling2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.MaxPooling1D()(tf.constant([[[1.0], [3.0], [2.0], [0.0]]])).numpy().ravel().tolist()
    [3.0, 2.0]
    """

    RANK = 1


class MaxPooling2D(Pooling):
    """The largest element under each place of a window over images, channel by channel.

    Args:
        pool_size: height and width of the window, or one integer for both.
        strides: by how much the window moves; by default its size.
        padding: `"valid"` (none) or `"same"`.
        data_format: `"channels_last"` or `"channels_first"`.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.MaxPooling2D((2, 2))(tf.ones((1, 5, 6, 3))).shape
    TensorShape([1, 2, 3, 3])
    """

    RANK = 2


class MaxPooling3D(Pooling):
    """The largest element under a window over three axes. See `MaxPooling2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.MaxPooling3D()(tf.ones((1, 4, 4, 4, 1))).shape
    TensorShape([1, 2, 2, 2, 1])
    """

    RANK = 3


class AveragePooling1D(Pooling):
    """The mean under a window over one axis; padding does not count. See `MaxPooling2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.AveragePooling1D()(tf.constant([[[1.0], [3.0], [2.0], [0.0]]])).numpy().ravel().tolist()
    [2.0, 1.0]
    """

    RANK = 1
    MEAN = True


class AveragePooling2D(Pooling):
    """The mean under each place of a window over images; padding does not count. See `MaxPooling2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.AveragePooling2D(2, padding="same")(tf.ones((1, 3, 3, 1))).numpy().ravel().tolist()
    [1.0, 1.0, 1.0, 1.0]
    """

    RANK = 2
    MEAN = True


class AveragePooling3D(Pooling):
    """The mean under a window over three axes; padding does not count. See `MaxPooling2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.AveragePooling3D()(tf.ones((1, 4, 4, 4, 1))).shape
    TensorShape([1, 2, 2, 2, 1])
    """

    RANK = 3
    MEAN = True
