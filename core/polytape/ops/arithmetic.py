"""Arithmetic, element by element; operands broadcast and share a dtype."""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import INEXACT, NUMERIC, REAL, SIGNED
from polytape.op import elementwise


@elementwise(
    lambda gradient: gradient,
    lambda gradient: gradient,
)
def add(backend: Backend, x: Array, y: Array) -> Array:
    """Return x + y, element by element.

    Args:
        x, y: numeric tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.add([1, 2], 10).numpy().tolist()
    [11, 12]
    """
    return backend.add(x, y)


@elementwise(
    lambda gradient: gradient,
    lambda gradient: -gradient,
)
def subtract(backend: Backend, x: Array, y: Array) -> Array:
    """Return x - y, element by element.

    Args:
        x, y: numeric tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.subtract([1, 2], 10).numpy().tolist()
    [-9, -8]
    """
    return backend.subtract(x, y)


@elementwise(
    lambda gradient, y: gradient * y,
    lambda gradient, x: gradient * x,
)
def multiply(backend: Backend, x: Array, y: Array) -> Array:
    """Return x · y, element by element.

    Args:
        x, y: numeric tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.multiply([1, 2], 10).numpy().tolist()
    [10, 20]
    """
    return backend.multiply(x, y)


@elementwise(
    lambda gradient, y: gradient / y,
    lambda gradient, output, y: -gradient * output / y,
    accepts=INEXACT,
)
def divide(backend: Backend, x: Array, y: Array) -> Array:
    """Return x / y, element by element, for floating-point and complex operands (`tf.divide` takes integers too).

    >>> import polytape as tf
    >>> tf.divide([1.0, 3.0], 2.0).numpy().tolist()
    [0.5, 1.5]
    """
    return backend.divide(x, y)


@elementwise(lambda gradient: -gradient, accepts=SIGNED | INEXACT)
def negative(backend: Backend, x: Array) -> Array:
    """Return -x.

    >>> import polytape as tf
    >>> tf.negative([1.0, -2.0]).numpy().tolist()
    [-1.0, 2.0]
    """
    return backend.negative(x)
