"""Layers against their formulas: what they compute, and what ten steps of gradient descent make of their weights."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import numpy as np

from polytape_conformance.case import Case
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level
from polytape_conformance.subject import Subject
from polytape_conformance.training.layer_rows import LAYERS, LayerRow
from polytape_conformance.training.steps import STEPS, drift

_RATE = 0.3
_STEP = 1e-5


def cases(subject: Subject) -> Iterator[Case]:
    """Each layer's output, and ten steps of training it."""
    for row in LAYERS:
        for dtype in ("float32", "float64"):
            op, variant = f"layers.{row.name}", row.variant.replace(" ", "-")
            yield Case(Level.INFERENCE, op, "value", partial(output, row=row, dtype=dtype), dtype, variant)
            yield Case(Level.TRAINING, op, "ten steps", partial(ten_steps, row=row, dtype=dtype), dtype, variant)


def output(subject: Subject, *, row: LayerRow, dtype: str) -> Figures:
    """The layer's output for given weights, while training."""
    given, *weights = row.values()
    call, _ = _made(subject, row, dtype, weights)
    expected = row.formula(given, *weights)
    return drift(call(subject.tf.constant(_in(given, dtype))).numpy(), expected, dtype, row.name)


def ten_steps(subject: Subject, *, row: LayerRow, dtype: str, compiled: bool = False) -> Figures | None:
    """The weights, and an input that is trained with them, after each of ten steps towards a target.

    With `compiled` the step is a `function`.
    """
    tf = subject.tf
    given, *weights = row.values()
    call, variables = _made(subject, row, dtype, weights)
    x = tf.Variable(_in(given, dtype)) if row.integers is None else tf.constant(given)
    trained = [x, *variables] if row.integers is None else variables
    target = tf.constant(_in(_target(row), dtype))
    optimizer = tf.keras.optimizers.SGD(_RATE)

    def train() -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(call(x) - target))
        gradients = tape.gradient(loss, trained)
        assert all(gradient is not None for gradient in gradients), f"{row.name}: a gradient is None: {gradients}"
        optimizer.apply_gradients(zip(gradients, trained))

    one_step = tf.function(train) if compiled else train
    worst = []
    for step, expected in enumerate(_trajectory(row)):
        one_step()
        for place, (variable, value) in enumerate(zip(trained, expected)):
            what = f"{row.name}, step {step + 1}, {'input' if variable is x else f'weight {place}'}"
            worst.append(drift(variable.numpy(), value, dtype, what))
    return Figures.worst(worst)


def _made(subject: Subject, row: LayerRow, dtype: str, weights: list[Any]) -> tuple[Any, list[Any]]:
    """A function of the input that calls the layer, and its trainable variables, set to `weights`."""
    tf = subject.tf
    layer = getattr(tf.keras.layers, row.name)(**row.arguments, dtype=dtype)

    def call(x: Any) -> Any:
        return layer(x, x, training=True) if row.twice else layer(x, training=True)

    call(tf.constant(_in(row.values()[0], dtype)))
    variables = layer.trainable_variables
    shapes = tuple(tuple(variable.shape) for variable in variables)
    assert shapes == row.weights, f"{row.name}: its weights have the shapes {shapes}, expected {row.weights}"
    for variable, value in zip(variables, weights):
        variable.assign(value.astype(dtype))
    return call, variables


def _in(value: Any, dtype: str) -> Any:
    return value if value.dtype.kind == "i" else value.astype(dtype)


def _target(row: LayerRow) -> Any:
    return np.random.default_rng(29).uniform(-1, 1, row.formula(*row.values()).shape)


@cache
def _trajectory(row: LayerRow) -> list[list[Any]]:
    """What is trained, after each step of gradient descent along central differences of the formula."""
    values, target = row.values(), _target(row)
    first = 0 if row.integers is None else 1

    def loss() -> float:
        return float(np.mean((row.formula(*values) - target) ** 2))

    found = []
    for _ in range(STEPS):
        gradients = [_differences(loss, value) for value in values[first:]]
        for value, gradient in zip(values[first:], gradients):
            value -= _RATE * gradient
        found.append([value.copy() for value in values[first:]])
    return found


def _differences(function: Any, value: Any) -> Any:
    """Central differences of `function` by the elements of `value`, which it reads."""
    gradient = np.zeros_like(value)
    for at in np.ndindex(*value.shape):
        kept = value[at]
        value[at] = kept + _STEP
        above = function()
        value[at] = kept - _STEP
        gradient[at] = (above - function()) / (2 * _STEP)
        value[at] = kept
    return gradient
