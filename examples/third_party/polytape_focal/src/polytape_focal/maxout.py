"""The maxout layer.

Source: I. Goodfellow, D. Warde-Farley, M. Mirza, A. Courville, Y. Bengio, "Maxout networks", ICML 2013.
"""

from __future__ import annotations

from typing import Any

import polytape as tf


class Maxout(tf.keras.layers.Layer):
    """Each unit gives the largest of `pieces` linear functions of its inputs, so it learns its own activation.

    Args:
        units: the length of the output's last axis.
        pieces: how many linear functions each unit has.
        options: of every layer, such as `name`.

    >>> Maxout(4)(tf.zeros([2, 3])).shape
    TensorShape([2, 4])
    """

    def __init__(self, units: int, pieces: int = 2, **options: Any) -> None:
        super().__init__(**options)
        self.units = units
        self.pieces = pieces

    def build(self, input_shape: Any) -> None:
        """Make the variables, for a length of the inputs' last axis."""
        count = self.units * self.pieces
        self.kernel = self.add_weight(shape=(input_shape[-1], count), initializer="glorot_uniform", name="kernel")
        self.bias = self.add_weight(shape=(count,), initializer="zeros", name="bias")

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """The outputs, of shape [..., units] for inputs of shape [..., any]."""
        linear = tf.matmul(inputs, self.kernel) + self.bias
        return tf.reduce_max(tf.reshape(linear, [*inputs.shape[:-1], self.units, self.pieces]), axis=-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the same layer again."""
        return super().get_config() | {"units": self.units, "pieces": self.pieces}
