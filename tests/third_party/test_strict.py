"""The op table and a training script on `array-api-strict`, which refuses what the array API standard does not have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import entry_points
from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape.backend import Backend
from polytape.plugins import backends
from polytape_conformance import check
from polytape_conformance.row import Inputs, Row
from polytape_conformance.table import table

pytest.importorskip("array_api_strict", reason="needs array-api-strict: tox -e third-party")
if not entry_points(group="polytape.backends", name="strict"):
    pytest.skip("needs examples/third_party/polytape_strict: tox -e third-party", allow_module_level=True)

ROWS = table()
BY_ID = pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])


@pytest.fixture(autouse=True)
def strict() -> Iterator[Backend]:
    """The backend, in use."""
    with backends.use("strict") as backend:
        yield backend


def _size(case: Inputs) -> int:
    return sum(np.asarray(item).size for item in case)


def _staying(row: Row) -> Row:
    """The row, with an assertion that what its op gives is on the backend."""

    def call(tensorflow: Any, *tensors: Any) -> Any:
        outputs = row.call(tensorflow, *tensors)
        assert {item.backend for item in tf.nest.flatten(outputs) if isinstance(item, tf.Tensor)} <= {"strict"}
        return outputs

    return replace(row, call=call)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@BY_ID
def test_value(row: Row, dtype: str) -> None:
    if dtype not in row.dtypes:
        pytest.skip(f"the row states {', '.join(row.dtypes)} only")
    for case in row.cases:
        check.value(tf, _staying(row), case, dtype)


@BY_ID
def test_first_derivative(row: Row) -> None:
    check.first_derivative(tf, row, min(row.cases, key=_size))


# One script, two backends.

_generator = np.random.default_rng(20_161_114)
IMAGES = _generator.random((64, 8, 8, 1), dtype=np.float32)
LABELS = (10 * IMAGES[:, 2:6, 2:6, 0].mean(axis=(1, 2))).astype(np.int32)


def _train(steps: int) -> tuple[list[np.ndarray], list[float]]:
    """The initial weights of a small convolutional network, and its losses step by step."""
    tf.random.set_seed(7)
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Conv2D(8, 3, padding="same", activation="relu", input_shape=(8, 8, 1)),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.BatchNormalization(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dropout(0.25),
            tf.keras.layers.Dense(10),
        ]
    )
    weights = [variable.numpy() for variable in model.trainable_variables]
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = tf.keras.optimizers.Adam(2e-3)
    batches = tf.data.Dataset.from_tensor_slices((IMAGES, LABELS)).shuffle(64, seed=3).batch(16).repeat()
    losses = []
    for images, labels in batches.take(steps):
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(images, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        assert {gradient.backend for gradient in gradients} == {tf.zeros([]).backend}
        losses.append(float(loss))
    return weights, losses


@pytest.mark.filterwarnings("error:You are comparing a array_api_strict dtype")  # nobody mixes two libraries' dtypes
def test_training_follows_numpy() -> None:
    found_weights, found = _train(steps=20)
    with backends.use("numpy"):
        weights, losses = _train(steps=20)
    for ours, theirs in zip(found_weights, weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_allclose(found, losses, rtol=1e-4)
    assert losses[-1] < 0.9 * losses[0]


def test_a_dtype_that_it_lacks_is_named() -> None:
    with pytest.raises(tf.errors.DTypeError, match="'strict' has no float16; it has bool, int8"):
        tf.constant(1.0, tf.float16)


def test_nothing_is_warned_of(recwarn: pytest.WarningsRecorder) -> None:
    x = tf.constant([0.0, -1.0, 1e300], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.math.log(x) / (x - x) + tf.exp(x) + tf.nn.softplus(x))
    tape.gradient(y, x)
    assert [str(warning.message) for warning in recwarn] == []
