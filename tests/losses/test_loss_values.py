"""Every loss against its formula: values, gradients, aliases, dtypes."""

from __future__ import annotations

import numpy as np
import pytest
from formulas import FUNCTIONS, LOSSES, each, sparse_categorical

import polytape as tf

losses = tf.keras.losses
TABLE = pytest.mark.parametrize(
    "name, options, formula, data",
    LOSSES,
    ids=["-".join([name, *map(str, options)]) for name, options, _, _ in LOSSES],
)


@TABLE
@pytest.mark.parametrize("dtype, tolerance", [("float32", 2e-5), ("float64", 1e-9)])
def test_value(name, options, formula, data, dtype, tolerance) -> None:
    y_true, y_pred = data
    expected = formula(y_true, y_pred, **options)
    prediction = tf.constant(y_pred.astype(dtype))
    found = getattr(losses, name)(reduction="none", **options)(y_true, prediction)
    assert found.dtype.name == dtype and found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)
    whole = getattr(losses, name)(**options)(y_true, prediction)
    assert whole.shape == ()
    np.testing.assert_allclose(whole, expected.mean(), rtol=tolerance, atol=tolerance)


@TABLE
def test_functions_and_aliases(name, options, formula, data) -> None:
    y_true, y_pred = data
    expected = formula(y_true, y_pred, **options)
    for alias in FUNCTIONS[name]:
        found = getattr(losses, alias)(y_true, y_pred, **options)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=alias)


@TABLE
def test_gradient(name, options, formula, data) -> None:
    y_true, y_pred = data
    prediction = tf.constant(y_pred)
    loss = getattr(losses, name)(**options)
    with tf.GradientTape() as tape:
        tape.watch(prediction)
        value = loss(y_true, prediction)
    gradient = tape.gradient(value, prediction).numpy()
    step = 1e-6
    for index in np.ndindex(y_pred.shape):
        moved = [y_pred.copy(), y_pred.copy()]
        moved[0][index] += step
        moved[1][index] -= step
        high, low = (formula(y_true, value, **options).mean() for value in moved)
        np.testing.assert_allclose(gradient[index], (high - low) / (2 * step), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("from_logits", [True, False])
@pytest.mark.parametrize("label_dtype", ["uint8", "int32", "int64", "float32"])
@pytest.mark.parametrize("column", [True, False])
def test_sparse_categorical(from_logits, label_dtype, column) -> None:
    random = np.random.default_rng(3)
    y_true = random.integers(0, 5, 6)
    y_pred = random.normal(size=(6, 5)) if from_logits else random.dirichlet(np.ones(5), 6)
    expected = np.array([sparse_categorical(y, p, from_logits) for y, p in zip(y_true, y_pred)])
    labels = (y_true[:, None] if column else y_true).astype(label_dtype)
    found = losses.sparse_categorical_crossentropy(labels, y_pred, from_logits=from_logits)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    whole = losses.SparseCategoricalCrossentropy(from_logits=from_logits)(labels, y_pred.astype("float32"))
    np.testing.assert_allclose(whole, expected.mean(), rtol=2e-5)


@pytest.mark.parametrize("from_logits", [True, False])
def test_classes_along_another_axis(from_logits) -> None:
    random = np.random.default_rng(4)
    y_true = random.integers(0, 3, (2, 4))
    y_pred = random.uniform(0.1, 1, (2, 3, 4))
    last = np.moveaxis(y_pred, 1, -1)
    sparse = losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=1)
    np.testing.assert_allclose(
        sparse, losses.sparse_categorical_crossentropy(y_true, last, from_logits=from_logits), rtol=1e-9
    )
    one_hot = np.moveaxis(np.eye(3)[y_true], -1, 1)
    dense = losses.categorical_crossentropy(one_hot, y_pred, from_logits=from_logits, axis=1)
    if from_logits:
        np.testing.assert_allclose(dense, sparse, rtol=1e-9)
    np.testing.assert_allclose(
        dense, losses.categorical_crossentropy(np.eye(3)[y_true], last, from_logits=from_logits), rtol=1e-9
    )


