"""Ten steps of each optimizer against the formula of its paper, and updates of single rows."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf
from polytape_conformance.training.optimizer_cases import OPTIMIZERS, OptimizerRow

optimizers = tf.keras.optimizers
STEPS = 10


@pytest.mark.parametrize("row", OPTIMIZERS, ids=lambda row: f"{row.name} {row.variant}".strip())
def test_rows_are_updated_as_dense_gradients_would(row: OptimizerRow) -> None:
    """Rows that every step names move exactly as under the dense gradient; all others stay, with their slots."""
    random = np.random.default_rng(5)
    start = random.normal(size=(5, 3))
    sparse, dense = tf.Variable(start), tf.Variable(start)
    by_rows, by_all = row.made(tf), row.made(tf)
    for _ in range(STEPS):
        values = random.normal(size=(4, 3))
        indices = [3, 1, 3, 1]
        full = np.zeros((5, 3))
        np.add.at(full, indices, values)
        slices = tf.IndexedSlices(tf.constant(values), tf.constant(indices), (5, 3))
        by_rows.apply_gradients([(slices, sparse)])
        by_all.apply_gradients([(tf.constant(full), dense)])
    np.testing.assert_allclose(sparse.numpy()[[1, 3]], dense.numpy()[[1, 3]], rtol=1e-12)
    np.testing.assert_array_equal(sparse.numpy()[[0, 2, 4]], start[[0, 2, 4]])


def test_the_gradient_of_a_lookup_touches_only_its_rows() -> None:
    table = tf.Variable(np.ones((6, 2), np.float32))
    optimizer = optimizers.SGD(1.0)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.gather(table, [4, 0, 4]))
    gradient = tape.gradient(loss, table)
    assert isinstance(gradient, tf.IndexedSlices)
    optimizer.apply_gradients([(gradient, table)])
    np.testing.assert_array_equal(table.numpy()[:, 0], [0, 1, 1, 1, -1, 1])


def test_no_rows_at_all() -> None:
    table = tf.Variable(np.ones((6, 2), np.float32))
    none = tf.IndexedSlices(tf.zeros((0, 2)), tf.zeros((0,), tf.int32), (6, 2))
    optimizers.Adam().apply_gradients([(none, table)])
    np.testing.assert_array_equal(table.numpy(), np.ones((6, 2)))
