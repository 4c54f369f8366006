"""Bits of integers, element by element; no gradient flows."""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import INTEGER
from polytape.op import elementwise


@elementwise(accepts=INTEGER)
def bitwise_and(backend: Backend, x: Array, y: Array) -> Array:
    """Return the bits that are set in both.

    Args:
        x, y: integer tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.bitwise.bitwise_and([5, 6], 3).numpy().tolist()
    [1, 2]
    """
    return backend.bitwise_and(x, y)


@elementwise(accepts=INTEGER)
def bitwise_or(backend: Backend, x: Array, y: Array) -> Array:
    """Return the bits that are set in at least one.

    Args:
        x, y: integer tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.bitwise.bitwise_or([5, 6], 3).numpy().tolist()
    [7, 7]
    """
    return backend.bitwise_or(x, y)


@elementwise(accepts=INTEGER)
def bitwise_xor(backend: Backend, x: Array, y: Array) -> Array:
    """Return the bits that are set in just one.

    Args:
        x, y: integer tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.bitwise.bitwise_xor([5, 6], 3).numpy().tolist()
    [6, 5]
    """
    return backend.bitwise_xor(x, y)


@elementwise(accepts=INTEGER)
def bitwise_invert(backend: Backend, x: Array) -> Array:
    """Return the bits that are not set.

    Args:
        x: an integer tensor.

    >>> import polytape as tf
    >>> tf.bitwise.invert([0, 5]).numpy().tolist()
    [-1, -6]
    """
    return backend.bitwise_invert(x)


@elementwise(accepts=INTEGER)
def bitwise_left_shift(backend: Backend, x: Array, y: Array) -> Array:
    """Return the bits of x moved up by y places; y is below the dtype's width.

    Args:
        x, y: integer tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.bitwise.left_shift([1, 3], 2).numpy().tolist()
    [4, 12]
    """
    return backend.bitwise_left_shift(x, y)


@elementwise(accepts=INTEGER)
def bitwise_right_shift(backend: Backend, x: Array, y: Array) -> Array:
    """Return the bits of x moved down by y places, and keep the sign; y is below the dtype's width.

    Args:
        x, y: integer tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.bitwise.right_shift([4, -8], 1).numpy().tolist()
    [2, -4]
    """
    return backend.bitwise_right_shift(x, y)
