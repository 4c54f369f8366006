"""A training step of a dense net, 784-256-128-10 at batch 512, on CuPy: cross-entropy and Adam.

The peer is the step in raw CuPy, with the gradients written out and Adam's update fused into a kernel for each
variable. Polytape's runs eagerly, under `tf.function` with CUDA graphs for what stands between the products, and
replayed op by op. All are launched without waiting; the GPU's queue is emptied at the end of a measurement.

CuPy does not let products be captured, so no framework here launches the whole step at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from benchmarks.frameworks import FRAMEWORKS as KNOWN, Unavailable

FRAMEWORKS = ("polytape", "polytape_function", "polytape_replay", "cupy")
UNITS, REPEATS, TOLERANCE = 50, 5, 1e-3
TINY = {"UNITS": 2, "SIZES": (6, 5, 4), "BATCH": 3}
SIZES, BATCH, RATE = (784, 256, 128, 10), 512, 0.001
Prepared = tuple[Callable[[], None], Callable[[], Any]]


def _arrays() -> Any:
    import numpy as np

    rng = np.random.default_rng(5)
    weights = [rng.normal(0, (2 / rows) ** 0.5, (rows, columns)) for rows, columns in pairwise(SIZES)]
    images = rng.normal(size=(BATCH, SIZES[0])).astype(np.float32)
    return images, rng.integers(0, SIZES[-1], BATCH).astype(np.int32), [w.astype(np.float32) for w in weights]


def polytape() -> Prepared:
    """`Dense` layers, a loss and an optimizer."""
    return _polytape(lambda step: step)


def polytape_function() -> Prepared:
    """The same under `tf.function`: CUDA graphs."""
    import polytape as tf

    return _polytape(tf.function)


def polytape_replay() -> Prepared:
    """The same, replayed op by op."""
    import polytape as tf

    return _polytape(tf.function(jit_compile=False))


def _polytape(decorate: Callable[[Any], Any]) -> Prepared:
    import polytape as tf

    if not KNOWN["cupy"].installed or not tf.config.list_physical_devices("GPU"):
        raise Unavailable("no CuPy, or no GPU that it can use")
    import cupy

    tf.use("cupy")
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
    losses: list[Any] = []

    @decorate
    def step() -> Any:
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(images, training=True))
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    def run() -> None:
        for _ in range(UNITS):
            losses.append(step())
        cupy.cuda.get_current_stream().synchronize()

    return run, lambda: [float(loss) for loss in losses]


def cupy() -> Prepared:
    """Forward and backward pass by hand, Adam by `cupy.fuse`."""
    import cupy
    import numpy as np

    try:
        cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        raise Unavailable(f"CuPy finds no GPU: {error}") from error

    @cupy.fuse(kernel_name="adam")  # type: ignore[untyped-decorator]
    def adam(rate: Any, parameter: Any, gradient: Any, mean: Any, variance: Any) -> Any:
        mean = mean + (gradient - mean) * 0.1
        variance = variance + (gradient * gradient - variance) * 0.001
        return parameter - mean / (cupy.sqrt(variance) + 1e-7) * rate, mean, variance

    host_images, labels, weights = _arrays()
    images = cupy.array(host_images)
    chosen = cupy.array(np.eye(SIZES[-1], dtype=np.float32)[labels])
    parameters = [cupy.array(array) for w in weights for array in (w, np.zeros(w.shape[1], np.float32))]
    means, variances = ([cupy.zeros(parameter.shape, np.float32) for parameter in parameters] for _ in range(2))
    losses: list[Any] = []

    def gradients_of() -> tuple[Any, list[Any]]:
        inputs, x = [], images
        for place in range(0, len(parameters), 2):
            inputs.append(x)
            x = cupy.matmul(x, parameters[place]) + parameters[place + 1]
            if place < len(parameters) - 2:
                x = cupy.maximum(x, 0)
        shifted = x - cupy.max(x, axis=-1, keepdims=True)
        powers = cupy.exp(shifted)
        total = cupy.sum(powers, axis=-1, keepdims=True)
        loss = cupy.sum(cupy.log(total[:, 0]) - cupy.sum(shifted * chosen, axis=-1)) / BATCH
        gradient = (powers / total - chosen) / BATCH
        found: list[Any] = []
        for place in range(len(parameters) - 2, -1, -2):
            x = inputs.pop()
            found[:0] = [cupy.matmul(x.T, gradient), cupy.sum(gradient, axis=0)]
            if place:
                gradient = cupy.matmul(gradient, parameters[place].T) * (x > 0)
        return loss, found

    def step() -> None:
        loss, gradients = gradients_of()
        count = len(losses) + 1
        rate = RATE * math.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        for place, gradient in enumerate(gradients):
            held = parameters[place], gradient, means[place], variances[place]
            parameters[place], means[place], variances[place] = adam(rate, *held)
        losses.append(loss)

    def run() -> None:
        for _ in range(UNITS):
            step()
        cupy.cuda.get_current_stream().synchronize()

    return run, lambda: [float(loss) for loss in losses]
