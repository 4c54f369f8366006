"""What programs that build graphs say, and eager programs still write: scopes of names, dependencies, groups.

Ops run when they are called, in the order of the program, so there is nothing left to order or to name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from polytape.custom_gradient import custom_gradient
from polytape.dtypes import float64
from polytape.errors import DTypeError
from polytape.ops.creation import constant, convert_to_tensor
from polytape.tensor import Tensor


@contextmanager
def name_scope(name: str) -> Iterator[str]:
    """Give the scope's name to the block; names of ops are nowhere shown.

    Args:
        name: a string.

    >>> import polytape as tf
    >>> with tf.name_scope("layer") as scope:
    ...     scope
    'layer/'
    """
    if not isinstance(name, str):
        raise DTypeError(f"name_scope: name must be a string; received {name!r}.")
    yield name if name.endswith("/") or not name else f"{name}/"


@contextmanager
def control_dependencies(control_inputs: Any) -> Iterator[None]:
    """Do nothing: what was called before has run. Callables among the inputs are called.

    >>> import polytape as tf
    >>> v = tf.Variable(1.0)
    >>> with tf.control_dependencies([v.assign(2.0)]):
    ...     float(v)
    2.0
    """
    for item in control_inputs or ():
        if callable(item):
            item()
    yield


@contextmanager
def init_scope() -> Iterator[None]:
    """Do nothing: there is no graph to leave.

    >>> import polytape as tf
    >>> with tf.init_scope():
    ...     tf.executing_eagerly()
    True
    """
    yield


def inside_function() -> bool:
    """Return False: Python runs all code that it comes to.

    >>> import polytape as tf
    >>> tf.inside_function()
    False
    """
    return False


def group(*inputs: Any, name: str | None = None) -> None:
    """Return `None`: what stands in the arguments has run.

    >>> import polytape as tf
    >>> v, w = tf.Variable(1.0), tf.Variable(2.0)
    >>> tf.group(v.assign(3.0), w.assign(4.0))
    >>> float(v + w)
    7.0
    """


def no_op(name: str | None = None) -> None:
    """Return `None`.

    >>> import polytape as tf
    >>> tf.no_op()
    """


def tuple(tensors: Any, control_inputs: Any = None, name: str | None = None) -> list[Any]:
    """Return a list of tensors; `None` stays `None`.

    >>> import polytape as tf
    >>> [t.dtype.name for t in tf.tuple([1, 2.0])]
    ['int32', 'float32']
    """
    return [None if item is None else convert_to_tensor(item) for item in tensors]


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """Return a tensor's value as a NumPy array, or `None` for what is no tensor.

    Args:
        tensor: a tensor.
        partial: TensorFlow's; values are always known in full.

    >>> import polytape as tf
    >>> tf.get_static_value(tf.constant([1, 2])).tolist()
    [1, 2]
    """
    return tensor.numpy() if isinstance(tensor, Tensor) else None


def timestamp(name: str | None = None) -> Tensor:
    """Return the seconds since the beginning of 1970, a float64 tensor.

    >>> import polytape as tf
    >>> start = tf.timestamp()
    >>> bool(tf.timestamp() >= start)
    True
    """
    return constant(time.time(), float64)


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that computes what `f` does, with the gradient of the identity.

    Args:
        f: takes tensors and returns one, of the shape of its first argument.

    >>> import polytape as tf
    >>> x = tf.Variable(1.4)
    >>> with tf.GradientTape() as tape:
    ...     y = 3 * tf.grad_pass_through(tf.round)(x)
    >>> float(y), float(tape.gradient(y, x))
    (3.0, 3.0)
    """

    @wraps(f)
    def passing(*arguments: Any, **options: Any) -> Any:
        @custom_gradient
        def computed(*tensors: Any) -> Any:
            return f(*tensors, **options), lambda *upstream: upstream if len(upstream) > 1 else upstream[0]

        return computed(*arguments)

    return passing
