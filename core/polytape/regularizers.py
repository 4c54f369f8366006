"""Regularizers: penalties on the size of weights, which a layer adds to its losses. `get` finds one by name."""

from __future__ import annotations

from typing import Any

from polytape import configuration
from polytape.arguments import choice
from polytape.configuration import look_up
from polytape.errors import InvalidArgumentError
from polytape.ops.arithmetic import abs as absolute
from polytape.ops.creation import eye
from polytape.ops.linear_algebra import matmul
from polytape.ops.powers import rsqrt, square
from polytape.ops.reduction import reduce_sum
from polytape.tensor import Tensor


class Regularizer:
    """Base class of regularizers. A subclass defines `__call__(x)`, which returns a scalar tensor.

    >>> import polytape as tf
    >>> class FourthPower(tf.keras.regularizers.Regularizer):
    ...     def __call__(self, x):
    ...         return tf.reduce_sum(x ** 4)
    >>> dense = tf.keras.layers.Dense(1, kernel_initializer="ones", kernel_regularizer=FourthPower())
    >>> _ = dense([[1.0, 2.0]])
    >>> [float(loss) for loss in dense.losses]
    [2.0]
    """

    def __call__(self, x: Any) -> Tensor:
        """Return the penalty of a tensor."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(x).")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a regularizer like this one."""
        return configuration.of(self, Regularizer)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A regularizer of the arguments that `get_config` returned."""
        return cls(**config)


class L1(Regularizer):
    """l1 · Σ|x|.

    >>> import polytape as tf
    >>> float(tf.keras.regularizers.L1(0.5)(tf.constant([1.0, -3.0])))
    2.0
    """

    def __init__(self, l1: float = 0.01) -> None:
        self.l1 = _checked(l1, "L1: l1")

    def __call__(self, x: Any) -> Tensor:
        """Return the penalty of a tensor."""
        return reduce_sum(absolute(x)) * self.l1


class L2(Regularizer):
    """l2 · Σx².

    >>> import polytape as tf
    >>> float(tf.keras.regularizers.L2(0.5)(tf.constant([1.0, -3.0])))
    5.0
    """

    def __init__(self, l2: float = 0.01) -> None:
        self.l2 = _checked(l2, "L2: l2")

    def __call__(self, x: Any) -> Tensor:
        """Return the penalty of a tensor."""
        return reduce_sum(square(x)) * self.l2


class L1L2(Regularizer):
    """l1 · Σ|x| + l2 · Σx².

    >>> import polytape as tf
    >>> float(tf.keras.regularizers.L1L2(l1=1.0, l2=0.5)(tf.constant([1.0, -3.0])))
    9.0
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = _checked(l1, "L1L2: l1")
        self.l2 = _checked(l2, "L1L2: l2")

    def __call__(self, x: Any) -> Tensor:
        """Return the penalty of a tensor."""
        return reduce_sum(absolute(x)) * self.l1 + reduce_sum(square(x)) * self.l2


class OrthogonalRegularizer(Regularizer):
    """factor times the mean |cosine| of the angles between the rows (or columns) of a matrix.

    >>> import polytape as tf
    >>> float(tf.keras.regularizers.OrthogonalRegularizer(factor=1.0)(tf.eye(3)))
    0.0
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        self.factor = _checked(factor, "OrthogonalRegularizer: factor")
        self.mode = choice(mode, ("rows", "columns"), "OrthogonalRegularizer", "mode")

    def __call__(self, x: Any) -> Tensor:
        """Return the penalty of a matrix."""
        if len(x.shape) != 2:
            raise InvalidArgumentError(f"OrthogonalRegularizer is for matrices; received shape {x.shape}.")
        by_row = self.mode == "rows"
        count = x.shape[0 if by_row else 1]
        unit = x * rsqrt(reduce_sum(square(x), axis=1 if by_row else 0, keepdims=True))
        products = matmul(unit, unit, transpose_a=not by_row, transpose_b=by_row)
        between = absolute(products * (1.0 - eye(count, dtype=x.dtype)))
        return reduce_sum(between) * (self.factor * 0.5 / max(count * (count - 1) / 2, 1))  # type: ignore[no-any-return]


BY_NAME: dict[str, type[Regularizer]] = {
    "l1": L1,
    "l2": L2,
    "l1_l2": L1L2,
    "l1l2": L1L2,
    "orthogonal_regularizer": OrthogonalRegularizer,
}
"""Every regularizer, by the name that users write as a string; the classes' own names do as well."""


def get(identifier: Any) -> Any:
    """Return the regularizer that `identifier` names: a name, a configuration, a class, or a function of a tensor.

    >>> import polytape as tf
    >>> tf.keras.regularizers.get("l2").l2
    0.01
    """
    return look_up(identifier, "regularizer", Regularizer, BY_NAME)


def _checked(strength: Any, what: str) -> float:
    if not isinstance(strength, (int, float)) or isinstance(strength, bool) or not 0 <= strength < float("inf"):
        raise InvalidArgumentError(f"{what} must be a number of at least 0; received {strength!r}.")
    return float(strength)
