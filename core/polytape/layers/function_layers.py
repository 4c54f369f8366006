"""Layers without variables that compute something simple: a function of one's own, a linear one, nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from polytape.errors import InvalidArgumentError
from polytape.layers.layer import Layer
from polytape.shape import TensorShape
from polytape.tensor import Tensor


class Lambda(Layer):
    """Applies a function of tensors.

    Args:
        function: what to apply. Variables that it uses are not the layer's: subclass `Layer` for that.
        output_shape: the shape of an output without the batch axis, or a function of the input's shape; by default
            found by a run on zeros.
        arguments: further arguments of the function, by name.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.Lambda(lambda x: x * 2)(tf.constant([1.0])).numpy().tolist()
    [2.0]
    """

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        arguments: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if not callable(function):
            raise InvalidArgumentError(f"Lambda: function must be callable; received {function!r}.")
        self.function = function
        self.output_shape = output_shape
        self.arguments = dict(arguments or {})

    def call(self, inputs: Any) -> Any:
        """Apply the function."""
        return self.function(inputs, **self.arguments)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape that was given, or that a run on zeros gives."""
        if self.output_shape is None:
            return super().compute_output_shape(input_shape)
        if callable(self.output_shape):
            return TensorShape(self.output_shape(input_shape))
        return TensorShape((input_shape[0], *self.output_shape))


class Rescaling(Layer):
    """inputs · scale + offset.

    >>> import polytape as tf
    >>> tf.keras.layers.Rescaling(1 / 127.5, offset=-1)([[0, 255]]).numpy().tolist()
    [[-1.0, 1.0]]
    """

    converts_integers = True

    def __init__(self, scale: Any, offset: Any = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.scale = scale
        self.offset = offset

    def call(self, inputs: Tensor) -> Tensor:
        """Multiply and add."""
        return inputs * self.scale + self.offset  # type: ignore[no-any-return]

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The input's shape."""
        return TensorShape(input_shape)


class Identity(Layer):
    """Returns its inputs.

    >>> import polytape as tf
    >>> tf.keras.layers.Identity()(tf.constant([1.0])).numpy().tolist()
    [1.0]
    """

    def call(self, inputs: Any) -> Any:
        """Do nothing."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape
