"""Ftrl: follow the regularized leader, for sparse models of very many features."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.errors import InvalidArgumentError
from polytape.optimizers.formula import update_formula
from polytape.optimizers.optimizer import Optimizer, write, zeros
from polytape.tensor import Tensor
from polytape.variable import Variable


class Ftrl(Optimizer):
    """n' = n + g²; z ← z + g - (n'^-p - n^-p) / η · w; w ← (clip(z, ±λ₁) - z) / (n'^-p / η + 2λ₂); n ← n'.

    Args:
        learning_rate: η.
        learning_rate_power: p, not positive.
        initial_accumulator_value: what n starts from; not negative.
        l1_regularization_strength: λ₁: weights smaller than this pulls them are exactly zero.
        l2_regularization_strength: λ₂.
        l2_shrinkage_regularization_strength: adds this times 2w to the gradient that goes into z.
        beta: adds beta / 2η to λ₂.
        options: what `Optimizer` takes.

    Source: McMahan et al., "Ad click prediction: a view from the trenches", 2013, algorithm 1.

    >>> import polytape as tf
    >>> w = tf.Variable(0.0)
    >>> ftrl = tf.keras.optimizers.Ftrl(learning_rate=0.5, initial_accumulator_value=0.0)
    >>> ftrl.apply_gradients([(tf.constant(3.0), w)])
    >>> float(w)
    -0.5
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, **options)
        limits = {
            "initial_accumulator_value": initial_accumulator_value,
            "l1_regularization_strength": l1_regularization_strength,
            "l2_regularization_strength": l2_regularization_strength,
            "l2_shrinkage_regularization_strength": l2_shrinkage_regularization_strength,
        }
        for name, number in limits.items():
            if number < 0:
                raise InvalidArgumentError(f"Ftrl: {name} must not be negative; received {number!r}.")
        if learning_rate_power > 0:
            raise InvalidArgumentError(
                f"Ftrl: learning_rate_power must not be positive; received {learning_rate_power!r}."
            )
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta

    def create_slots(self, variable: Variable) -> dict[str, Any]:
        """The sum n of squared gradients, and the linear coefficients z."""
        return {"accumulator": zeros(variable, self.initial_accumulator_value), "linear": zeros(variable)}

    def update(self, gradient: Tensor, variable: Variable, slots: dict[str, Any]) -> None:
        """Put `variable` where the regularized losses so far, made linear, are least."""
        held = variable._value
        value, slots["accumulator"], slots["linear"] = held._backend.ftrl_update(
            held._array,
            gradient._array,
            slots["accumulator"],
            slots["linear"],
            rate=self.rate,
            power=-self.learning_rate_power,
            l1=self.l1_regularization_strength,
            l2=self.l2_regularization_strength + self.beta / (2 * self.rate),
            shrinkage=self.l2_shrinkage_regularization_strength,
        )
        write(variable, value)


@update_formula
def ftrl_update(
    backend: Backend,
    parameter: Array,
    gradient: Array,
    accumulator: Array,
    linear: Array,
    *,
    rate: float,
    power: float,
    l1: float,
    l2: float,
    shrinkage: float,
) -> tuple[Array, Array, Array]:
    """Return parameter, accumulator and linear coefficients one step of Ftrl later."""
    device = backend.device_of(gradient)
    exponent = backend.full((), power, dtype=gradient.dtype, device=device)
    threshold = backend.full((), l1, dtype=gradient.dtype, device=device)
    before, accumulator = backend.pow(accumulator, exponent), accumulator + gradient * gradient
    after = backend.pow(accumulator, exponent)
    pulled = gradient + parameter * (2 * shrinkage) if shrinkage else gradient
    linear = linear + pulled - (after - before) / rate * parameter
    clipped = backend.minimum(backend.maximum(linear, -threshold), threshold)
    return (clipped - linear) / (after / rate + 2 * l2), accumulator, linear
