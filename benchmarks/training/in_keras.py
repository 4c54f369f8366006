"""A training step in Keras 3, `compile` and `train_on_batch`, on each of its backends.

`compile` leaves `jit_compile` at "auto", which takes XLA on TensorFlow and JAX where the model allows it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.training import EPSILON

Step = tuple[Callable[[], Any], Callable[[Any], float]]


def keras_tensorflow(workload: Any) -> Step:
    """On TensorFlow."""
    return _step(workload)


def keras_torch(workload: Any) -> Step:
    """On PyTorch."""
    return _step(workload)


def keras_jax(workload: Any) -> Step:
    """On JAX."""
    return _step(workload)


def _step(workload: Any) -> Step:
    import keras

    x, y = workload.batch()
    model = workload.keras_model(keras)
    model.set_weights(workload.weights())
    if workload.LOSS == "mean_squared_error":
        loss_of: Any = keras.losses.MeanSquaredError()
    else:
        loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(workload.RATE, epsilon=EPSILON), loss_of)
    return lambda: model.train_on_batch(x, y), float
