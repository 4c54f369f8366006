"""Powers and roots, element by element."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.dtypes import INEXACT
from polytape.op import elementwise


@elementwise(lambda gradient, x: gradient * (x + x))
def square(backend: Backend, x: Array) -> Array:
    """Return x².

    Args:
        x: a numeric tensor.

    >>> import polytape as tf
    >>> tf.square([-2.0, 3.0]).numpy().tolist()
    [4.0, 9.0]
    """
    return x * x


@elementwise(lambda gradient, output: 0.5 * gradient / output, accepts=INEXACT)
def sqrt(backend: Backend, x: Array) -> Array:
    """Return √x; NaN for negative real numbers.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.sqrt([4.0, 9.0]).numpy().tolist()
    [2.0, 3.0]
    """
    return backend.sqrt(x)


@elementwise(lambda gradient, x, output: -0.5 * gradient * output / x, accepts=INEXACT)
def rsqrt(backend: Backend, x: Array) -> Array:
    """Return 1/√x.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.math.rsqrt([4.0, 0.0]).numpy().tolist()
    [0.5, inf]
    """
    return 1 / backend.sqrt(x)


@elementwise(
    lambda gradient, x, y: gradient * ((x - y) * 2),
    lambda gradient, x, y: gradient * ((y - x) * 2),
)
def squared_difference(backend: Backend, x: Array, y: Array) -> Array:
    """Return (x - y)².

    Args:
        x, y: numeric tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.math.squared_difference([1, 5], 3).numpy().tolist()
    [4, 4]
    """
    difference = x - y
    return difference * difference


def _base_gradient(backend: Any, gradient: Array, x: Array, y: Array) -> Array:
    """y · x to the power of y - 1; where y = 0 that is 0, also at x = 0, where the power is infinite."""
    return gradient * y * backend.pow(x, backend.where(backend.equal(y, 0), y, y - 1))


def _exponent_gradient(backend: Any, gradient: Array, output: Array, x: Array) -> Array:
    """Log(x) · x to the power of y; 0 at x = 0, whose logarithm is infinite."""
    zero = backend.equal(x, 0)
    return gradient * output * backend.where(zero, 0, backend.log(backend.where(zero, 1, x)))


@elementwise(_base_gradient, _exponent_gradient)
def pow(backend: Backend, x: Array, y: Array) -> Array:
    """Return x to the power of y.

    Args:
        x, y: numeric tensors of one dtype whose shapes broadcast.

    Raises:
        InvalidArgumentError: if an integer is raised to a negative power.

    >>> import polytape as tf
    >>> tf.pow([2.0, 3.0], [3.0, 2.0]).numpy().tolist()
    [8.0, 9.0]
    """
    return backend.pow(x, y)
