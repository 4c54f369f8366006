"""Models, optimizers, losses, metrics and datasets on a second device of a second backend: the results of NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from loopback_backend import LoopbackBackend

import polytape as tf
from polytape.plugins import backends

LOOPBACK = LoopbackBackend()
OPTIMIZERS = ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl", "Lion")
OPTIONS: tuple[dict[str, Any], ...] = ({}, {"clipnorm": 0.1}, {"clipvalue": 0.1}, {"global_clipnorm": 0.1})


def agree(program: Callable[[], Any], rtol: float = 1e-5) -> None:
    """Run a program on NumPy and elsewhere; it returns a structure of tensors, which must agree."""
    expected = tf.nest.flatten(program())
    with backends.use(LOOPBACK), tf.device("LOOP:0"):
        found = tf.nest.flatten(program())
    assert len(found) == len(expected) > 0
    for here, there in zip(expected, found):
        assert here.backend == "numpy" and there.backend == "loopback" and "LOOP:0" in there.device
        np.testing.assert_allclose(there.numpy(), here.numpy(), rtol=rtol, atol=1e-6)


def values(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name: str) -> None:
    def program() -> list[Any]:
        left = []
        for options in OPTIONS:
            variables = [tf.Variable(values(3, 2)), tf.Variable(values(2, seed=1))]
            optimizer = getattr(tf.keras.optimizers, name)(**options)
            for step in range(3):
                gradients = [tf.constant(values(3, 2, seed=step + 2)), tf.constant(values(2, seed=step + 3))]
                optimizer.apply_gradients(zip(gradients, variables))
            left += [variable.read_value() for variable in variables]
        return left

    agree(program)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_of_rows(name: str) -> None:
    def program() -> Any:
        table = tf.Variable(values(5, 2))
        optimizer = getattr(tf.keras.optimizers, name)(0.1)
        for _ in range(2):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(tf.gather(table, [1, 3, 1]) ** 2)
            optimizer.apply_gradients([(tape.gradient(loss, table), table)])
        return table.read_value()

    agree(program)


def images() -> Any:
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2),
            layers.Dropout(0.25, seed=3),
            layers.Flatten(),
            layers.Dense(5, activation="softmax"),
        ]
    )


def words() -> Any:
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [layers.Embedding(11, 4), layers.LayerNormalization(), layers.GlobalAveragePooling1D(), layers.Dense(5)]
    )


@pytest.mark.parametrize(
    ("model", "inputs", "loss"),
    [
        (images, values(6, 8, 8, 2), lambda: tf.keras.losses.SparseCategoricalCrossentropy()),
        (
            words,
            np.random.default_rng(5).integers(0, 11, (6, 7)).astype(np.int32),
            lambda: tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        ),
    ],
    ids=["images", "words"],
)
def test_models(model: Callable[[], Any], inputs: np.ndarray, loss: Callable[[], Any]) -> None:
    labels = np.array([0, 1, 2, 3, 4, 0], np.int32)

    def program() -> list[Any]:
        tf.random.set_seed(1)
        network, optimizer, loss_of = model(), tf.keras.optimizers.Adam(0.01), loss()
        accuracy, mean = tf.keras.metrics.SparseCategoricalAccuracy(), tf.keras.metrics.Mean()
        dataset = tf.data.Dataset.from_tensor_slices((inputs, labels)).shuffle(10, seed=2).batch(4)
        for _ in range(2):
            for x, y in dataset:
                with tf.GradientTape() as tape:
                    predictions = network(x, training=True)
                    found = loss_of(y, predictions)
                gradients = tape.gradient(found, network.trainable_variables)
                optimizer.apply_gradients(zip(gradients, network.trainable_variables))
                accuracy.update_state(y, predictions)
                mean.update_state(found)
        outputs = network(inputs, training=False)
        return [outputs, accuracy.result(), mean.result(), *(v.read_value() for v in network.trainable_variables)]

    agree(program, rtol=1e-4)


LOSSES = [
    name
    for name in dir(tf.keras.losses)
    if isinstance(made := getattr(tf.keras.losses, name), type)
    and issubclass(made, tf.keras.losses.Loss)
    and name not in ("Loss", "FunctionLoss")
]


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name: str) -> None:
    def program() -> list[Any]:
        chances = np.abs(values(4, 3, seed=7)) + 0.1
        chances /= chances.sum(axis=1, keepdims=True)
        if name.startswith("Sparse"):
            expected = np.array([0, 1, 2, 1], np.int32)
        elif name == "CTC":
            expected, chances = np.array([[1, 2], [2, 1]], np.int32), values(2, 5, 4, seed=9)
        else:
            expected = np.eye(3, dtype=np.float32)[[0, 1, 2, 1]]
        guess = tf.Variable(chances)
        with tf.GradientTape() as tape:
            loss = getattr(tf.keras.losses, name)()(expected, guess)
        return [loss, tape.gradient(loss, guess)]

    agree(program)