def test_sparse_gradient_is_softmax_minus_one_hot() -> None:
    logits = tf.constant([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")([1, 0], logits)
    powers = np.exp(logits.numpy())
    expected = powers / powers.sum(axis=1, keepdims=True) - np.eye(3)[[1, 0]]
    np.testing.assert_allclose(tape.gradient(value, logits), expected, atol=1e-6)


def test_probabilities_are_kept_from_the_edges_as_in_keras() -> None:
    """Sure of the wrong class, in float64: -log(10⁻⁷), not infinity."""
    wrong = -np.log(1e-7)
    y_pred = np.array([[1.0, 0.0]])
    np.testing.assert_allclose(losses.categorical_crossentropy([[0, 1]], y_pred), [wrong], rtol=1e-12)
    np.testing.assert_allclose(losses.sparse_categorical_crossentropy([1], y_pred), [wrong], rtol=1e-12)
    np.testing.assert_allclose(losses.binary_crossentropy([[0, 1]], y_pred), [wrong], rtol=1e-9)
    np.testing.assert_allclose(losses.kl_divergence([[0.0, 1.0]], y_pred)[0], wrong - 1e-7 * wrong, rtol=1e-12)


EXTREMES = [
    ("BinaryCrossentropy", {"from_logits": True}, [[0, 1, 0, 1]], 2e4 / 4),
    ("BinaryFocalCrossentropy", {"from_logits": True}, [[0, 1, 0, 1]], 2e4 / 4),
    ("CategoricalCrossentropy", {"from_logits": True}, [[0, 1, 0, 0]], 2e4),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, [1], 2e4),
    ("LogCosh", {}, [[0.0, 0.0, 0.0, 0.0]], 1e4 - np.log(2)),
]


@pytest.mark.parametrize("name, options, y_true, expected", EXTREMES, ids=[row[0] for row in EXTREMES])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_extreme_logits_give_finite_values_and_gradients(name, options, y_true, expected, dtype) -> None:
    logits = tf.constant([[1e4, -1e4, -1e4, 1e4]], dtype)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = getattr(losses, name)(**options)(y_true, logits)
    gradient = tape.gradient(value, logits).numpy()
    assert np.isfinite(gradient).all() and np.abs(gradient).max() > 0
    np.testing.assert_allclose(float(value), expected, rtol=1e-4)


@pytest.mark.parametrize("name", ["BinaryCrossentropy", "CategoricalCrossentropy", "KLDivergence", "Poisson"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_certain_probabilities_give_finite_values_and_gradients(name, dtype) -> None:
    probabilities = tf.constant([[0.0, 1.0], [1.0, 0.0]], dtype)
    with tf.GradientTape() as tape:
        tape.watch(probabilities)
        value = getattr(losses, name)()([[0, 1], [0, 1]], probabilities)
    assert np.isfinite(float(value))
    assert np.isfinite(tape.gradient(value, probabilities).numpy()).all()


def test_zero_vectors_have_no_direction_and_a_finite_gradient() -> None:
    zeros = tf.zeros([1, 3])
    with tf.GradientTape() as tape:
        tape.watch(zeros)
        value = losses.CosineSimilarity()([[1.0, 0.0, 0.0]], zeros)
    assert float(value) == 0.0
    assert np.isfinite(tape.gradient(value, zeros).numpy()).all()


def test_hinge_labels_may_be_signs() -> None:
    y_pred = [[0.5, -2.0, 0.3]]
    np.testing.assert_allclose(losses.hinge([[1, -1, -1]], y_pred), [(0.5 + 0 + 1.3) / 3], rtol=1e-6)
    np.testing.assert_allclose(losses.hinge([[1, 0, 0]], y_pred), losses.hinge([[1, -1, -1]], y_pred), rtol=1e-6)


def test_the_formula_takes_one_sample_after_the_other() -> None:
    """The oracle itself: `each` keeps samples apart."""
    assert each(lambda y, p: y[0] + p[1])(np.eye(2), np.eye(2)).tolist() == [1.0, 1.0]
