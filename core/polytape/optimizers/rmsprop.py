"""RMSprop: gradients divided by the running root of their mean square."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.errors import InvalidArgumentError
from polytape.optimizers.formula import update_formula
from polytape.optimizers.optimizer import Optimizer, write, zeros
from polytape.tensor import Tensor
from polytape.variable import Variable


class RMSprop(Optimizer):
    """v ← ρ·v + (1 - ρ)·g²; w ← w - η·g / √(v + ε), with momentum on that step if asked for.

    Args:
        learning_rate: η.
        rho: ρ.
        momentum: the share of the last step that is kept.
        epsilon: ε.
        centered: whether to subtract the square of the gradients' running mean from v.
        options: what `Optimizer` takes.

    Sources: Tieleman and Hinton, "Neural networks for machine learning", lecture 6.5, 2012; centred: Graves,
    "Generating sequences with recurrent neural networks", 2013, equations 38 to 45.

    >>> import polytape as tf
    >>> w = tf.Variable(1.0)
    >>> tf.keras.optimizers.RMSprop(learning_rate=0.5, rho=0.75).apply_gradients([(tf.constant(3.0), w)])
    >>> round(float(w), 5)
    0.0
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, **options)
        if not 0 <= momentum <= 1:
            raise InvalidArgumentError(f"RMSprop: momentum must lie between 0 and 1; received {momentum!r}.")
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def create_slots(self, variable: Variable) -> dict[str, Any]:
        """The mean square; the last step if there is momentum; the mean gradient if centred."""
        wanted = {"velocity": True, "momentum": self.momentum > 0, "average_gradient": self.centered}
        return {name: zeros(variable) for name, needed in wanted.items() if needed}

    def update(self, gradient: Tensor, variable: Variable, slots: dict[str, Any]) -> None:
        """Move `variable` along the scaled gradient."""
        held = variable._value
        value, *after = held._backend.rmsprop_update(
            held._array,
            gradient._array,
            slots["velocity"],
            slots.get("momentum"),
            slots.get("average_gradient"),
            rate=self.rate,
            rho=self.rho,
            momentum=self.momentum,
            epsilon=self.epsilon,
        )
        write(variable, value)
        slots.update(
            {name: slot for name, slot in zip(("velocity", "momentum", "average_gradient"), after) if name in slots}
        )


@update_formula
def rmsprop_update(
    backend: Backend,
    parameter: Array,
    gradient: Array,
    velocity: Array,
    last_step: Array | None,
    average_gradient: Array | None,
    *,
    rate: float,
    rho: float,
    momentum: float,
    epsilon: float,
) -> tuple[Array, Array, Array | None, Array | None]:
    """Return parameter and slots one step of RMSprop later; a slot that is `None` stays so."""
    velocity = velocity * rho + gradient * gradient * (1 - rho)
    spread = velocity
    if average_gradient is not None:
        average_gradient = average_gradient * rho + gradient * (1 - rho)
        spread = velocity - average_gradient * average_gradient
    step = gradient * rate / backend.sqrt(spread + epsilon)
    if last_step is not None:
        step = last_step = last_step * momentum + step
    return parameter - step, velocity, last_step, average_gradient
