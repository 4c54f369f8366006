"""Adagrad: gradients divided by the root of the sum of all their squares."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.errors import InvalidArgumentError
from polytape.optimizers.formula import update_formula
from polytape.optimizers.optimizer import Optimizer, write, zeros
from polytape.tensor import Tensor
from polytape.variable import Variable


class Adagrad(Optimizer):
    """a ← a + g²; w ← w - η·g / √(a + ε).

    Args:
        learning_rate: η.
        initial_accumulator_value: what a starts from; not negative.
        epsilon: ε.
        options: what `Optimizer` takes.

    Source: Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization",
    2011.

    >>> import polytape as tf
    >>> w = tf.Variable(1.0)
    >>> adagrad = tf.keras.optimizers.Adagrad(learning_rate=0.5, initial_accumulator_value=0.0)
    >>> adagrad.apply_gradients([(tf.constant(3.0), w)])
    >>> round(float(w), 5)
    0.5
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, **options)
        if initial_accumulator_value < 0:
            raise InvalidArgumentError(
                f"Adagrad: initial_accumulator_value must not be negative; received {initial_accumulator_value!r}."
            )
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    def create_slots(self, variable: Variable) -> dict[str, Any]:
        """The sum of squares."""
        return {"accumulator": zeros(variable, self.initial_accumulator_value)}

    def update(self, gradient: Tensor, variable: Variable, slots: dict[str, Any]) -> None:
        """Move `variable` along the scaled gradient."""
        held = variable._value
        value, slots["accumulator"] = held._backend.adagrad_update(
            held._array, gradient._array, slots["accumulator"], rate=self.rate, epsilon=self.epsilon
        )
        write(variable, value)


@update_formula
def adagrad_update(
    backend: Backend, parameter: Array, gradient: Array, accumulator: Array, *, rate: float, epsilon: float
) -> tuple[Array, Array]:
    """Return parameter and accumulator one step of Adagrad later."""
    accumulator = accumulator + gradient * gradient
    return parameter - gradient * rate / backend.sqrt(accumulator + epsilon), accumulator
