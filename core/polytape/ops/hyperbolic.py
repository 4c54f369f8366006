"""Hyperbolic functions and their inverses, element by element."""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import INEXACT
from polytape.op import elementwise


@elementwise(lambda backend, gradient, x: gradient * backend.cosh(x), accepts=INEXACT)
def sinh(backend: Backend, x: Array) -> Array:
    """Return the hyperbolic sine of x.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.sinh([0.0]).numpy().tolist()
    [0.0]
    """
    return backend.sinh(x)


@elementwise(lambda backend, gradient, x: gradient * backend.sinh(x), accepts=INEXACT)
def cosh(backend: Backend, x: Array) -> Array:
    """Return the hyperbolic cosine of x.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.cosh([0.0]).numpy().tolist()
    [1.0]
    """
    return backend.cosh(x)


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


@elementwise(lambda backend, gradient, x: gradient / backend.sqrt(1 + x * x), accepts=INEXACT)
def asinh(backend: Backend, x: Array) -> Array:
    """Return the number whose hyperbolic sine is x.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.asinh([0.0]).numpy().tolist()
    [0.0]
    """
    return backend.asinh(x)


@elementwise(lambda backend, gradient, x: gradient / (backend.sqrt(x - 1) * backend.sqrt(x + 1)), accepts=INEXACT)
def acosh(backend: Backend, x: Array) -> Array:
    """Return the number, at least 0, whose hyperbolic cosine is x; NaN for real numbers below 1.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.acosh([1.0, 0.0]).numpy().tolist()
    [0.0, nan]
    """
    return backend.acosh(x)


@elementwise(lambda gradient, x: gradient / ((1 - x) * (1 + x)), accepts=INEXACT)
def atanh(backend: Backend, x: Array) -> Array:
    """Return the number whose hyperbolic tangent is x; NaN for real numbers outside -1 to 1.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.atanh([0.0, 1.0, 2.0]).numpy().tolist()
    [0.0, inf, nan]
    """
    return backend.atanh(x)
