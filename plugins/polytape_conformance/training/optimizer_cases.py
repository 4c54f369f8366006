"""Ten steps of each optimizer against the formula of its paper, in Python's floats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from polytape_conformance.case import Case
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level
from polytape_conformance.subject import Subject
from polytape_conformance.training import paper_formulas as paper
from polytape_conformance.training.steps import STEPS, drift


@dataclass(frozen=True)
class OptimizerRow:
    """An optimizer: its name, the formula of its paper, and the arguments of both."""

    name: str
    formula: Callable[..., list[float]]
    variant: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    def made(self, tf: Any) -> Any:
        """The optimizer."""
        return getattr(tf.keras.optimizers, self.name)(**{"learning_rate": 0.1, **self.arguments})

    def expected(self, start: Any, gradients: list[float]) -> list[float]:
        """The values after each step, for one element."""
        return self.formula(float(start), gradients, **self.options)


OPTIMIZERS = (
    OptimizerRow("SGD", paper.sgd),
    OptimizerRow("SGD", paper.momentum, "momentum", {"momentum": 0.9}),
    OptimizerRow("SGD", paper.nesterov, "nesterov", {"momentum": 0.9, "nesterov": True}),
    OptimizerRow("Adam", paper.adam),
    OptimizerRow("Adam", paper.amsgrad, "amsgrad", {"amsgrad": True, "beta_2": 0.5}, {"beta_2": 0.5}),
    OptimizerRow("AdamW", paper.adamw, "", {"weight_decay": 0.04}),
    OptimizerRow("RMSprop", paper.rmsprop),
    OptimizerRow("RMSprop", paper.rmsprop, "momentum", {"momentum": 0.7}, {"mu": 0.7}),
    OptimizerRow(
        "RMSprop",
        paper.rmsprop,
        "centered",
        {"rho": 0.8, "momentum": 0.7, "centered": True},
        {"rho": 0.8, "mu": 0.7, "centered": True},
    ),
    OptimizerRow("Adagrad", paper.adagrad),
    OptimizerRow("Adadelta", paper.adadelta, "", {"learning_rate": 1.0}),
    OptimizerRow("Adamax", paper.adamax),
    OptimizerRow("Nadam", paper.nadam),
    OptimizerRow("Lion", paper.lion),
    OptimizerRow("Ftrl", paper.ftrl),
    OptimizerRow(
        "Ftrl",
        paper.ftrl,
        "regularized",
        {"l1_regularization_strength": 0.6, "l2_regularization_strength": 0.2},
        {"l1": 0.6, "l2": 0.2},
    ),
)
CHECKS: tuple[tuple[str, Callable[..., Figures | None], bool], ...]
_LONG = 70_001
"""Longer than the pieces in which a backend may go through an array."""


def cases(subject: Subject) -> Iterator[Case]:
    """Each optimizer on a matrix, on a number, on a long vector, and on rows that were looked up."""
    for row in OPTIMIZERS:
        for dtype in ("float32", "float64"):
            for check, run, quick in CHECKS:
                on = partial(run, row=row, dtype=dtype)
                yield Case(Level.TRAINING, f"optimizers.{row.name}", check, on, dtype, row.variant, quick)


def ten_steps(subject: Subject, *, row: OptimizerRow, dtype: str, shape: tuple[int, ...]) -> Figures | None:
    """Ten dense gradients; a value that was read before a step, and the gradient, must stay what they are."""
    tf, optimizer = subject.tf, row.made(subject.tf)
    random = np.random.default_rng(11)
    start = np.asarray(random.normal(size=shape), dtype)
    gradients = random.normal(size=(STEPS, *shape)).astype(dtype)
    chosen = list(np.ndindex(*shape))[:: max(1, start.size // 7)]
    expected = [row.expected(start[at], [float(g[at]) for g in gradients]) for at in chosen]
    variable = tf.Variable(start)
    worst = []
    for step in range(STEPS):
        before, gradient = variable.read_value(), tf.constant(gradients[step])
        copy = before.numpy()
        optimizer.apply_gradients([(gradient, variable)])
        np.testing.assert_array_equal(before.numpy(), copy, f"{row.name}: a value read before the step changed")
        np.testing.assert_array_equal(gradient.numpy(), gradients[step], f"{row.name}: the gradient was written to")
        now = variable.numpy()
        found = np.array([now[at] for at in chosen], dtype)
        values = [after[step] for after in expected]
        worst.append(drift(found, values, dtype, f"{row.name}, step {step + 1}"))
    assert variable.dtype.name == dtype and tuple(variable.shape) == shape
    return Figures.worst(worst)


def ten_steps_of_rows(subject: Subject, *, row: OptimizerRow, dtype: str) -> Figures | None:
    """Rows that every step names move by the formula, with the sum of their gradients; the others stay."""
    tf, optimizer = subject.tf, row.made(subject.tf)
    random = np.random.default_rng(5)
    start = random.normal(size=(5, 3)).astype(dtype)
    values = random.normal(size=(STEPS, 4, 3)).astype(dtype)
    variable = tf.Variable(start)
    for step in range(STEPS):
        slices = tf.IndexedSlices(tf.constant(values[step]), tf.constant([3, 1, 3, 1]), (5, 3))
        optimizer.apply_gradients([(slices, variable)])
    expected = start.astype(np.float64)
    for place, parts in ((3, (0, 2)), (1, (1, 3))):
        for column in range(3):
            gradients = [sum(float(values[step, part, column]) for part in parts) for step in range(STEPS)]
            expected[place, column] = row.expected(start[place, column], gradients)[-1]
    found = variable.numpy()
    np.testing.assert_array_equal(found[[0, 2, 4]], start[[0, 2, 4]], f"{row.name}: rows without a gradient moved")
    return drift(found, expected, dtype, f"{row.name} of rows")


CHECKS = (
    ("ten steps", partial(ten_steps, shape=(3, 2)), True),
    ("ten steps of a number", partial(ten_steps, shape=()), False),
    ("ten steps of a long vector", partial(ten_steps, shape=(_LONG,)), False),
    ("ten steps of rows", ten_steps_of_rows, True),
)
