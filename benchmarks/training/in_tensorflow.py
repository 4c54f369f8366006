"""A training step in TensorFlow, as its guide writes one: eagerly, under `tf.function`, and compiled by XLA."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.training import EPSILON

Step = tuple[Callable[[], Any], Callable[[Any], float]]


def tensorflow(workload: Any) -> Step:
    """A tape, a gradient, an optimizer."""
    return _step(workload, lambda tf, step: step)


def tensorflow_function(workload: Any) -> Step:
    """Under `tf.function`."""
    return _step(workload, lambda tf, step: tf.function(step))


def tensorflow_xla(workload: Any) -> Step:
    """Under `tf.function(jit_compile=True)`."""
    return _step(workload, lambda tf, step: tf.function(step, jit_compile=True))


def _step(workload: Any, wrapped: Callable[[Any, Any], Any]) -> Step:
    import tensorflow as tf

    x, y = map(tf.constant, workload.batch())
    model = workload.keras_model(tf.keras)
    model.set_weights(workload.weights())
    losses = tf.keras.losses
    if workload.LOSS == "mean_squared_error":
        loss_of = losses.MeanSquaredError()
    else:
        loss_of = losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = tf.keras.optimizers.Adam(workload.RATE, epsilon=EPSILON)
    optimizer.build(model.trainable_variables)

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        # Dense, since Keras squares the gradients of an embedding's repeated rows one by one, which is another Adam.
        gradients = [tf.convert_to_tensor(found) for found in tape.gradient(loss, model.trainable_variables)]
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    step = wrapped(tf, step)
    return lambda: step(x, y), float
