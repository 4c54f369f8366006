"""Constraints: what the value of a variable is made to fulfil after an optimizer's step. `get` finds one by name."""

from __future__ import annotations

from typing import Any

from polytape import configuration
from polytape.configuration import look_up
from polytape.ops.powers import sqrt, square
from polytape.ops.reduction import reduce_sum
from polytape.ops.selection import maximum, minimum
from polytape.tensor import Tensor

_EPSILON = 1e-7  # added to norms before dividing by them, as Keras does


class Constraint:
    """Base class of constraints. A subclass defines `__call__(w)`, which returns a tensor of the shape of `w`.

    >>> import polytape as tf
    >>> class AtMostOne(tf.keras.constraints.Constraint):
    ...     def __call__(self, w):
    ...         return tf.minimum(w, 1.0)
    >>> w = tf.Variable(0.5, constraint=AtMostOne())
    >>> tf.keras.optimizers.SGD(1.0).apply_gradients([(tf.constant(-2.0), w)])
    >>> float(w)
    1.0
    """

    def __call__(self, w: Any) -> Tensor:
        """Return the value that fulfils the constraint."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(w).")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a constraint like this one."""
        return configuration.of(self, Constraint)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A constraint of the arguments that `get_config` returned."""
        return cls(**config)


class MaxNorm(Constraint):
    """Scales the weights of a unit down to a Euclidean norm of `max_value` where it is larger.

    Args:
        max_value: the largest norm.
        axis: the axes along which the norm is taken: 0 for a dense layer's kernel, (0, 1, 2) for a 2-D convolution's.

    >>> import polytape as tf
    >>> tf.keras.constraints.MaxNorm(1.0)(tf.constant([[3.0, 0.5], [4.0, 0.0]])).numpy()[:, 0]
    array([0.6, 0.8], dtype=float32)
    """

    def __init__(self, max_value: float = 2, axis: Any = 0) -> None:
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w: Any) -> Tensor:
        """Return the value that fulfils the constraint."""
        norms = _norms(w, self.axis)
        return w * (minimum(norms, float(self.max_value)) / (norms + _EPSILON))  # type: ignore[no-any-return]


class NonNeg(Constraint):
    """Sets negative weights to zero.

    >>> import polytape as tf
    >>> tf.keras.constraints.NonNeg()(tf.constant([-1.0, 2.0])).numpy().tolist()
    [0.0, 2.0]
    """

    def __call__(self, w: Any) -> Tensor:
        """Return the value that fulfils the constraint."""
        return maximum(w, 0.0)  # type: ignore[no-any-return]


class UnitNorm(Constraint):
    """Scales the weights of a unit to a Euclidean norm of one.

    Args:
        axis: the axes along which the norm is taken; see `MaxNorm`.

    >>> import polytape as tf
    >>> tf.keras.constraints.UnitNorm()(tf.constant([3.0, 4.0])).numpy().round(6)
    array([0.6, 0.8], dtype=float32)
    """

    def __init__(self, axis: Any = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> Tensor:
        """Return the value that fulfils the constraint."""
        return w / (_norms(w, self.axis) + _EPSILON)  # type: ignore[no-any-return]


class MinMaxNorm(Constraint):
    """Scales the weights of a unit such that their Euclidean norm lies between two limits.

    Args:
        min_value, max_value: the limits.
        rate: how much of the way to the nearer limit is gone in one step, from 0 to 1.
        axis: the axes along which the norm is taken; see `MaxNorm`.

    >>> import polytape as tf
    >>> tf.keras.constraints.MinMaxNorm(1.0, 2.0)(tf.constant([0.3, 0.4])).numpy().round(6)
    array([0.6, 0.8], dtype=float32)
    """

    def __init__(self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Any = 0) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, w: Any) -> Tensor:
        """Return the value that fulfils the constraint."""
        norms = _norms(w, self.axis)
        limited = minimum(maximum(norms, float(self.min_value)), float(self.max_value))
        wanted = limited * self.rate + norms * (1.0 - self.rate)
        return w * (wanted / (norms + _EPSILON))  # type: ignore[no-any-return]


BY_NAME: dict[str, type[Constraint]] = {
    "max_norm": MaxNorm,
    "min_max_norm": MinMaxNorm,
    "non_neg": NonNeg,
    "unit_norm": UnitNorm,
}
"""Every constraint, by the name that users write as a string; the classes' own names do as well."""


def get(identifier: Any) -> Any:
    """Return the constraint that `identifier` names: a name, a configuration, a class, or a function of a tensor.

    >>> import polytape as tf
    >>> type(tf.keras.constraints.get("non_neg")).__name__
    'NonNeg'
    """
    return look_up(identifier, "constraint", Constraint, BY_NAME)


def _norms(w: Any, axis: Any) -> Tensor:
    return sqrt(reduce_sum(square(w), axis=axis, keepdims=True))  # type: ignore[no-any-return]
