"""Gradient descent, plain, with momentum, or with Nesterov's."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.errors import InvalidArgumentError
from polytape.optimizers.formula import update_formula
from polytape.optimizers.optimizer import Optimizer, write, zeros
from polytape.tensor import Tensor
from polytape.variable import Variable


class SGD(Optimizer):
    """w ← w - η·g; with momentum, v ← μ·v - η·g and w ← w + v (Nesterov: w ← w + μ·v - η·g).

    Args:
        learning_rate: η.
        momentum: μ, at least 0 and less than 1.
        nesterov: whether to look ahead along the momentum.
        options: what `Optimizer` takes.

    Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.

    >>> import polytape as tf
    >>> w = tf.Variable(1.0)
    >>> tf.keras.optimizers.SGD(learning_rate=0.5).apply_gradients([(tf.constant(1.0), w)])
    >>> float(w)
    0.5
    """

    def __init__(
        self, learning_rate: Any = 0.01, momentum: float = 0.0, nesterov: bool = False, **options: Any
    ) -> None:
        super().__init__(learning_rate, **options)
        if not 0 <= momentum <= 1:
            raise InvalidArgumentError(f"SGD: momentum must lie between 0 and 1; received {momentum!r}.")
        self.momentum = momentum
        self.nesterov = nesterov

    def create_slots(self, variable: Variable) -> dict[str, Any]:
        """The velocity, if there is momentum."""
        return {"momentum": zeros(variable)} if self.momentum else {}

    def update(self, gradient: Tensor, variable: Variable, slots: dict[str, Any]) -> None:
        """Move `variable` against `gradient`."""
        held = variable._value
        if not slots:
            write(variable, held._backend.sgd_update(held._array, gradient._array, rate=self.rate))
            return
        value, slots["momentum"] = held._backend.momentum_update(
            held._array,
            gradient._array,
            slots["momentum"],
            rate=self.rate,
            momentum=self.momentum,
            nesterov=self.nesterov,
        )
        write(variable, value)


@update_formula
def sgd_update(backend: Backend, parameter: Array, gradient: Array, *, rate: float) -> Array:
    """Return the parameter one step of plain gradient descent later."""
    return parameter - gradient * rate


@update_formula
def momentum_update(
    backend: Backend,
    parameter: Array,
    gradient: Array,
    velocity: Array,
    *,
    rate: float,
    momentum: float,
    nesterov: bool,
) -> tuple[Array, Array]:
    """Return parameter and velocity one step of gradient descent with momentum later."""
    step = gradient * rate
    velocity = velocity * momentum - step
    return parameter + (velocity * momentum - step if nesterov else velocity), velocity
