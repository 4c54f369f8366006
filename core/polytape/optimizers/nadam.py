"""Nadam: Adam with Nesterov's momentum."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.graph.live import live
from polytape.optimizers.formula import update_formula
from polytape.optimizers.optimizer import Optimizer, write, zeros
from polytape.tensor import Tensor
from polytape.variable import Variable

_MOMENTUM_DECAY = 0.96  # the paper's schedule of momenta: β₁ · (1 - 0.5 · 0.96ᵗ)


class Nadam(Optimizer):
    """w ← w - η · m̂ / (√v̂ + ε), where m̂ = μₜ₊₁·m / (1 - μ₁⋯μₜ₊₁) + (1 - μₜ)·g / (1 - μ₁⋯μₜ) and v̂ = v / (1 - β₂ᵗ).

    Args:
        learning_rate: η.
        beta_1: β₁, the decay of the mean m of gradients; μₜ = β₁·(1 - 0.5·0.96ᵗ).
        beta_2: β₂, the decay of the mean v of their squares.
        epsilon: ε.
        options: what `Optimizer` takes.

    Source: Dozat, "Incorporating Nesterov momentum into Adam", 2016, algorithm 2.

    >>> import polytape as tf
    >>> w = tf.Variable(1.0)
    >>> tf.keras.optimizers.Nadam(learning_rate=0.25).apply_gradients([(tf.constant(8.0), w)])
    >>> round(float(w), 4)
    0.7343
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
        self._products = [1.0]

    def create_slots(self, variable: Variable) -> dict[str, Any]:
        """The running means of the gradient and of its square."""
        return {"mean": zeros(variable), "variance": zeros(variable)}

    def prepare(self) -> None:
        """Compute the weights of the mean and of the gradient."""
        step = self._step
        self._of_mean = self._momentum(step + 1) / (1 - self._product(step + 1))
        self._of_gradient = (1 - self._momentum(step)) / (1 - self._product(step))

    def update(self, gradient: Tensor, variable: Variable, slots: dict[str, Any]) -> None:
        """Move `variable` along the mean of its gradients as it will be after the next step."""
        held = variable._value
        value, slots["mean"], slots["variance"] = held._backend.nadam_update(
            held._array,
            gradient._array,
            slots["mean"],
            slots["variance"],
            rate=self.rate,
            beta_1=self.beta_1,
            beta_2=self.beta_2,
            epsilon=self.epsilon,
            of_mean=live(lambda: self._of_mean),
            of_gradient=live(lambda: self._of_gradient),
            of_variance=1 / (1 - self.beta_2**self.step),
        )
        write(variable, value)

    def _momentum(self, step: int) -> float:
        return self.beta_1 * (1 - 0.5 * _MOMENTUM_DECAY**step)

    def _product(self, step: int) -> float:
        """μ₁⋯μₜ."""
        products = self._products
        while len(products) <= step:
            products.append(products[-1] * self._momentum(len(products)))
        return products[step]


@update_formula
def nadam_update(
    backend: Backend,
    parameter: Array,
    gradient: Array,
    mean: Array,
    variance: Array,
    *,
    rate: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
    of_mean: float,
    of_gradient: float,
    of_variance: float,
) -> tuple[Array, Array, Array]:
    """Return parameter, mean and variance one step of Nadam later; the last three are the bias corrections."""
    mean = mean + (gradient - mean) * (1 - beta_1)
    variance = variance + (gradient * gradient - variance) * (1 - beta_2)
    ahead = mean * of_mean + gradient * of_gradient
    return parameter - ahead * rate / (backend.sqrt(variance * of_variance) + epsilon), mean, variance
