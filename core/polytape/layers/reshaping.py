"""Layers that arrange the axes of an example in another way."""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments
from polytape.arguments import integer
from polytape.errors import InvalidArgumentError
from polytape.layers.input_spec import InputSpec
from polytape.layers.layer import Layer
from polytape.ops.repetition import repeat
from polytape.ops.shape import expand_dims, reshape_, transpose
from polytape.shape import TensorShape
from polytape.tensor import Tensor


class Reshape(Layer):
    """Gives each example another shape; one length may be -1.

    >>> import polytape as tf
    >>> tf.keras.layers.Reshape((2, -1))(tf.zeros((3, 8))).shape
    TensorShape([3, 2, 4])
    """

    def __init__(self, target_shape: Any, **options: Any) -> None:
        super().__init__(**options)
        self.target_shape = arguments.shape(target_shape, "Reshape", "target_shape")
        if self.target_shape.count(-1) > 1:
            raise InvalidArgumentError(f"Reshape: one length at most may be -1; received {self.target_shape}.")

    def call(self, inputs: Tensor) -> Tensor:
        """Reshape."""
        shape = inputs._array.shape
        return reshape_(inputs, shape=(shape[0], *self._filled(shape[1:])))  # type: ignore[no-any-return]

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The batch, and the target shape."""
        batch, *rest = tuple(input_shape)
        return TensorShape((batch, *(self.target_shape if None in rest else self._filled(tuple(rest)))))

    def _filled(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The target shape with the length that -1 stands for."""
        count, known = math.prod(shape), math.prod([length for length in self.target_shape if length != -1])
        wanted = -1 in self.target_shape
        if (count % known if wanted and known else count != known) or (wanted and not known):
            raise InvalidArgumentError(
                f"The layer {self.name!r} (Reshape) can't give examples of shape {list(shape)}, {count} elements, the "
                f"shape {list(self.target_shape)}."
            )
        return tuple([count // known if length == -1 else length for length in self.target_shape])


class Permute(Layer):
    """Puts the axes of each example in another order; `dims` counts them from one.

    >>> import polytape as tf
    >>> tf.keras.layers.Permute((2, 1))(tf.zeros((5, 3, 4))).shape
    TensorShape([5, 4, 3])
    """

    def __init__(self, dims: Any, **options: Any) -> None:
        super().__init__(**options)
        self.dims = tuple(integer(axis, "Permute: dims") for axis in dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise InvalidArgumentError(f"Permute: dims must be an order of 1 to {len(self.dims)}; received {dims!r}.")
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs: Tensor) -> Tensor:
        """Transpose."""
        return transpose(inputs, (0, *self.dims))

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The lengths in their new order."""
        lengths = tuple(input_shape)
        return TensorShape((lengths[0], *[lengths[axis] for axis in self.dims]))


class RepeatVector(Layer):
    """Repeats each example of shape (features,) `n` times: (n, features).

    >>> import polytape as tf
    >>> tf.keras.layers.RepeatVector(3)(tf.zeros((2, 4))).shape
    TensorShape([2, 3, 4])
    """

    def __init__(self, n: int, **options: Any) -> None:
        super().__init__(**options)
        self.n = integer(n, "RepeatVector: n")
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Tensor) -> Tensor:
        """Repeat."""
        return repeat(expand_dims(inputs, 1), self.n, axis=1)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The shape for inputs of a shape."""
        batch, features = tuple(input_shape)
        return TensorShape((batch, self.n, features))
