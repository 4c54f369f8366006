"""Trigonometric and hyperbolic functions and their inverses, element by element."""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import INEXACT
from polytape.op import elementwise


@elementwise(lambda gradient, output: gradient * (1 - output * output), accepts=INEXACT)
def tanh(backend: Backend, x: Array) -> Array:
    """Return the hyperbolic tangent of x.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.tanh([0.0]).numpy().tolist()
    [0.0]
    """
    return backend.tanh(x)
