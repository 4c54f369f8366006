"""Logic on truth values, element by element."""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import BOOL
from polytape.op import elementwise


@elementwise(accepts=BOOL)
def logical_and(backend: Backend, x: Array, y: Array) -> Array:
    """Return whether both are true.

    Args:
        x, y: bool tensors whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.logical_and([True, False], True).numpy().tolist()
    [True, False]
    """
    return backend.logical_and(x, y)


@elementwise(accepts=BOOL)
def logical_or(backend: Backend, x: Array, y: Array) -> Array:
    """Return whether at least one is true.

    Args:
        x, y: bool tensors whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.logical_or([True, False], False).numpy().tolist()
    [True, False]
    """
    return backend.logical_or(x, y)


@elementwise(accepts=BOOL)
def logical_xor(backend: Backend, x: Array, y: Array) -> Array:
    """Return whether just one is true.

    Args:
        x, y: bool tensors whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.math.logical_xor([True, False], True).numpy().tolist()
    [False, True]
    """
    return backend.not_equal(x, y)


@elementwise(accepts=BOOL)
def logical_not(backend: Backend, x: Array) -> Array:
    """Return whether it is false.

    Args:
        x: a bool tensor.

    >>> import polytape as tf
    >>> tf.logical_not([True, False]).numpy().tolist()
    [False, True]
    """
    return backend.logical_not(x)
