"""Trigonometric functions and their inverses, element by element; angles are in radians."""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import FLOATING, INEXACT
from polytape.op import elementwise


@elementwise(lambda backend, gradient, x: gradient * backend.cos(x), accepts=INEXACT)
def sin(backend: Backend, x: Array) -> Array:
    """Return the sine of x.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.sin([0.0]).numpy().tolist()
    [0.0]
    """
    return backend.sin(x)


@elementwise(lambda backend, gradient, x: -gradient * backend.sin(x), accepts=INEXACT)
def cos(backend: Backend, x: Array) -> Array:
    """Return the cosine of x.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.cos([0.0]).numpy().tolist()
    [1.0]
    """
    return backend.cos(x)


@elementwise(lambda gradient, output: gradient * (1 + output * output), accepts=INEXACT)
def tan(backend: Backend, x: Array) -> Array:
    """Return the tangent of x.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.tan([0.0]).numpy().tolist()
    [0.0]
    """
    return backend.tan(x)


@elementwise(lambda backend, gradient, x: gradient / backend.sqrt((1 - x) * (1 + x)), accepts=INEXACT)
def asin(backend: Backend, x: Array) -> Array:
    """Return the angle from -π/2 to π/2 whose sine is x; NaN for real numbers outside -1 to 1.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.asin([0.0, 2.0]).numpy().tolist()
    [0.0, nan]
    """
    return backend.asin(x)


@elementwise(lambda backend, gradient, x: -gradient / backend.sqrt((1 - x) * (1 + x)), accepts=INEXACT)
def acos(backend: Backend, x: Array) -> Array:
    """Return the angle from 0 to π whose cosine is x; NaN for real numbers outside -1 to 1.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.acos([1.0, 2.0]).numpy().tolist()
    [0.0, nan]
    """
    return backend.acos(x)


@elementwise(lambda gradient, x: gradient / (1 + x * x), accepts=INEXACT)
def atan(backend: Backend, x: Array) -> Array:
    """Return the angle from -π/2 to π/2 whose tangent is x.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.atan([0.0]).numpy().tolist()
    [0.0]
    """
    return backend.atan(x)


@elementwise(
    lambda gradient, y, x: gradient * (x / (x * x + y * y)),
    lambda gradient, y, x: -gradient * (y / (x * x + y * y)),
    accepts=FLOATING,
)
def atan2(backend: Backend, y: Array, x: Array) -> Array:
    """Return the angle from -π to π of the point (x, y), seen from the positive x-axis.

    Args:
        y, x: floating-point tensors of one dtype whose shapes broadcast; the ordinate comes first.

    >>> import polytape as tf
    >>> print(tf.atan2([0.0, 1.0], [1.0, 0.0]).numpy().round(4))
    [0.     1.5708]
    """
    return backend.atan2(y, x)
