"""The layer with which a `Sequential` model of known input begins."""

from __future__ import annotations

from typing import Any

from polytape.layers.layer import Layer
from polytape.layers.symbolic import whole_shape
from polytape.shape import TensorShape


class InputLayer(Layer):
    """States the shape of a `Sequential` model's inputs; lets them through.

    Args:
        shape: the shape of one example (`input_shape` is the same).
        batch_size: the length of the batch axis, if it is fixed.
        dtype: the dtype.
        batch_shape: the whole shape, in the place of `shape` and `batch_size`.
        name: the name.

    >>> import polytape as tf
    >>> model = tf.keras.Sequential([tf.keras.layers.InputLayer((4,)), tf.keras.layers.Dense(2)])
    >>> model.count_params()
    10
    """

    def __init__(
        self,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        batch_shape: Any = None,
        name: str | None = None,
        **options: Any,
    ) -> None:
        shape = options.pop("input_shape", shape)
        super().__init__(name=name, dtype=dtype, **options)
        self.batch_shape = whole_shape(shape, batch_size, batch_shape, "InputLayer")
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Do nothing."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The input's shape."""
        return TensorShape(input_shape)
