"""A chain of 300 element-wise ops on four numbers (a product and a sum in turn), forward and backward.

The hardest of its kind for a framework: NumPy by hand does nothing for the gradient of a sum.
"""

from __future__ import annotations

from typing import Any

from benchmarks.chains import Chain, Prepared

FRAMEWORKS = (
    *("polytape", "polytape_function", "numpy", "torch", "torch_compile"),
    *("tensorflow", "tensorflow_function", "jax", "autograd"),
)
UNITS, REPEATS, TOLERANCE = 50, 5, 1e-5
LINKS, FACTOR, START = 150, 1.01, [1.0, 2.0, 3.0, 4.0]
TINY = {"UNITS": 2, "LINKS": 4}


def _chain() -> Chain:
    return Chain(START, LINKS, FACTOR, UNITS)


def polytape() -> Prepared:
    """On tensors, under a tape."""
    import polytape as tf

    return _chain().taped(tf, lambda z, factor: z * factor + factor)


def polytape_function() -> Prepared:
    """The same under `function`."""
    import polytape as tf

    return _chain().taped(tf, lambda z, factor: z * factor + factor, compiled=True)


def tensorflow() -> Prepared:
    """On tensors, under a tape."""
    import tensorflow as tf

    return _chain().taped(tf, lambda z, factor: z * factor + factor)


def tensorflow_function() -> Prepared:
    """The same under `tf.function`."""
    import tensorflow as tf

    return _chain().taped(tf, lambda z, factor: z * factor + factor, compiled=True)


def numpy() -> Prepared:
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

    return _chain().repeated(gradient), gradient


def torch() -> Prepared:
    """On tensors that require gradients."""
    return _chain().by_torch(lambda z, factor: z * factor + factor)


def torch_compile() -> Prepared:
    """The chain under `torch.compile`."""
    return _chain().by_torch(lambda z, factor: z * factor + factor, compiled=True)


def jax() -> Prepared:
    """The gradient under `jax.jit`."""
    return _chain().by_jax(lambda z, factor: z * factor + factor)


def autograd() -> Prepared:
    """With `elementwise_grad`."""
    return _chain().by_autograd(lambda z, factor: z * factor + factor)
