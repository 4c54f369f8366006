"""Adadelta: steps in units of the variable itself, without a learning rate to tune."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.optimizers.formula import update_formula
from polytape.optimizers.optimizer import Optimizer, write, zeros
from polytape.tensor import Tensor
from polytape.variable import Variable


class Adadelta(Optimizer):
    """a ← ρ·a + (1 - ρ)·g²; Δ = -√(d + ε) / √(a + ε) · g; d ← ρ·d + (1 - ρ)·Δ²; w ← w + η·Δ.

    Args:
        learning_rate: η; the paper's own method has 1.
        rho: ρ.
        epsilon: ε.
        options: what `Optimizer` takes.

    Source: Zeiler, "ADADELTA: an adaptive learning rate method", 2012, algorithm 1.

    >>> import polytape as tf
    >>> w = tf.Variable(1.0)
    >>> tf.keras.optimizers.Adadelta(learning_rate=1.0, epsilon=1e-2).apply_gradients([(tf.constant(2.0), w)])
    >>> round(float(w), 4)
    0.5636
    """

    def __init__(self, learning_rate: Any = 0.001, rho: float = 0.95, epsilon: float = 1e-7, **options: Any) -> None:
        super().__init__(learning_rate, **options)
        self.rho = rho
        self.epsilon = epsilon

    def create_slots(self, variable: Variable) -> dict[str, Any]:
        """The running means of the squares of gradients and of steps."""
        return {"accumulated_gradient": zeros(variable), "accumulated_step": zeros(variable)}

    def update(self, gradient: Tensor, variable: Variable, slots: dict[str, Any]) -> None:
        """Move `variable` by a step of its own scale."""
        held = variable._value
        value, slots["accumulated_gradient"], slots["accumulated_step"] = held._backend.adadelta_update(
            held._array,
            gradient._array,
            slots["accumulated_gradient"],
            slots["accumulated_step"],
            rate=self.rate,
            rho=self.rho,
            epsilon=self.epsilon,
        )
        write(variable, value)


@update_formula
def adadelta_update(
    backend: Backend,
    parameter: Array,
    gradient: Array,
    gradients: Array,
    steps: Array,
    *,
    rate: float,
    rho: float,
    epsilon: float,
) -> tuple[Array, Array, Array]:
    """Return parameter and the running means of squared gradients and steps one step of Adadelta later."""
    gradients = gradients * rho + gradient * gradient * (1 - rho)
    step = -gradient * backend.sqrt(steps + epsilon) / backend.sqrt(gradients + epsilon)
    return parameter + step * rate, gradients, steps * rho + step * step * (1 - rho)
