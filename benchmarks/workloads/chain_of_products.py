"""A chain of 300 element-wise ops on four numbers (a product and a sum in turn), forward and backward.

The hardest of its kind for a framework: NumPy by hand does nothing for the gradient of a sum.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.workloads.chain import UNITS as UNITS, repeated

PEERS = ("numpy", "torch")
REPEATS, TOLERANCE = 5, 1e-5
LINKS, FACTOR, START = 150, 1.01, [1.0, 2.0, 3.0, 4.0]


def polytape() -> tuple[Callable[[], None], Callable[[], Any]]:
    """On tensors, under a tape."""
    import polytape as tf

    x, factor = tf.constant(START), tf.constant([FACTOR] * 4)

    def gradient() -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            z = x
            for _ in range(LINKS):
                z = z * factor + factor
        return tape.gradient(z, x)

    return repeated(gradient), lambda: gradient().numpy()


def numpy() -> tuple[Callable[[], None], Callable[[], Any]]:
    """The same arithmetic by hand."""
    import numpy as np

    x, factor = np.array(START, np.float32), np.full(4, FACTOR, np.float32)

    def gradient() -> Any:
        z = x
        for _ in range(LINKS):
            z = z * factor + factor
        found = np.ones(4, np.float32)
        for _ in range(LINKS):
            found = found * factor
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
            z = z * factor + factor
        return torch.autograd.grad(z, x, ones)[0]

    return repeated(gradient), lambda: gradient().numpy()
