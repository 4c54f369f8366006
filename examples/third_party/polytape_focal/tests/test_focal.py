"""What the plugin contributes, reached by the names under which users find it."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest

import polytape as tf


def test_loss_without_gamma_is_the_cross_entropy() -> None:
    labels, logits = [2, 0], [[0.5, -1.0, 2.0], [0.1, 0.3, -0.2]]
    expected = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, logits)
    np.testing.assert_allclose(float(tf.keras.losses.Focal(gamma=0.0)(labels, logits)), float(expected), rtol=1e-6)


@pytest.mark.parametrize("gamma", [0.5, 2.0, 5.0])
def test_loss_is_that_of_the_paper(gamma: float) -> None:
    logits = np.array([[0.5, -1.0, 2.0], [0.1, 0.3, -0.2]])
    given = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))[[0, 1], [2, 0]]
    expected = np.mean(-((1.0 - given) ** gamma) * np.log(given))
    np.testing.assert_allclose(float(tf.keras.losses.Focal(gamma)([2, 0], logits)), expected, rtol=1e-12)


def test_loss_is_made_again_from_its_configuration() -> None:
    loss = tf.keras.losses.Focal(3.0, reduction="sum")
    assert tf.keras.losses.Focal.from_config(loss.get_config()).get_config() == loss.get_config()
    assert loss.get_config()["gamma"] == 3.0


def test_gradient_of_the_loss() -> None:
    logits = tf.Variable([[0.5, -1.0, 2.0]], dtype=tf.float64)
    loss_of = tf.keras.losses.Focal()
    with tf.GradientTape() as tape:
        loss = loss_of([1], logits)
    step = 1e-6
    expected = [
        (float(loss_of([1], logits + direction)) - float(loss_of([1], logits - direction))) / (2 * step)
        for direction in step * np.eye(3)
    ]
    np.testing.assert_allclose(tape.gradient(loss, logits).numpy()[0], expected, rtol=1e-6)


def test_dataset_is_the_same_for_one_seed() -> None:
    (x_train, y_train), (x_test, y_test) = tf.keras.datasets.spirals.load_data(points=40, classes=2, seed=5)
    again, _ = tf.keras.datasets.spirals.load_data(points=40, classes=2, seed=5)
    other, _ = tf.keras.datasets.spirals.load_data(points=40, classes=2, seed=6)
    np.testing.assert_array_equal(x_train, again[0])
    assert not np.array_equal(x_train, other[0])
    assert x_train.shape == (60, 2) and x_test.shape == (20, 2)
    assert np.bincount(np.concatenate([y_train, y_test])).tolist() == [40, 40]


def test_dataset_without_noise_lies_on_the_spirals() -> None:
    (positions, labels), _ = tf.keras.datasets.spirals.load_data(noise=0.0)
    radius = np.hypot(positions[:, 0], positions[:, 1])
    turned = np.arctan2(positions[:, 1], positions[:, 0]) - 5.0 * radius - 2.0 * np.pi * labels / 3
    np.testing.assert_allclose(np.cos(turned), 1.0, atol=1e-5)


def test_layer_gives_the_largest_of_its_linear_functions() -> None:
    layer = tf.keras.layers.Maxout(2, pieces=3)
    x = np.random.default_rng(0).standard_normal((5, 4)).astype(np.float32)
    found = layer(x).numpy()
    pieces = (x @ layer.kernel.numpy()).reshape(5, 2, 3)
    np.testing.assert_allclose(found, pieces.max(axis=2), rtol=1e-5)
    assert [tuple(variable.shape) for variable in layer.trainable_variables] == [(4, 6), (6,)]


def test_layer_takes_leading_axes() -> None:
    assert tuple(tf.keras.layers.Maxout(4)(tf.zeros([2, 3, 5])).shape) == (2, 3, 4)


def test_command_learns() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "polytape", "spirals", "--seed", "1"], capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr
    losses = [float(loss) for loss in re.findall(r"loss ([\d.]+)", done.stdout)]
    assert losses[-1] < 0.2 * losses[0]
    accuracy = re.search(r"not seen: ([\d.]+)", done.stdout)
    assert accuracy is not None and float(accuracy[1]) > 0.9
