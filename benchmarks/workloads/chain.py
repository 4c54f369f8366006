"""A chain of 300 element-wise ops on four numbers (sin, a product, tanh in turn), forward and backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PEERS = ("numpy", "torch")
UNITS, REPEATS, TOLERANCE = 50, 5, 1e-4
LINKS, FACTOR, START = 100, 1.9, [0.1, 0.2, 0.3, 0.4]


def polytape() -> tuple[Callable[[], None], Callable[[], Any]]:
    """On tensors, under a tape."""
    import polytape as tf

    x, factor = tf.constant(START), tf.constant([FACTOR] * 4)

    def gradient() -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            z = x
            for _ in range(LINKS):
                z = tf.tanh(tf.sin(z) * factor)
        return tape.gradient(z, x)

    return repeated(gradient), lambda: gradient().numpy()


def numpy() -> tuple[Callable[[], None], Callable[[], Any]]:
    """The same arithmetic by hand."""
    import numpy as np

    x, factor = np.array(START, np.float32), np.full(4, FACTOR, np.float32)

    def gradient() -> Any:
        z, kept = x, []
        for _ in range(LINKS):
            before = z
            z = np.tanh(np.sin(z) * factor)
            kept.append((before, z))
        found = np.ones(4, np.float32)
        for before, after in reversed(kept):
            found = found * (1 - after * after) * factor * np.cos(before)
        return found

    return repeated(gradient), gradient


def torch() -> tuple[Callable[[], None], Callable[[], Any]]:
    """On tensors that require gradients."""
    import torch

    x, factor = torch.tensor(START, requires_grad=True), torch.full((4,), FACTOR)
    ones = torch.ones(4)

    def gradient() -> Any:
        z = x
        for _ in range(LINKS):
            z = torch.tanh(torch.sin(z) * factor)
        return torch.autograd.grad(z, x, ones)[0]

    return repeated(gradient), lambda: gradient().numpy()


def repeated(gradient: Callable[[], Any]) -> Callable[[], None]:
    """`gradient`, as often as a measurement takes."""

    def run() -> None:
        for _ in range(UNITS):
            gradient()

    return run
