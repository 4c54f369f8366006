"""Batch normalization: inputs of mean 0 and variance 1 over the batch, scaled and shifted anew."""

from __future__ import annotations

from typing import Any

from polytape import arguments, constraints, initializers, regularizers
from polytape.errors import InvalidArgumentError
from polytape.layers.input_spec import InputSpec
from polytape.layers.layer import Layer
from polytape.ops.arithmetic import add, multiply, negative
from polytape.ops.normalization import standardize
from polytape.ops.powers import rsqrt
from polytape.ops.shape import reshape_
from polytape.shape import TensorShape
from polytape.tensor import Tensor
from polytape.variable import Variable


class BatchNormalization(Layer):
    """γ · (x - mean) / √(variance + ε) + β: in training with the batch's mean and variance, else with moving ones.

    Args:
        axis: the axis that is not averaged over, usually that of the channels.
        momentum: the share of the moving statistics that is kept in each training step.
        epsilon: ε.
        center, scale: whether there are β and γ.
        beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer: what makes the first
            values.
        beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint: as for other layers.
        options: what `Layer` takes. A layer with `trainable=False` uses the moving statistics in training, too.

    Source: Ioffe and Szegedy, "Batch normalization", 2015.

    >>> import polytape as tf
    >>> layer = tf.keras.layers.BatchNormalization(epsilon=0.0)
    >>> layer(tf.constant([[1.0], [3.0]]), training=True).numpy().tolist()
    [[-1.0], [1.0]]
    >>> round(float(layer.moving_mean[0]), 4)
    0.02
    """

    converts_integers = True

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.axis = arguments.integer(axis, "BatchNormalization: axis")
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)

    def build(self, input_shape: Any) -> None:
        """Make γ and β, and the moving statistics."""
        lengths = tuple(input_shape)
        axis = arguments.axis(self.axis, len(lengths), "BatchNormalization")
        length = lengths[axis]
        if length is None:
            raise InvalidArgumentError(
                f"The inputs of {self.name!r} (BatchNormalization) must have a known length along axis {self.axis}; "
                f"received shape {lengths}."
            )
        self.gamma: Variable | None = None
        self.beta: Variable | None = None
        if self.scale:
            self.gamma = self.add_weight(
                name="gamma",
                shape=(length,),
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                name="beta",
                shape=(length,),
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )
        self.moving_mean = self.add_weight(
            name="moving_mean", shape=(length,), initializer=self.moving_mean_initializer, trainable=False
        )
        self.moving_variance = self.add_weight(
            name="moving_variance", shape=(length,), initializer=self.moving_variance_initializer, trainable=False
        )
        self.input_spec = InputSpec(ndim=len(lengths), axes={axis: length})
        self._averaged = tuple(other for other in range(len(lengths)) if other != axis)
        last = axis == len(lengths) - 1
        self._shape = None if last else tuple(length if other == axis else 1 for other in range(len(lengths)))

    def call(self, inputs: Tensor, training: Any = False) -> Tensor:
        """Normalise, scale, shift."""
        if training and self._trainable:
            outputs, mean, variance = standardize(inputs, axes=self._averaged, epsilon=self.epsilon)
            self._follow(self.moving_mean, mean)
            self._follow(self.moving_variance, variance)
            if self.gamma is not None:
                outputs = multiply(outputs, self._along_axis(self.gamma.read_value()))
            return outputs if self.beta is None else add(outputs, self._along_axis(self.beta.read_value()))  # type: ignore[no-any-return]
        factor = rsqrt(add(self.moving_variance.read_value(), self.epsilon))
        if self.gamma is not None:
            factor = multiply(factor, self.gamma.read_value())
        shift = multiply(self.moving_mean.read_value(), negative(factor))
        if self.beta is not None:
            shift = add(shift, self.beta.read_value())
        return add(multiply(inputs, self._along_axis(factor)), self._along_axis(shift))  # type: ignore[no-any-return]

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The input's shape."""
        return TensorShape(input_shape)

    def _along_axis(self, vector: Tensor) -> Tensor:
        """A number for each channel, in a shape that broadcasts to the inputs'."""
        return vector if self._shape is None else reshape_(vector, shape=self._shape)

    def _follow(self, moving: Variable, value: Tensor) -> None:
        """Bring a moving statistic a step nearer to that of a batch, unseen by tapes."""
        held = moving._value
        backend = held._backend
        batch = backend.reshape(value._array, shape=held._array.shape)
        moved = backend.add(backend.multiply(held._array, self.momentum), backend.multiply(batch, 1 - self.momentum))
        moving._set(Tensor(moved, backend))
