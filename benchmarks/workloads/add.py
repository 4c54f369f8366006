"""One addition of four float32 numbers to four, with no tape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FRAMEWORKS = ("polytape", "numpy", "torch", "tensorflow", "jax_eager")
UNITS, REPEATS, TOLERANCE = 100_000, 5, 0.0
TINY = {"UNITS": 1000}


def polytape() -> tuple[Callable[[], None], Callable[[], Any]]:
    """`tf.add` on tensors."""
    import polytape as tf

    add, x, y = tf.add, tf.constant([1.0, 2.0, 3.0, 4.0]), tf.constant([0.5, 0.5, 0.5, 0.5])
    return _loop(add, x, y), lambda: add(x, y).numpy()


def numpy() -> tuple[Callable[[], None], Callable[[], Any]]:
    """`np.add` on arrays."""
    import numpy as np

    x, y = np.array([1, 2, 3, 4], np.float32), np.full(4, 0.5, np.float32)
    return _loop(np.add, x, y), lambda: np.add(x, y)


def torch() -> tuple[Callable[[], None], Callable[[], Any]]:
    """`torch.add` on tensors."""
    import torch

    x, y = torch.tensor([1.0, 2.0, 3.0, 4.0]), torch.full((4,), 0.5)
    return _loop(torch.add, x, y), lambda: torch.add(x, y).numpy()


def tensorflow() -> tuple[Callable[[], None], Callable[[], Any]]:
    """`tf.add` on tensors."""
    import tensorflow as tf

    x, y = tf.constant([1.0, 2.0, 3.0, 4.0]), tf.constant([0.5, 0.5, 0.5, 0.5])
    return _loop(tf.add, x, y), lambda: tf.add(x, y).numpy()


def jax_eager() -> tuple[Callable[[], None], Callable[[], Any]]:
    """`jnp.add` on arrays."""
    from jax import numpy as jnp

    x, y = jnp.array([1.0, 2.0, 3.0, 4.0]), jnp.full(4, 0.5)
    return _loop(jnp.add, x, y), lambda: jnp.add(x, y)


def _loop(add: Callable[[Any, Any], Any], x: Any, y: Any) -> Callable[[], None]:
    def run() -> None:
        for _ in range(UNITS):
            add(x, y)

    return run
