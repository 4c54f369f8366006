"""A training step of a dense net of 20 layers, 512 wide, at batch 4,096: its peak memory is what counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FRAMEWORKS = ("polytape", "torch")
UNITS, REPEATS, TOLERANCE = 1, 2, 1e-3
LAYERS, WIDTH, BATCH = 20, 512, 4096
TINY = {"LAYERS": 2, "WIDTH": 4, "BATCH": 3}


def _arrays() -> Any:
    import numpy as np

    rng = np.random.default_rng(4)
    weights = [rng.normal(0, (2 / WIDTH) ** 0.5, (WIDTH, WIDTH)).astype(np.float32) for _ in range(LAYERS)]
    return rng.normal(size=(BATCH, WIDTH)).astype(np.float32), weights


def polytape() -> tuple[Callable[[], None], Callable[[], Any]]:
    """`Dense` layers and SGD."""
    import polytape as tf

    x, weights = _arrays()
    x = tf.constant(x)
    model = tf.keras.Sequential([tf.keras.layers.Dense(WIDTH, activation="relu") for _ in range(LAYERS)])
    model.build((BATCH, WIDTH))
    for layer, weight in zip(model.layers, weights):
        layer.kernel.assign(weight)
    del weights
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.01)
    losses: list[float] = []

    def run() -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x)))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        losses.append(float(loss))

    return run, lambda: losses


def torch() -> tuple[Callable[[], None], Callable[[], Any]]:
    """`Linear` and `ReLU` modules and SGD."""
    import torch

    x, weights = _arrays()
    x = torch.from_numpy(x)
    layers: list[Any] = []
    for weight in weights:
        linear = torch.nn.Linear(WIDTH, WIDTH)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight.T))
            linear.bias.zero_()
        layers += [linear, torch.nn.ReLU()]
    del weights
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    losses: list[float] = []

    def run() -> None:
        optimizer.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))

    return run, lambda: losses
