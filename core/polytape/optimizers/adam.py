"""Adam: gradient descent with estimates of the gradient's first two moments."""

from __future__ import annotations

from math import sqrt
from typing import Any

from polytape.backend import Array, Backend
from polytape.graph.live import live
from polytape.optimizers.formula import update_formula
from polytape.optimizers.optimizer import Optimizer, write, zeros
from polytape.tensor import Tensor
from polytape.variable import Variable


class Adam(Optimizer):
    """w ← w - η·√(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε), where m and v are running means of g and g².

    Args:
        learning_rate: η.
        beta_1: β₁, the decay of the mean m.
        beta_2: β₂, the decay of the mean v.
        epsilon: ε; it is the paper's ε̂, added after the bias correction has been moved to the front.
        amsgrad: whether to use the largest v so far.
        options: what `Optimizer` takes.

    Of `IndexedSlices`, the moments of the named rows are brought up to date and no others.

    Sources: Kingma and Ba, "Adam: a method for stochastic optimization", 2014, the formula before section 2.1;
    Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018.

    >>> import polytape as tf
    >>> w = tf.Variable(1.0)
    >>> tf.keras.optimizers.Adam(learning_rate=0.25).apply_gradients([(tf.constant(8.0), w)])
    >>> round(float(w), 5)
    0.75
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.amsgrad = amsgrad

    def create_slots(self, variable: Variable) -> dict[str, Any]:
        """The running means of the gradient and of its square, and the largest of the latter for AMSGrad."""
        names = ("mean", "variance", "largest") if self.amsgrad else ("mean", "variance")
        return {name: zeros(variable) for name in names}

    def prepare(self) -> None:
        """Correct the learning rate for the moments' bias towards zero."""
        self._corrected_rate = self._rate * sqrt(1 - self.beta_2**self._step) / (1 - self.beta_1**self._step)

    def update(self, gradient: Tensor, variable: Variable, slots: dict[str, Any]) -> None:
        """Move `variable` along the corrected mean of its gradients."""
        held = variable._value
        updated = (held._backend.amsgrad_update if self.amsgrad else held._backend.adam_update)(
            held._array,
            gradient._array,
            *slots.values(),
            rate=live(lambda: self._corrected_rate),
            beta_1=self.beta_1,
            beta_2=self.beta_2,
            epsilon=self.epsilon,
        )
        write(variable, updated[0])
        slots.update(zip(slots, updated[1:]))


class AdamW(Adam):
    """Adam with decoupled weight decay: variables shrink by η·λ before each step of Adam.

    Args:
        weight_decay: λ.
        options: what `Optimizer` takes.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2017.

    >>> import polytape as tf
    >>> w = tf.Variable(1.0)
    >>> tf.keras.optimizers.AdamW(learning_rate=0.5, weight_decay=0.5).apply_gradients([(tf.constant(1.0), w)])
    >>> round(float(w), 5)
    0.25
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float | None = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay=weight_decay, **options)


@update_formula
def adam_update(
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
) -> tuple[Array, Array, Array]:
    """Return parameter, mean and variance one step of Adam later; `rate` includes the bias correction."""
    mean = mean + (gradient - mean) * (1 - beta_1)
    variance = variance + (gradient * gradient - variance) * (1 - beta_2)
    return parameter - mean / (backend.sqrt(variance) + epsilon) * rate, mean, variance


@update_formula
def amsgrad_update(
    backend: Backend,
    parameter: Array,
    gradient: Array,
    mean: Array,
    variance: Array,
    largest: Array,
    *,
    rate: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
) -> tuple[Array, Array, Array, Array]:
    """`adam_update` with the largest variance so far in the place of the variance."""
    mean = mean + (gradient - mean) * (1 - beta_1)
    variance = variance + (gradient * gradient - variance) * (1 - beta_2)
    largest = backend.maximum(largest, variance)
    return parameter - mean / (backend.sqrt(largest) + epsilon) * rate, mean, variance, largest
