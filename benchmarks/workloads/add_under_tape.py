"""One addition of four float32 numbers to four, recorded for a gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.workloads.add import numpy as numpy

FRAMEWORKS = ("polytape", "numpy", "torch", "tensorflow")
UNITS, REPEATS, TOLERANCE = 100_000, 5, 0.0
TINY = {"UNITS": 1000}


def polytape() -> tuple[Callable[[], None], Callable[[], Any]]:
    """`tf.add` of a watched tensor."""
    import polytape as tf

    return _watched(tf)


def tensorflow() -> tuple[Callable[[], None], Callable[[], Any]]:
    """`tf.add` of a watched tensor."""
    import tensorflow as tf

    return _watched(tf)


def _watched(tf: Any) -> tuple[Callable[[], None], Callable[[], Any]]:
    add, x, y = tf.add, tf.constant([1.0, 2.0, 3.0, 4.0]), tf.constant([0.5, 0.5, 0.5, 0.5])

    def run() -> None:
        for _ in range(UNITS // 1000):
            with tf.GradientTape() as tape:
                tape.watch(x)
                for _ in range(1000):
                    add(x, y)

    return run, lambda: add(x, y).numpy()


def torch() -> tuple[Callable[[], None], Callable[[], Any]]:
    """`torch.add` of a tensor that requires a gradient."""
    import torch

    x, y = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True), torch.full((4,), 0.5)

    def run() -> None:
        for _ in range(UNITS):
            torch.add(x, y)

    return run, lambda: torch.add(x, y).detach().numpy()
