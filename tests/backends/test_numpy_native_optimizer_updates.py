"""Adam in native code, against the formula of its paper element by element."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape_numpy import native

if not native.is_available():
    pytest.skip("needs Numba: tox -e jit", allow_module_level=True)

from polytape_numpy.native import optimizer_updates

RANDOM = np.random.default_rng(37)
DTYPES = {"float32": 1e-6, "float64": 1e-14}


@pytest.fixture(autouse=True)
def everything_is_worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small arrays go to native code as well, in two parts; nothing goes elsewhere."""
    monkeypatch.setattr(optimizer_updates, "_WORTHWHILE", 0)
    monkeypatch.setattr(optimizer_updates, "part_count", lambda outer, elements: min(2, outer))


def elsewhere(*_: Any, **options: Any) -> None:
    raise AssertionError("not in native code")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(1,), (7, 5), (300,)])
def test_adam(shape: Any, dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimizer_updates.NumpyOptimizerUpdates, "adam_update", elsewhere)
    parameter, gradient, mean = (RANDOM.normal(size=shape).astype(dtype) for _ in range(3))
    variance = (RANDOM.normal(size=shape) ** 2).astype(dtype)
    expected = []
    for p, g, m, v in zip(*(x.ravel().tolist() for x in (parameter, gradient, mean, variance))):
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        expected.append((p - 0.02 * m / (math.sqrt(v) + 1e-3), m, v))
    given = (np.asfortranarray(parameter), np.asfortranarray(gradient))
    kept = [x.copy() for x in given]
    found = optimizer_updates.NativeOptimizerUpdates.adam_update(
        *given, mean, variance, rate=0.02, beta_1=0.9, beta_2=0.99, epsilon=1e-3
    )
    assert found[1] is mean and found[2] is variance
    for one, other in zip(found, np.array(expected).T):
        assert (one.shape, one.dtype) == (shape, np.dtype(dtype))
        np.testing.assert_allclose(one.ravel(), other, rtol=0, atol=DTYPES[dtype] * np.abs(other).max())
    assert all((one == other).all() for one, other in zip(given, kept))


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_bit_is_that_of_the_way_in_steps(dtype: str) -> None:
    """So a run does not depend on which arrays are large."""
    parameter, gradient, mean, variance = (np.abs(RANDOM.normal(size=1000)).astype(dtype) for _ in range(4))
    numbers = {"rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
    found, expected = (
        way.adam_update(parameter, gradient, mean.copy(), variance.copy(), **numbers)
        for way in (optimizer_updates.NativeOptimizerUpdates, optimizer_updates.NumpyOptimizerUpdates)
    )
    for one, other in zip(found, expected):
        np.testing.assert_array_equal(one, other)


def test_what_does_not_suit_is_left_to_numpy() -> None:
    for dtype in (np.float16, np.float32):
        x = np.ones((3, 2), dtype).T
        found = optimizer_updates.NativeOptimizerUpdates.adam_update(
            x, x, np.zeros((3, 2), dtype).T, np.zeros((3, 2), dtype).T, rate=0.1, beta_1=0.5, beta_2=0.5, epsilon=0.0
        )
        np.testing.assert_allclose(found[0].astype(float), 1 - 0.1 / 2**0.5, rtol=2e-3)


def test_a_training() -> None:
    variable, numbers = tf.Variable(np.linspace(-1, 1, 40)), tf.Variable(0.5, dtype=tf.float64)
    optimizer = tf.keras.optimizers.Adam(0.1)
    for _ in range(200):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(variable - 0.25)) + tf.square(numbers)
        optimizer.apply_gradients(zip(tape.gradient(loss, [variable, numbers]), [variable, numbers]))
    np.testing.assert_allclose(variable.numpy(), 0.25, atol=1e-3)
    np.testing.assert_allclose(numbers.numpy(), 0, atol=1e-3)
