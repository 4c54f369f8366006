"""Activations as layers."""

from __future__ import annotations

from typing import Any

from polytape import activations, constraints, initializers, regularizers
from polytape.errors import InvalidArgumentError
from polytape.layers.input_spec import InputSpec
from polytape.layers.layer import Layer
from polytape.ops.arithmetic import add, multiply
from polytape.ops.selection import maximum, minimum
from polytape.shape import TensorShape
from polytape.tensor import Tensor


class ActivationLayer(Layer):
    """A layer whose output has the input's shape."""

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The input's shape."""
        return TensorShape(input_shape)


class Activation(ActivationLayer):
    """Applies a function, given by name or as it is.

    >>> import polytape as tf
    >>> tf.keras.layers.Activation("relu")(tf.constant([-1.0, 2.0])).numpy().tolist()
    [0.0, 2.0]
    """

    def __init__(self, activation: Any, **options: Any) -> None:
        super().__init__(**options)
        self.activation = activations.get(activation)

    def call(self, inputs: Tensor) -> Any:
        """Apply the function."""
        return self.activation(inputs)


class ReLU(ActivationLayer):
    """max(x, 0), with a largest value, a slope below the threshold and a threshold if asked for.

    Args:
        max_value: what larger values become.
        negative_slope: the slope below the threshold.
        threshold: up to where values are damped.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.ReLU(max_value=1.0, negative_slope=0.5)(tf.constant([-1.0, 0.5, 2.0])).numpy().tolist()
    [-0.5, 0.5, 1.0]
    """

    def __init__(
        self, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0, **options: Any
    ) -> None:
        super().__init__(**options)
        for name, number in (("max_value", max_value), ("negative_slope", negative_slope), ("threshold", threshold)):
            if number is not None and number < 0:
                raise InvalidArgumentError(f"ReLU: {name} must not be negative; received {number!r}.")
        self.max_value = max_value
        self.negative_slope = negative_slope
        self.threshold = threshold

    def call(self, inputs: Tensor) -> Tensor:
        """Cut off what is negative."""
        return activations.relu(inputs, self.negative_slope, self.max_value, self.threshold)


class LeakyReLU(ActivationLayer):
    """x where positive, else negative_slope · x.

    >>> import polytape as tf
    >>> tf.keras.layers.LeakyReLU(0.5)(tf.constant([-1.0, 2.0])).numpy().tolist()
    [-0.5, 2.0]
    """

    def __init__(self, negative_slope: float = 0.3, **options: Any) -> None:
        if "alpha" in options:
            negative_slope = options.pop("alpha")
        super().__init__(**options)
        self.negative_slope = negative_slope

    def call(self, inputs: Tensor) -> Tensor:
        """Damp what is negative."""
        return activations.leaky_relu(inputs, self.negative_slope)


class PReLU(ActivationLayer):
    """x where positive, else alpha · x, alpha being learned.

    Args:
        alpha_initializer, alpha_regularizer, alpha_constraint: what makes, damps and confines alpha.
        shared_axes: the axes along which alpha is the same; 1 and 2 for images.
        options: what `Layer` takes.

    Source: He et al., "Delving deep into rectifiers", 2015.

    >>> import polytape as tf
    >>> tf.keras.layers.PReLU("ones")(tf.constant([[-1.0, 2.0]])).numpy().tolist()
    [[-1.0, 2.0]]
    """

    def __init__(
        self,
        alpha_initializer: Any = "zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        self.shared_axes = (shared_axes,) if isinstance(shared_axes, int) else tuple(shared_axes or ())

    def build(self, input_shape: Any) -> None:
        """Make alpha."""
        lengths = list(input_shape)
        for axis in self.shared_axes:
            lengths[axis] = 1
        self.alpha = self.add_weight(
            name="alpha",
            shape=lengths[1:],
            initializer=self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
        )
        own = {axis: length for axis, length in enumerate(lengths) if axis and axis not in self.shared_axes}
        self.input_spec = InputSpec(ndim=len(lengths), axes=own)

    def call(self, inputs: Tensor) -> Tensor:
        """Damp what is negative."""
        negative = multiply(self.alpha.read_value(), minimum(inputs, 0.0))
        return add(maximum(inputs, 0.0), negative)  # type: ignore[no-any-return]


class ELU(ActivationLayer):
    """x where positive, else alpha · (exp(x) - 1).

    >>> import polytape as tf
    >>> tf.keras.layers.ELU()(tf.constant([0.0, 2.0])).numpy().tolist()
    [0.0, 2.0]
    """

    def __init__(self, alpha: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        self.alpha = alpha

    def call(self, inputs: Tensor) -> Tensor:
        """Bend what is negative."""
        return activations.elu(inputs, self.alpha)


class Softmax(ActivationLayer):
    """exp(x) divided by its sum along an axis.

    >>> import polytape as tf
    >>> tf.keras.layers.Softmax()(tf.zeros((1, 4))).numpy().tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """

    def __init__(self, axis: Any = -1, **options: Any) -> None:
        super().__init__(**options)
        self.axis = axis

    def call(self, inputs: Tensor) -> Tensor:
        """Normalise."""
        return activations.softmax(inputs, self.axis)
