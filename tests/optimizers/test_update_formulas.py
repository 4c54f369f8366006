"""Ten steps of each optimizer against the paper's formula, element by element in Python floats."""

from __future__ import annotations

import numpy as np
import paper_formulas as paper
import pytest

import polytape as tf

optimizers = tf.keras.optimizers
CASES = {
    "sgd": (lambda: optimizers.SGD(0.1), paper.sgd, {}),
    "momentum": (lambda: optimizers.SGD(0.1, momentum=0.9), paper.momentum, {}),
    "nesterov": (lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True), paper.nesterov, {}),
    "adam": (lambda: optimizers.Adam(0.1), paper.adam, {}),
    "amsgrad": (lambda: optimizers.Adam(0.1, amsgrad=True, beta_2=0.5), paper.amsgrad, {"beta_2": 0.5}),
    "adamw": (lambda: optimizers.AdamW(0.1, weight_decay=0.04), paper.adamw, {}),
    "rmsprop": (lambda: optimizers.RMSprop(0.1), paper.rmsprop, {}),
    "rmsprop momentum": (lambda: optimizers.RMSprop(0.1, momentum=0.7), paper.rmsprop, {"mu": 0.7}),
    "rmsprop centered": (lambda: optimizers.RMSprop(0.1, centered=True), paper.rmsprop, {"centered": True}),
    "rmsprop both": (
        lambda: optimizers.RMSprop(0.1, rho=0.8, momentum=0.7, centered=True),
        paper.rmsprop,
        {"rho": 0.8, "mu": 0.7, "centered": True},
    ),
    "adagrad": (lambda: optimizers.Adagrad(0.1), paper.adagrad, {}),
    "adadelta": (lambda: optimizers.Adadelta(1.0), paper.adadelta, {}),
    "adamax": (lambda: optimizers.Adamax(0.1), paper.adamax, {}),
    "nadam": (lambda: optimizers.Nadam(0.1), paper.nadam, {}),
    "lion": (lambda: optimizers.Lion(0.1), paper.lion, {}),
    "ftrl": (lambda: optimizers.Ftrl(0.1), paper.ftrl, {}),
    "ftrl l1 l2": (
        lambda: optimizers.Ftrl(0.1, l1_regularization_strength=0.6, l2_regularization_strength=0.2),
        paper.ftrl,
        {"l1": 0.6, "l2": 0.2},
    ),
}
STEPS = 10


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(), (3, 2), (2000,)], ids=["scalar", "matrix", "long"])
@pytest.mark.parametrize("case", CASES)
def test_ten_steps(case: str, shape: tuple[int, ...], dtype: str) -> None:
    make, formula, options = CASES[case]
    random = np.random.default_rng(11)
    start = random.normal(size=shape)
    gradients = random.normal(size=(STEPS, *shape))
    places = list(np.ndindex(shape))[:6]
    expected = {
        place: formula(float(start[place]), [float(g[place]) for g in gradients], **options) for place in places
    }

    variable = tf.Variable(start, dtype=dtype) if dtype == "float64" else tf.Variable(start.astype(dtype))
    optimizer = make()
    for step, gradient in enumerate(gradients):
        optimizer.apply_gradients([(tf.constant(gradient.astype(dtype)), variable)])
        for place in places:
            found = variable.numpy()[place] if shape else variable.numpy()
            tolerance = 1e-12 if dtype == "float64" else 2e-5
            assert found == pytest.approx(expected[place][step], rel=tolerance, abs=tolerance), (step, place)
    assert variable.dtype == dtype
    assert tuple(variable.shape) == shape
    assert int(optimizer.iterations) == STEPS


@pytest.mark.parametrize("case", CASES)
def test_updates_leave_what_was_read_alone(case: str) -> None:
    """A value read before a step, and the gradient, are not written to."""
    optimizer = CASES[case][0]()
    variable = tf.Variable([1.0, 2.0])
    gradient = tf.constant([0.5, -0.5])
    for _ in range(3):
        before = variable.read_value()
        copy = before.numpy()
        optimizer.apply_gradients([(gradient, variable)])
        np.testing.assert_array_equal(before.numpy(), copy)
        assert not np.array_equal(variable.numpy(), copy)
    np.testing.assert_array_equal(gradient.numpy(), [0.5, -0.5])


@pytest.mark.parametrize("case", CASES)
def test_rows_are_updated_as_dense_gradients_would(case: str) -> None:
    """Rows that every step names move exactly as under the dense gradient; all others stay, with their slots."""
    make = CASES[case][0]
    random = np.random.default_rng(5)
    start = random.normal(size=(5, 3))
    sparse, dense = tf.Variable(start), tf.Variable(start)
    by_rows, by_all = make(), make()
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
