"""Normalization of each example on its own: over its features, or over groups of its channels."""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments, constraints, initializers, regularizers
from polytape.errors import InvalidArgumentError
from polytape.layers.input_spec import InputSpec
from polytape.layers.layer import Layer
from polytape.ops.arithmetic import add, multiply
from polytape.ops.normalization import standardize
from polytape.ops.shape import reshape_
from polytape.shape import TensorShape
from polytape.tensor import Tensor
from polytape.variable import Variable


class ScaledNormalization(Layer):
    """What `LayerNormalization` and `GroupNormalization` have in common: γ and β along some axes."""

    converts_integers = True

    def __init__(
        self,
        axis: Any = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.axis = axis
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)

    def build(self, input_shape: Any) -> None:
        """Make γ and β."""
        lengths = tuple(input_shape)
        axes = sorted(arguments.axes(self.axis, len(lengths), type(self).__name__))
        shape = tuple(lengths[axis] for axis in axes)
        if None in shape:
            raise InvalidArgumentError(
                f"The inputs of {self.name!r} ({type(self).__name__}) must have known lengths along axis {self.axis}; "
                f"received shape {lengths}."
            )
        self._axes = tuple(axes)
        self._shape = tuple(lengths[axis] if axis in axes else 1 for axis in range(len(lengths)))
        self.gamma: Variable | None = None
        self.beta: Variable | None = None
        if self.scale:
            self.gamma = self.add_weight(
                name="gamma",
                shape=shape,
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                name="beta",
                shape=shape,
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )
        self.input_spec = InputSpec(ndim=len(lengths), axes=dict(zip(axes, shape)))

    def scaled(self, normalized: Tensor) -> Tensor:
        """`normalized` times γ plus β."""
        if self.gamma is not None:
            normalized = multiply(normalized, reshape_(self.gamma.read_value(), shape=self._shape))
        if self.beta is not None:
            normalized = add(normalized, reshape_(self.beta.read_value(), shape=self._shape))
        return normalized

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The input's shape."""
        return TensorShape(input_shape)


class LayerNormalization(ScaledNormalization):
    """γ · (x - mean) / √(variance + ε) + β, with mean and variance of each example along some axes.

    Args:
        axis: the axis or axes along which to normalise.
        epsilon: ε.
        center, scale: whether there are β and γ.
        options: the initializers, regularizers and constraints of `beta_...` and `gamma_...`, and what `Layer` takes.

    Source: Ba, Kiros and Hinton, "Layer normalization", 2016.

    >>> import polytape as tf
    >>> tf.keras.layers.LayerNormalization(epsilon=0.0)(tf.constant([[1.0, 3.0]])).numpy().tolist()
    [[-1.0, 1.0]]
    """

    def call(self, inputs: Tensor) -> Tensor:
        """Normalise, scale, shift."""
        return self.scaled(standardize(inputs, axes=self._axes, epsilon=self.epsilon)[0])


class GroupNormalization(ScaledNormalization):
    """Normalisation of each example over space and groups of channels.

    Args:
        groups: into how many groups the channels fall; -1 for one channel each.
        axis: the axis of the channels.
        epsilon: ε.
        center, scale: whether there are β and γ.
        options: the initializers, regularizers and constraints of `beta_...` and `gamma_...`, and what `Layer` takes.

    Source: Wu and He, "Group normalization", 2018.

    >>> import polytape as tf
    >>> tf.keras.layers.GroupNormalization(groups=2, epsilon=0.0)(tf.constant([[1.0, 3.0, 5.0, 9.0]])).numpy().tolist()
    [[-1.0, 1.0, -1.0, 1.0]]
    """

    def __init__(self, groups: int = 32, axis: int = -1, epsilon: float = 1e-3, **options: Any) -> None:
        super().__init__(axis, epsilon, **options)
        self.groups = arguments.integer(groups, "GroupNormalization: groups")

    def build(self, input_shape: Any) -> None:
        """Make γ and β."""
        super().build(input_shape)
        channels = math.prod(self._shape)
        self._groups = channels if self.groups == -1 else self.groups
        if self._groups < 1 or channels % self._groups:
            raise InvalidArgumentError(
                f"The layer {self.name!r} (GroupNormalization) can't put {channels} channels into {self.groups} groups "
                "of one size."
            )

    def call(self, inputs: Tensor) -> Tensor:
        """Normalise, scale, shift."""
        shape = inputs._array.shape
        axis = self._axes[0]
        split = (*shape[:axis], self._groups, shape[axis] // self._groups, *shape[axis + 1 :])
        averaged = tuple([other for other in range(1, len(split)) if other != axis])
        normalized = standardize(reshape_(inputs, shape=split), axes=averaged, epsilon=self.epsilon)[0]
        return self.scaled(reshape_(normalized, shape=shape))
