"""Exponentials, logarithms and the functions made of them, element by element."""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import INEXACT
from polytape.op import elementwise


@elementwise(lambda gradient, output: gradient * output, accepts=INEXACT)
def exp(backend: Backend, x: Array) -> Array:
    """Return e to the power of x.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.exp([0.0]).numpy().tolist()
    [1.0]
    """
    return backend.exp(x)


@elementwise(lambda gradient, x: gradient / x, accepts=INEXACT)
def log(backend: Backend, x: Array) -> Array:
    """Return the natural logarithm of x: -inf at zero, NaN for negative real numbers.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.math.log([1.0, 0.0]).numpy().tolist()
    [0.0, -inf]
    """
    return backend.log(x)


@elementwise(lambda gradient, output: gradient * output * (1 - output), accepts=INEXACT)
def sigmoid(backend: Backend, x: Array) -> Array:
    """Return 1 / (1 + exp(-x)).

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.sigmoid([0.0]).numpy().tolist()
    [0.5]
    """
    return 1 / (1 + backend.exp(-x))
