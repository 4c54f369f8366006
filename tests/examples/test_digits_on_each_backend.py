"""One script, several backends: the digits' network begins with the same bits everywhere, and learns alike."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import polytape as tf

pytest.importorskip("sklearn", reason="the digits come with scikit-learn")
STEPS = 50


def _example() -> Any:
    path = Path(__file__).resolve().parents[2] / "examples" / "train_digits.py"
    specification = importlib.util.spec_from_file_location("train_digits", path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@cache
def training(backend: str) -> tuple[list[Any], list[float]]:
    """The first weights, and the losses of the first steps, as the example's own loop has them."""
    example = _example()
    with tf.use(backend):
        tf.random.set_seed(1)
        images, labels = example.prepare(*tf.keras.datasets.digits.load_data()[0])
        dataset = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images)).batch(32).repeat()
        model = example.build_model()
        weights = [variable.numpy() for variable in model.trainable_variables]
        loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        optimizer = tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.CosineDecay(4e-3, decay_steps=720))
        losses = []
        for batch, wanted in dataset.take(STEPS):
            with tf.GradientTape() as tape:
                loss = loss_of(wanted, model(batch, training=True))
            assert loss.backend == backend
            variables = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            losses.append(float(loss))
    return weights, losses


# Two libraries in one process: array-api-strict warns where a dictionary compares its dtypes with NumPy's.
@pytest.mark.filterwarnings("ignore:You are comparing a array_api_strict dtype:UserWarning")
@pytest.mark.parametrize("backend", ["cupy", "mlx", "strict", "torch"])
def test_the_same_weights_and_losses_as_on_numpy(backend: str) -> None:
    try:
        with tf.use(backend):
            pass
    except tf.errors.PolytapeError as error:
        pytest.skip(f"{backend}: {error}")
    weights, losses = training(backend)
    expected_weights, expected = training("numpy")
    for found, wanted in zip(weights, expected_weights, strict=True):
        assert found.dtype == wanted.dtype == np.float32
        np.testing.assert_array_equal(found.view(np.uint32), wanted.view(np.uint32))
    assert len(losses) == STEPS
    assert expected[-1] < expected[0] / 5, "the network must have learnt something"
    np.testing.assert_allclose(losses, expected, rtol=1e-4)
