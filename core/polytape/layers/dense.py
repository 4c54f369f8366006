"""A layer in which each output depends on each input."""

from __future__ import annotations

from typing import Any

from polytape import activations, constraints, initializers, regularizers
from polytape.arguments import integer
from polytape.errors import InvalidArgumentError
from polytape.layers.input_spec import InputSpec
from polytape.layers.layer import Layer
from polytape.ops.arithmetic import add
from polytape.ops.linear_algebra import matmul_
from polytape.ops.shape import reshape_
from polytape.shape import TensorShape
from polytape.tensor import Tensor
from polytape.variable import Variable


class Dense(Layer):
    """activation(inputs · kernel + bias), along the last axis.

    Args:
        units: the length of the output's last axis.
        activation: a function of a tensor or its name; by default none.
        use_bias: whether to add a bias.
        kernel_initializer, bias_initializer: what makes the first values.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties added to `losses`.
        kernel_constraint, bias_constraint: what the values are made to fulfil after each step.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> layer = tf.keras.layers.Dense(2, kernel_initializer="ones")
    >>> layer(tf.constant([[1.0, 2.0, 3.0]])).numpy().tolist()
    [[6.0, 6.0]]
    """

    converts_integers = True

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **options)
        self.units = integer(units, "Dense: units")
        if self.units < 1:
            raise InvalidArgumentError(f"Dense: units must be positive; received {units!r}.")
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: Any) -> None:
        """Make the kernel, and the bias if there is one."""
        length = tuple(input_shape)[-1]
        if length is None:
            raise InvalidArgumentError(
                f"The last axis of the inputs of {self.name!r} (Dense) must have a known length; received "
                f"{tuple(input_shape)}."
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(length, self.units),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias: Variable | None = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.units,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: length})

    def call(self, inputs: Tensor) -> Any:
        """Multiply, add, activate."""
        kernel = self.kernel.read_value()
        shape = inputs._array.shape
        if len(shape) == 2:
            outputs = matmul_(inputs, kernel)
        else:  # one product of matrices in the place of a batch of them
            flat = matmul_(reshape_(inputs, shape=(-1, shape[-1])), kernel)
            outputs = reshape_(flat, shape=(*shape[:-1], self.units))
        if self.bias is not None:
            outputs = add(outputs, self.bias.read_value())
        return self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The input's shape with `units` as the last length."""
        return TensorShape((*tuple(input_shape)[:-1], self.units))
