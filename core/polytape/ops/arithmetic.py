"""Arithmetic, element by element; operands broadcast and share a dtype."""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import INEXACT, SIGNED
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


@elementwise(lambda gradient: -gradient, accepts=SIGNED | INEXACT)
def negative(backend: Backend, x: Array) -> Array:
    """Return -x.

    >>> import polytape as tf
    >>> tf.negative([1.0, -2.0]).numpy().tolist()
    [-1.0, 2.0]
    """
    return backend.negative(x)


@elementwise(
    lambda backend, gradient, x, x_dtype: backend.astype(gradient, dtype=x_dtype) * backend.sign(x),
    holomorphic=False,
)
def abs(backend: Backend, x: Array) -> Array:
    """Return |x|, of a complex number the modulus, which is real.

    Args:
        x: a numeric tensor.

    >>> import polytape as tf
    >>> tf.abs([-1.0, 2.0]).numpy().tolist(), float(tf.abs(3 + 4j))
    ([1.0, 2.0], 5.0)
    """
    return backend.abs(x)


@elementwise(lambda backend, x_shape, x_dtype: backend.full(x_shape, 0, dtype=x_dtype), holomorphic=False)
def sign(backend: Backend, x: Array) -> Array:
    """Return -1, 0 or 1, of the sign of x; x / |x| for complex numbers, and NaN for NaN.

    Args:
        x: a numeric tensor.

    >>> import polytape as tf
    >>> tf.sign([-3.0, 0.0, 5.0]).numpy().tolist()
    [-1.0, 0.0, 1.0]
    """
    if backend.dtype_of(x).is_complex:
        zero = backend.equal(x, 0)
        return x / backend.where(zero, 1, backend.astype(backend.abs(x), dtype=x.dtype))
    signs = backend.astype(backend.greater(x, 0), dtype=x.dtype) - backend.astype(
        backend.less(x, 0), dtype=x.dtype
    )
    return backend.where(backend.not_equal(x, x), x, signs)
