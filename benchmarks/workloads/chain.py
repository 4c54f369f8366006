"""A chain of 300 element-wise ops on four numbers (sin, a product, tanh in turn), forward and backward."""

from __future__ import annotations

from typing import Any

from benchmarks.chains import Chain, Prepared

FRAMEWORKS = (
    *("polytape", "polytape_function", "numpy", "torch", "torch_compile"),
    *("tensorflow", "tensorflow_function", "jax", "autograd"),
)
UNITS, REPEATS, TOLERANCE = 50, 5, 1e-3
LINKS, FACTOR, START = 100, 1.02, [0.1, 0.2, 0.3, 0.4]
TINY = {"UNITS": 2, "LINKS": 4}


def _chain() -> Chain:
    return Chain(START, LINKS, FACTOR, UNITS)


def polytape() -> Prepared:
    """On tensors, under a tape."""
    import polytape as tf

    return _chain().taped(tf, lambda z, factor: tf.tanh(tf.sin(z) * factor))


def polytape_function() -> Prepared:
    """The same under `function`."""
    import polytape as tf

    return _chain().taped(tf, lambda z, factor: tf.tanh(tf.sin(z) * factor), compiled=True)


def tensorflow() -> Prepared:
    """On tensors, under a tape."""
    import tensorflow as tf

    return _chain().taped(tf, lambda z, factor: tf.tanh(tf.sin(z) * factor))


def tensorflow_function() -> Prepared:
    """The same under `tf.function`."""
    import tensorflow as tf

    return _chain().taped(tf, lambda z, factor: tf.tanh(tf.sin(z) * factor), compiled=True)


def numpy() -> Prepared:
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

    return _chain().repeated(gradient), gradient


def torch() -> Prepared:
    """On tensors that require gradients."""
    import torch

    return _chain().by_torch(lambda z, factor: torch.tanh(torch.sin(z) * factor))


def torch_compile() -> Prepared:
    """The chain under `torch.compile`."""
    import torch

    return _chain().by_torch(lambda z, factor: torch.tanh(torch.sin(z) * factor), compiled=True)


def jax() -> Prepared:
    """The gradient under `jax.jit`."""
    from jax import numpy as jnp

    return _chain().by_jax(lambda z, factor: jnp.tanh(jnp.sin(z) * factor))


def autograd() -> Prepared:
    """With `elementwise_grad`."""
    from autograd import numpy as np

    return _chain().by_autograd(lambda z, factor: np.tanh(np.sin(z) * factor))
