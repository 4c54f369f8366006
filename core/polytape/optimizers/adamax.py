"""Adamax: Adam with the infinity norm in the place of the second moment."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.optimizers.formula import update_formula
from polytape.optimizers.optimizer import Optimizer, write, zeros
from polytape.tensor import Tensor
from polytape.variable import Variable


class Adamax(Optimizer):
    """u ← max(β₂·u, |g|); w ← w - η / (1 - β₁ᵗ) · m / (u + ε), where m is the running mean of g.

    Args:
        learning_rate: η.
        beta_1: β₁, the decay of the mean m.
        beta_2: β₂, the decay of the norm u.
        epsilon: ε.
        options: what `Optimizer` takes.

    Source: Kingma and Ba, "Adam: a method for stochastic optimization", 2014, section 7.1.

    >>> import polytape as tf
    >>> w = tf.Variable(1.0)
    >>> tf.keras.optimizers.Adamax(learning_rate=0.25).apply_gradients([(tf.constant(8.0), w)])
    >>> round(float(w), 5)
    0.75
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def create_slots(self, variable: Variable) -> dict[str, Any]:
        """The running mean of the gradient, and its decaying norm."""
        return {"mean": zeros(variable), "norm": zeros(variable)}

    def update(self, gradient: Tensor, variable: Variable, slots: dict[str, Any]) -> None:
        """Move `variable` along the scaled mean of its gradients."""
        held = variable._value
        value, slots["mean"], slots["norm"] = held._backend.adamax_update(
            held._array,
            gradient._array,
            slots["mean"],
            slots["norm"],
            rate=self.rate / (1 - self.beta_1**self.step),
            beta_1=self.beta_1,
            beta_2=self.beta_2,
            epsilon=self.epsilon,
        )
        write(variable, value)


@update_formula
def adamax_update(
    backend: Backend,
    parameter: Array,
    gradient: Array,
    mean: Array,
    norm: Array,
    *,
    rate: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
) -> tuple[Array, Array, Array]:
    """Return parameter, mean and norm one step of Adamax later; `rate` includes the bias correction."""
    mean = mean + (gradient - mean) * (1 - beta_1)
    norm = backend.maximum(norm * beta_2, backend.abs(gradient))
    return parameter - mean * rate / (norm + epsilon), mean, norm
