"""Lion: steps of one size for all elements, in the direction of the momentum's sign."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.errors import InvalidArgumentError
from polytape.optimizers.formula import update_formula
from polytape.optimizers.optimizer import Optimizer, write, zeros
from polytape.tensor import Tensor
from polytape.variable import Variable


class Lion(Optimizer):
    """w ← w - η · sign(β₁·m + (1 - β₁)·g); m ← β₂·m + (1 - β₂)·g.

    Args:
        learning_rate: η; usually 3 to 10 times smaller than for Adam.
        beta_1: β₁, the weight of the momentum in the step; more than 0.
        beta_2: β₂, the decay of the momentum.
        options: what `Optimizer` takes.

    Source: Chen et al., "Symbolic discovery of optimization algorithms", 2023, algorithm 2.

    >>> import polytape as tf
    >>> w = tf.Variable([1.0, 1.0])
    >>> tf.keras.optimizers.Lion(learning_rate=0.25).apply_gradients([(tf.constant([8.0, -0.1]), w)])
    >>> w.numpy().tolist()
    [0.75, 1.25]
    """

    def __init__(self, learning_rate: Any = 0.001, beta_1: float = 0.9, beta_2: float = 0.99, **options: Any) -> None:
        super().__init__(learning_rate, **options)
        if not 0 < beta_1 <= 1:
            raise InvalidArgumentError(f"Lion: beta_1 must lie between 0 and 1, without 0; received {beta_1!r}.")
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    def create_slots(self, variable: Variable) -> dict[str, Any]:
        """The momentum."""
        return {"momentum": zeros(variable)}

    def update(self, gradient: Tensor, variable: Variable, slots: dict[str, Any]) -> None:
        """Move each element of `variable` by the learning rate."""
        held = variable._value
        value, slots["momentum"] = held._backend.lion_update(
            held._array,
            gradient._array,
            slots["momentum"],
            rate=self.rate,
            beta_1=self.beta_1,
            beta_2=self.beta_2,
        )
        write(variable, value)


@update_formula
def lion_update(
    backend: Backend,
    parameter: Array,
    gradient: Array,
    momentum: Array,
    *,
    rate: float,
    beta_1: float,
    beta_2: float,
) -> tuple[Array, Array]:
    """Return parameter and momentum one step of Lion later."""
    direction = backend.sign(momentum * beta_1 + gradient * (1 - beta_1))
    return parameter - direction * rate, momentum * beta_2 + gradient * (1 - beta_2)
