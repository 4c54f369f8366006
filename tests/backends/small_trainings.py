"""Small networks with everything that a training needs, for tests of one backend against another."""

from __future__ import annotations

from typing import Any

import numpy as np

import polytape as tf


def images() -> tuple[Any, Any, Any, Any]:
    """A small convolutional net with an optimizer, inputs and labels."""
    tf.random.set_seed(7)
    random = np.random.default_rng(1)
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2),
            layers.Conv2D(6, 3, strides=2, activation="gelu"),
            layers.DepthwiseConv2D(2, padding="same"),
            layers.Dropout(0.25, seed=3),
            layers.Flatten(),
            layers.Dense(5),
        ]
    )
    x = tf.constant(random.normal(size=(16, 8, 8, 2)).astype(np.float32))
    labels = tf.constant(random.integers(0, 5, 16).astype(np.int32))
    model(x)
    return model, tf.keras.optimizers.Adam(0.01), x, labels


def words() -> tuple[Any, Any, Any, Any]:
    """A net over sequences, the embedding's gradient aside of words without rows of their own."""
    tf.random.set_seed(7)
    random = np.random.default_rng(2)
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Dense(6), layers.LayerNormalization(), layers.LSTM(4), layers.Dense(5)])
    x = tf.constant(random.normal(size=(8, 4, 3)).astype(np.float32))
    model(x)
    return model, tf.keras.optimizers.SGD(0.1, momentum=0.9), x, tf.constant(random.integers(0, 5, 8).astype(np.int32))


def step(model: Any, optimizer: Any, x: Any, labels: Any) -> Any:
    with tf.GradientTape() as tape:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, model(x, training=True))
        loss = tf.reduce_mean(losses)
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss
