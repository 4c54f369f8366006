"""Ops that give back what they get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polytape.backend import Array, Backend
from polytape.dtypes import ANY
from polytape.op import op
from polytape.tensor import Tensor


@op(lambda gradient: gradient, accepts=ANY)
def identity(backend: Backend, input: Array) -> Array:
    """Return a tensor of the same elements as `input`.

    Args:
        input: a tensor or variable of any shape and dtype.

    >>> import polytape as tf
    >>> v = tf.Variable(1.0)
    >>> before = tf.identity(v)
    >>> _ = v.assign(2.0)
    >>> float(before)
    1.0
    """
    return input


@op(accepts=ANY)
def stop_gradient(backend: Backend, input: Array) -> Array:
    """Return a tensor of the same elements as `input`, a constant in the eyes of gradients.

    Args:
        input: a tensor or variable of any shape and dtype.

    >>> import polytape as tf
    >>> x = tf.Variable(3.0)
    >>> with tf.GradientTape() as tape:
    ...     y = x * tf.stop_gradient(x)
    >>> float(tape.gradient(y, x))
    3.0
    """
    return input


def identity_n(input: Sequence[Any], name: str | None = None) -> list[Tensor]:
    """Return a list of tensors of the same elements as those of a list.

    Args:
        input: tensors or variables, of any shapes and dtypes.

    >>> import polytape as tf
    >>> [t.numpy().tolist() for t in tf.identity_n([[1], 2.0])]
    [[1], 2.0]
    """
    return [identity(item) for item in input]
