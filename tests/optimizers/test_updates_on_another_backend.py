"""The composed updates, on a backend that overrides none of them and whose arrays NumPy can't read."""

from __future__ import annotations

import numpy as np
import pytest
from loopback_backend import LoopbackBackend
from test_update_formulas import CASES

import polytape as tf
from polytape.plugins import backends

STEPS = 4


def run(case: str, shape: tuple[int, ...], **clip) -> np.ndarray:
    random = np.random.default_rng(9)
    variable = tf.Variable(random.normal(size=shape))
    optimizer = CASES[case][0]()
    for name, value in clip.items():
        optimizer = type(optimizer).from_config({**optimizer.get_config(), name: value})
    for _ in range(STEPS):
        optimizer.apply_gradients([(tf.constant(random.normal(size=shape)), variable)])
        if shape:
            rows = tf.IndexedSlices(tf.constant(random.normal(size=(3, *shape[1:]))), tf.constant([2, 0, 2]), shape)
            optimizer.apply_gradients([(rows, variable)])
    return variable.numpy()


@pytest.mark.parametrize("shape", [(), (4, 3)], ids=["scalar", "matrix"])
@pytest.mark.parametrize("case", CASES)
def test_the_same_numbers_as_numpy(case: str, shape: tuple[int, ...]) -> None:
    expected = run(case, shape)
    with backends.use(LoopbackBackend()):
        found = run(case, shape)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(
    "clip", [{"clipvalue": 0.5}, {"clipnorm": 0.5}, {"global_clipnorm": 0.5}, {"weight_decay": 0.1}]
)
def test_clipping_and_decay(clip: dict[str, float]) -> None:
    expected = run("adam", (4, 3), **clip)
    with backends.use(LoopbackBackend()):
        found = run("adam", (4, 3), **clip)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
