"""Ops that give back what they get."""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import ANY
from polytape.op import op


@op(lambda gradient: gradient, accepts=ANY)
def identity(backend: Backend, x: Array) -> Array:
    """Return a tensor of the same elements as `x`.

    Args:
        x: a tensor or variable of any shape and dtype.

    >>> import polytape as tf
    >>> v = tf.Variable(1.0)
    >>> before = tf.identity(v)
    >>> _ = v.assign(2.0)
    >>> float(before)
    1.0
    """
    return x


@op(accepts=ANY)
def stop_gradient(backend: Backend, x: Array) -> Array:
    """Return a tensor of the same elements as `x`, a constant in the eyes of gradients.

    Args:
        x: a tensor or variable of any shape and dtype.

    >>> import polytape as tf
    >>> x = tf.Variable(3.0)
    >>> with tf.GradientTape() as tape:
    ...     y = x * tf.stop_gradient(x)
    >>> float(tape.gradient(y, x))
    3.0
    """
    return x
