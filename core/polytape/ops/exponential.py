"""Exponentials, logarithms and the functions made of them, element by element."""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import FLOATING, INEXACT
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


@elementwise(lambda backend, gradient, x: gradient * backend.exp(x), accepts=INEXACT)
def expm1(backend: Backend, x: Array) -> Array:
    """Return exp(x) - 1, with all its digits also for small x.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> float(tf.math.expm1(tf.constant(1e-20, tf.float64)))
    1e-20
    """
    return backend.expm1(x)


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


@elementwise(lambda gradient, x: gradient / (1 + x), accepts=INEXACT)
def log1p(backend: Backend, x: Array) -> Array:
    """Return log(1 + x), with all its digits also for small x.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> float(tf.math.log1p(tf.constant(1e-20, tf.float64)))
    1e-20
    """
    return backend.log1p(x)


@elementwise(lambda gradient, output: gradient * output * (1 - output), accepts=INEXACT)
def sigmoid(backend: Backend, x: Array) -> Array:
    """Return 1 / (1 + exp(-x)).

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.sigmoid([0.0]).numpy().tolist()
    [0.5]
    """
    return backend.divide(1, 1 + backend.exp(-x))


@elementwise(lambda backend, gradient, features: gradient * backend.sigmoid(features), accepts=FLOATING)
def softplus(backend: Backend, features: Array) -> Array:
    """Return log(1 + exp(features)), without overflow.

    Args:
        features: a floating-point tensor.

    >>> import polytape as tf
    >>> tf.math.softplus([-1000.0, 1000.0]).numpy().tolist()
    [0.0, 1000.0]
    """
    return backend.maximum(features, 0) + backend.log1p(backend.exp(-backend.abs(features)))


@elementwise(lambda backend, gradient, x: gradient * backend.sigmoid(-x), accepts=FLOATING)
def log_sigmoid(backend: Backend, x: Array) -> Array:
    """Return log(1 / (1 + exp(-x))), without overflow.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> tf.math.log_sigmoid([-1000.0, 1000.0]).numpy().tolist()
    [-1000.0, 0.0]
    """
    return backend.minimum(x, 0) - backend.log1p(backend.exp(-backend.abs(x)))


@elementwise(
    lambda backend, gradient, x, y: gradient * backend.where(backend.equal(x, 0), 0, backend.log(y)),
    lambda backend, gradient, x, y: gradient * backend.xdivy(x, y),
    accepts=INEXACT,
)
def xlogy(backend: Backend, x: Array, y: Array) -> Array:
    """Return x · log(y), and zero where x is zero.

    Args:
        x, y: floating-point or complex tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.math.xlogy([0.0, 2.0], [0.0, 1.0]).numpy().tolist()
    [0.0, 0.0]
    """
    return backend.where(backend.equal(x, 0), 0, x * backend.log(y))


@elementwise(
    lambda backend, gradient, x, y: gradient * backend.where(backend.equal(x, 0), 0, backend.log1p(y)),
    lambda backend, gradient, x, y: gradient * backend.xdivy(x, 1 + y),
    accepts=INEXACT,
)
def xlog1py(backend: Backend, x: Array, y: Array) -> Array:
    """Return x · log(1 + y), and zero where x is zero.

    Args:
        x, y: floating-point or complex tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.math.xlog1py([0.0, 2.0], [-1.0, 0.0]).numpy().tolist()
    [0.0, 0.0]
    """
    return backend.where(backend.equal(x, 0), 0, x * backend.log1p(y))


@elementwise(
    lambda backend, gradient, x, y: gradient * backend.where(backend.equal(x, 0), 0, 1 / y),
    lambda backend, gradient, x, y: -gradient * backend.xdivy(x, y * y),
    accepts=INEXACT,
)
def xdivy(backend: Backend, x: Array, y: Array) -> Array:
    """Return x / y, and zero where x is zero.

    Args:
        x, y: floating-point or complex tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.math.xdivy([0.0, 3.0], [0.0, 2.0]).numpy().tolist()
    [0.0, 1.5]
    """
    return backend.where(backend.equal(x, 0), 0, backend.divide(x, y))
