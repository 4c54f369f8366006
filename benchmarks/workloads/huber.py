"""Linear regression with a Huber loss, one example a step: 10 epochs over 190 examples; a unit is a step.

polytape runs it through `implicit_value_and_gradients` and an optimizer, PyTorch through `backward` and an optimizer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PEERS = ("torch",)
EPOCHS, EXAMPLES = 10, 190
UNITS, REPEATS, TOLERANCE = EPOCHS * EXAMPLES, 2, 1e-4


def _data() -> Any:
    import numpy as np

    rng = np.random.default_rng(3)
    birth_rate = rng.uniform(1.0, 7.0, EXAMPLES)
    life_expectancy = 89.0 - 6.1 * birth_rate + rng.normal(0.0, 3.0, EXAMPLES)
    return birth_rate.astype(np.float32), life_expectancy.astype(np.float32)


def polytape() -> tuple[Callable[[], None], Callable[[], Any]]:
    """Through the functional interface of early eager mode."""
    import polytape as tf

    x, y = _data()
    w, b = tf.Variable(0.0), tf.Variable(0.0)
    optimizer = tf.train.GradientDescentOptimizer(learning_rate=0.01)
    dataset = tf.data.Dataset.from_tensor_slices((x, y))

    def loss(x: Any, y: Any) -> Any:
        t = y - (x * w + b)
        return 0.5 * t**2 if tf.abs(t) <= 1.0 else tf.abs(t) - 0.5

    value_and_gradients = tf.contrib.eager.implicit_value_and_gradients(loss)

    def run() -> None:
        w.assign(0.0)
        b.assign(0.0)
        for _ in range(EPOCHS):
            total = 0.0
            for one, wanted in dataset:
                value, gradients = value_and_gradients(one, wanted)
                optimizer.apply_gradients(gradients)
                total += value

    return run, lambda: [float(w), float(b)]


def torch() -> tuple[Callable[[], None], Callable[[], Any]]:
    """As its documentation has it."""
    import torch

    x, y = map(torch.from_numpy, _data())
    w, b = torch.zeros((), requires_grad=True), torch.zeros((), requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=0.01)

    def loss(x: Any, y: Any) -> Any:
        t = y - (x * w + b)
        return 0.5 * t**2 if torch.abs(t) <= 1.0 else torch.abs(t) - 0.5

    def run() -> None:
        with torch.no_grad():
            w.zero_()
            b.zero_()
        for _ in range(EPOCHS):
            total = 0.0
            for one, wanted in zip(x, y):
                optimizer.zero_grad()
                value = loss(one, wanted)
                value.backward()
                optimizer.step()
                total += value.detach()

    return run, lambda: [float(w), float(b)]
