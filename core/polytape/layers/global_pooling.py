"""Pooling over the whole of space: one number for each channel."""

from __future__ import annotations

from typing import Any

from polytape.layers import spatial
from polytape.layers.input_spec import InputSpec
from polytape.layers.layer import Layer
from polytape.ops.extremes import reduce_max
from polytape.ops.reduction import reduce_mean
from polytape.shape import TensorShape
from polytape.tensor import Tensor


class GlobalPooling(Layer):
    """What the layers of global pooling have in common; see `GlobalAveragePooling2D`."""

    RANK = 2
    MEAN = True

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.data_format = spatial.format_of(data_format, type(self).__name__)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self.RANK + 2)
        first = 1 if self.data_format == "channels_last" else 2
        self._axes = tuple(range(first, first + self.RANK))

    def call(self, inputs: Tensor) -> Tensor:
        """Pool."""
        return (reduce_mean if self.MEAN else reduce_max)(inputs, self._axes, self.keepdims)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The shape for inputs of a shape."""
        lengths = [1 if axis in self._axes else length for axis, length in enumerate(input_shape)]
        if not self.keepdims:
            lengths = [length for axis, length in enumerate(input_shape) if axis not in self._axes]
        return TensorShape(lengths)


class GlobalAveragePooling1D(GlobalPooling):
    """The mean over one axis. See `GlobalAveragePooling2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.GlobalAveragePooling1D()(tf.ones((2, 5, 3))).shape
    TensorShape([2, 3])
    """

    RANK = 1


class GlobalAveragePooling2D(GlobalPooling):
    """The mean of each channel over height and width.

    Args:
        data_format: `"channels_last"` or `"channels_first"`.
        keepdims: whether the axes of space stay, with length one.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.GlobalAveragePooling2D()(tf.ones((2, 5, 5, 3))).shape
    TensorShape([2, 3])
    """


class GlobalAveragePooling3D(GlobalPooling):
    """The mean over three axes. See `GlobalAveragePooling2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.GlobalAveragePooling3D()(tf.ones((2, 5, 5, 5, 3))).shape
    TensorShape([2, 3])
    """

    RANK = 3


class GlobalMaxPooling1D(GlobalPooling):
    """The largest element over one axis. See `GlobalAveragePooling2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.GlobalMaxPooling1D()(tf.constant([[[1.0, 2.0], [3.0, 0.0]]])).numpy().tolist()
    [[3.0, 2.0]]
    """

    RANK = 1
    MEAN = False


class GlobalMaxPooling2D(GlobalPooling):
    """The largest element of each channel. See `GlobalAveragePooling2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.GlobalMaxPooling2D(keepdims=True)(tf.ones((2, 5, 5, 3))).shape
    TensorShape([2, 1, 1, 3])
    """

    MEAN = False


class GlobalMaxPooling3D(GlobalPooling):
    """The largest element over three axes. See `GlobalAveragePooling2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.GlobalMaxPooling3D()(tf.ones((2, 5, 5, 5, 3))).shape
    TensorShape([2, 3])
    """

    RANK = 3
    MEAN = False
