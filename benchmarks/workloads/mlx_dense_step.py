"""A training step of a dense net, 784-256-128-10 at batch 512, on MLX: cross-entropy and Adam, all of it evaluated.

The peer is the step in raw MLX. Both run eagerly and by `mx.compile`. Polytape's runs under `tf.function`, too, which
on the CPU calls `mx.compile` only with `jit_compile=True`. There a compiled step takes many seconds at first, in
which `g++` makes the kernels; MLX keeps them in the folder for temporary files. MLX's wheel for Linux computes products
of matrices with a plain reference BLAS, which takes most of the time; `LD_PRELOAD=libopenblas.so.0` puts a fast one in
its place, and what is added to MLX then shows more clearly.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from benchmarks.frameworks import FRAMEWORKS as KNOWN, Unavailable

FRAMEWORKS = ("polytape", "polytape_function", "polytape_compile", "mlx", "mlx_compile")
UNITS, REPEATS, TOLERANCE = 10, 3, 1e-3
TINY = {"UNITS": 2, "SIZES": (6, 5, 4), "BATCH": 3}
SIZES, BATCH, RATE = (784, 256, 128, 10), 512, 0.001


def _arrays() -> Any:
    import numpy as np

    rng = np.random.default_rng(5)
    weights = [rng.normal(0, (2 / rows) ** 0.5, (rows, columns)) for rows, columns in pairwise(SIZES)]
    images = rng.normal(size=(BATCH, SIZES[0])).astype(np.float32)
    return images, rng.integers(0, SIZES[-1], BATCH).astype(np.int32), [w.astype(np.float32) for w in weights]


def polytape() -> tuple[Callable[[], None], Callable[[], Any]]:
    """`Dense` layers, a loss and an optimizer."""
    return _polytape(lambda step: step)


def polytape_function() -> tuple[Callable[[], None], Callable[[], Any]]:
    """The same under `tf.function`."""
    import polytape as tf

    return _polytape(tf.function)


def polytape_compile() -> tuple[Callable[[], None], Callable[[], Any]]:
    """The same, compiled by MLX."""
    import polytape as tf

    return _polytape(tf.function(jit_compile=True))


def _polytape(decorate: Callable[[Any], Any]) -> tuple[Callable[[], None], Callable[[], Any]]:
    import numpy as np

    import polytape as tf

    if not KNOWN["mlx"].installed:
        raise Unavailable("MLX is not installed")
    tf.use("mlx")
    images, labels, weights = _arrays()
    images, labels = tf.constant(images), tf.constant(labels)
    layers = [tf.keras.layers.Dense(units, activation="relu") for units in SIZES[1:-1]]
    model = tf.keras.Sequential([*layers, tf.keras.layers.Dense(SIZES[-1])])
    model.build((BATCH, SIZES[0]))
    for layer, weight in zip(model.layers, weights):
        layer.kernel.assign(weight)
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = tf.keras.optimizers.Adam(RATE)
    variables = model.trainable_variables
    losses: list[float] = []

    @decorate
    def step() -> Any:
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(images, training=True))
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    def run() -> None:
        for _ in range(UNITS):
            losses.append(float(step()))  # computes what the step before has left undone, too: its update
        for variable in variables:
            np.asarray(variable)  # a view: it only makes MLX compute the last update

    return run, lambda: losses


def mlx() -> tuple[Callable[[], None], Callable[[], Any]]:
    """`mx.value_and_grad`, and Adam written out."""
    return _mlx(lambda step: step)


def mlx_compile() -> tuple[Callable[[], None], Callable[[], Any]]:
    """The same, compiled."""
    import mlx.core as mx

    return _mlx(mx.compile)


def _mlx(decorate: Callable[[Any], Any]) -> tuple[Callable[[], None], Callable[[], Any]]:
    import mlx.core as mx

    images, labels, weights = _arrays()
    images, labels = mx.array(images), mx.array(labels)
    parameters = [array for weight in weights for array in (mx.array(weight), mx.zeros(weight.shape[1]))]
    means, variances = ([mx.zeros_like(parameter) for parameter in parameters] for _ in range(2))
    losses: list[float] = []

    def loss_of(parameters: Any, x: Any, y: Any) -> Any:
        for index in range(0, len(parameters), 2):
            x = x @ parameters[index] + parameters[index + 1]
            if index < len(parameters) - 2:
                x = mx.maximum(x, 0)
        at_labels = mx.take_along_axis(x, mx.expand_dims(y, -1), axis=-1).squeeze(-1)
        return mx.mean(mx.logsumexp(x, axis=-1) - at_labels)

    value_and_gradients = mx.value_and_grad(loss_of)

    @decorate
    def updated(parameters: Any, means: Any, variances: Any, rate: Any, images: Any, labels: Any) -> Any:
        loss, gradients = value_and_gradients(parameters, images, labels)
        means = [0.9 * mean + 0.1 * gradient for mean, gradient in zip(means, gradients)]
        variances = [0.999 * slot + 0.001 * mx.square(gradient) for slot, gradient in zip(variances, gradients)]
        slots = zip(parameters, means, variances)
        parameters = [held - rate * mean / (mx.sqrt(variance) + 1e-7) for held, mean, variance in slots]
        return loss, parameters, means, variances

    def step() -> None:
        nonlocal parameters, means, variances
        count = len(losses) + 1
        rate = mx.array(RATE * math.sqrt(1 - 0.999**count) / (1 - 0.9**count))
        loss, parameters, means, variances = updated(parameters, means, variances, rate, images, labels)
        mx.eval(loss, parameters, means, variances)
        losses.append(float(loss))

    def run() -> None:
        for _ in range(UNITS):
            step()

    return run, lambda: losses
