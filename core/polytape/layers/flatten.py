"""A layer that puts all axes but the batch into one."""

from __future__ import annotations

import math
from typing import Any

from polytape.layers import spatial
from polytape.layers.layer import Layer
from polytape.ops.shape import reshape_, transpose
from polytape.shape import TensorShape
from polytape.tensor import Tensor


class Flatten(Layer):
    """Reshapes (batch, ...) to (batch, product of the rest).

    Args:
        data_format: with `"channels_first"`, the channels are moved to the end before.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.Flatten()(tf.zeros((2, 3, 4))).shape
    TensorShape([2, 12])
    """

    def __init__(self, data_format: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.data_format = spatial.format_of(data_format, "Flatten")

    def call(self, inputs: Tensor) -> Tensor:
        """Reshape."""
        shape = inputs._array.shape
        if self.data_format == "channels_first" and len(shape) > 2:
            inputs = transpose(inputs, (0, *range(2, len(shape)), 1))
        return reshape_(inputs, shape=(shape[0] if shape else 1, math.prod(shape[1:])))  # type: ignore[no-any-return]

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The batch, and the product of the other lengths if all are known."""
        batch, *rest = tuple(input_shape)
        return TensorShape((batch, None if None in rest else math.prod(rest)))
