"""A training step in polytape, eagerly and under `tf.function`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.training import EPSILON

Step = tuple[Callable[[], Any], Callable[[Any], float]]


def polytape(workload: Any) -> Step:
    """A tape, a gradient, an optimizer."""
    return _step(workload, compiled=False)


def polytape_function(workload: Any) -> Step:
    """The same step as a function that is recorded, compiled and replayed."""
    return _step(workload, compiled=True)


def _step(workload: Any, *, compiled: bool) -> Step:
    import polytape as tf

    x, y = map(tf.constant, workload.batch())
    model = workload.keras_model(tf.keras)
    model.set_weights(workload.weights())
    losses = tf.keras.losses
    if workload.LOSS == "mean_squared_error":
        loss_of = losses.MeanSquaredError()
    else:
        loss_of = losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = tf.keras.optimizers.Adam(workload.RATE, epsilon=EPSILON)
    variables = model.trainable_variables

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    if compiled:
        step = tf.function(step)
    return lambda: step(x, y), float
