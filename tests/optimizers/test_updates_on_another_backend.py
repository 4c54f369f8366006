"""The composed updates, on a backend that overrides none of them and whose arrays NumPy can't read."""

from __future__ import annotations

import numpy as np
import pytest
from loopback_backend import LoopbackBackend

import polytape as tf
from polytape.plugins import backends
from polytape_conformance.training.optimizer_cases import OPTIMIZERS, OptimizerRow

STEPS = 4
ADAM = next(row for row in OPTIMIZERS if row.name == "Adam")


def run(row: OptimizerRow, shape: tuple[int, ...], **clip) -> np.ndarray:
    random = np.random.default_rng(9)
    variable = tf.Variable(random.normal(size=shape))
    optimizer = row.made(tf)
    for name, value in clip.items():
        optimizer = type(optimizer).from_config({**optimizer.get_config(), name: value})
    for _ in range(STEPS):
        optimizer.apply_gradients([(tf.constant(random.normal(size=shape)), variable)])
        if shape:
            rows = tf.IndexedSlices(tf.constant(random.normal(size=(3, *shape[1:]))), tf.constant([2, 0, 2]), shape)
            optimizer.apply_gradients([(rows, variable)])
    return variable.numpy()


@pytest.mark.parametrize("shape", [(), (4, 3)], ids=["scalar", "matrix"])
@pytest.mark.parametrize("row", OPTIMIZERS, ids=lambda row: f"{row.name} {row.variant}".strip())
def test_the_same_numbers_as_numpy(row: OptimizerRow, shape: tuple[int, ...]) -> None:
    expected = run(row, shape)
    with backends.use(LoopbackBackend()):
        found = run(row, shape)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(
    "clip", [{"clipvalue": 0.5}, {"clipnorm": 0.5}, {"global_clipnorm": 0.5}, {"weight_decay": 0.1}]
)
def test_clipping_and_decay(clip: dict[str, float]) -> None:
    expected = run(ADAM, (4, 3), **clip)
    with backends.use(LoopbackBackend()):
        found = run(ADAM, (4, 3), **clip)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
