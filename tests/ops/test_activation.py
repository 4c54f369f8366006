"""Activations that layers use and `tf.nn` does not name; selection by bits."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf
from polytape.ops.activation import hard_sigmoid, hard_silu
from polytape_conformance import check
from polytape_conformance.row import Row, real
from polytape_numpy import NumpyBackend

HARD = [
    Row(
        "hard_sigmoid",
        lambda _, x: hard_sigmoid(x),
        lambda x: np.clip(x / 6 + 0.5, 0, 1),
        ((real(9, low=-5, high=5),),),
    ),
    Row(
        "hard_silu",
        lambda _, x: hard_silu(x),
        lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
        ((real(9, low=-5, high=5),),),
    ),
]


@pytest.mark.parametrize("row", HARD, ids=[row.id for row in HARD])
def test_hard_activations(row) -> None:
    for case in row.cases:
        check.value(tf, row, case, "float32")
        check.first_derivative(tf, row, case)
        check.second_derivative(tf, row, case)


def test_the_gradient_of_relu_keeps_the_output_alone() -> None:
    x = tf.constant([-1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.relu(x)
    (record,) = tape._records
    assert [saved is y for saved in record[3] if isinstance(saved, tf.Tensor)] == [True]
    assert tape.gradient(y, x).numpy().tolist() == [0, 1]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "int64", "int8", "complex64"])
def test_where_by_bits(dtype) -> None:
    random = np.random.default_rng(0)
    x, y = (
        (random.normal(size=(80, 90)) * 50).astype(dtype),
        (random.normal(size=(80, 90)) * 50).astype(dtype),
    )
    condition = random.integers(0, 2, (80, 90)).astype(bool)
    if dtype.startswith("float"):
        x[0, :3] = np.nan, np.inf, -np.inf
        y[1, :3] = np.nan, np.inf, -np.inf
    where = NumpyBackend().where
    for second in (y, 0, y[:1], y.T.copy().T):
        found = where(condition, x, second)
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, np.where(condition, x, second))
    np.testing.assert_array_equal(where(condition[:, ::2], x[:, ::2], y[:, ::2]), np.where(condition, x, y)[:, ::2])
    np.testing.assert_array_equal(where(condition, 0, y), np.where(condition, 0, y))
