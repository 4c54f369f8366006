"""Comparisons, element by element: what they give is bool, and no gradient flows."""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import ANY, REAL
from polytape.op import elementwise


@elementwise(accepts=ANY)
def equal(backend: Backend, x: Array, y: Array) -> Array:
    """Return whether x = y; a NaN equals nothing.

    Args:
        x, y: tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.equal([1, 2, 3], 2).numpy().tolist()
    [False, True, False]
    """
    return backend.equal(x, y)


@elementwise(accepts=ANY)
def not_equal(backend: Backend, x: Array, y: Array) -> Array:
    """Return whether x ≠ y; a NaN differs from everything.

    Args:
        x, y: tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.not_equal([1, 2, 3], 2).numpy().tolist()
    [True, False, True]
    """
    return backend.not_equal(x, y)


@elementwise(accepts=REAL)
def less(backend: Backend, x: Array, y: Array) -> Array:
    """Return whether x < y.

    Args:
        x, y: integer or floating-point tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.less([1, 2, 3], 2).numpy().tolist()
    [True, False, False]
    """
    return backend.less(x, y)


@elementwise(accepts=REAL)
def less_equal(backend: Backend, x: Array, y: Array) -> Array:
    """Return whether x ≤ y.

    Args:
        x, y: integer or floating-point tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.less_equal([1, 2, 3], 2).numpy().tolist()
    [True, True, False]
    """
    return backend.less_equal(x, y)


@elementwise(accepts=REAL)
def greater(backend: Backend, x: Array, y: Array) -> Array:
    """Return whether x > y.

    Args:
        x, y: integer or floating-point tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.greater([1, 2, 3], 2).numpy().tolist()
    [False, False, True]
    """
    return backend.greater(x, y)


@elementwise(accepts=REAL)
def greater_equal(backend: Backend, x: Array, y: Array) -> Array:
    """Return whether x ≥ y.

    Args:
        x, y: integer or floating-point tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.greater_equal([1, 2, 3], 2).numpy().tolist()
    [False, True, True]
    """
    return backend.greater_equal(x, y)
