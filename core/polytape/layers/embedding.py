"""A layer that looks up a row for each integer."""

from __future__ import annotations

from typing import Any

from polytape import constraints, initializers, regularizers
from polytape.arguments import integer
from polytape.dtypes import int32
from polytape.errors import InvalidArgumentError, UnimplementedError
from polytape.layers.layer import Layer
from polytape.ops.casting import cast
from polytape.ops.gathering import gather
from polytape.shape import TensorShape
from polytape.tensor import Tensor


class Embedding(Layer):
    """Turns integers into vectors that are learned: (batch, length) to (batch, length, output_dim).

    Args:
        input_dim: the number of vectors; integers lie from 0 up to but without it.
        output_dim: the vectors' length.
        embeddings_initializer: what makes the first values.
        embeddings_regularizer, embeddings_constraint: as for other layers.
        mask_zero: must be false, masks are not there.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.Embedding(10, 4)([[1, 2, 3]]).shape
    TensorShape([1, 3, 4])
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        **options: Any,
    ) -> None:
        length = options.pop("input_length", None)
        if length is not None:
            options.setdefault("input_shape", (length,))
        super().__init__(**options)
        self.input_dim = integer(input_dim, "Embedding: input_dim")
        self.output_dim = integer(output_dim, "Embedding: output_dim")
        if self.input_dim < 1 or self.output_dim < 1:
            raise InvalidArgumentError(
                f"Embedding: input_dim and output_dim must be positive; received {input_dim!r} and {output_dim!r}."
            )
        if mask_zero:
            raise UnimplementedError("Embedding: masks are not there; pass mask_zero=False and mask the loss.")
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)

    def build(self, input_shape: Any) -> None:
        """Make the vectors."""
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.input_dim, self.output_dim),
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )

    def call(self, inputs: Tensor) -> Tensor:
        """Look up."""
        indices = inputs if inputs.dtype.is_integer else cast(inputs, int32)
        return gather(self.embeddings.read_value(), indices)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The input's shape, and the vectors' length."""
        return TensorShape((*tuple(input_shape), self.output_dim))
