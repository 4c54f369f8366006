"""Graph mode's functions: each says that it is not there, and what to write instead.

Where TensorFlow itself refuses a call in eager mode, the message begins with TensorFlow's words.
"""

from __future__ import annotations

from typing import Any, NoReturn

from polytape.errors import FailedPreconditionError


def placeholder(dtype: Any = None, shape: Any = None, name: str | None = None) -> NoReturn:
    """Raise: values are there at once, and none is fed later.

    Raises:
        FailedPreconditionError: always; it is a `RuntimeError`, as in TensorFlow.

    >>> import polytape as tf
    >>> tf.compat.v1.placeholder(tf.float32)
    Traceback (most recent call last):
        ...
    polytape.errors.FailedPreconditionError: tf.placeholder() is not compatible with eager execution. ...
    """
    raise FailedPreconditionError(
        "tf.placeholder() is not compatible with eager execution. Write a function with a parameter in its "
        "place, and call it with the value that would be fed."
    )


def placeholder_with_default(input: Any, shape: Any = None, name: str | None = None) -> Any:
    """Return `input` as a tensor: with nothing to feed, the default is the value."""
    from polytape.conversion import convert

    return convert(input)


def gradients(ys: Any = None, xs: Any = None, grad_ys: Any = None, *arguments: Any, **options: Any) -> NoReturn:
    """Raise: a `GradientTape` has to be there when the target is computed."""
    raise FailedPreconditionError(
        "tf.gradients is not supported when eager execution is enabled. Use tf.GradientTape instead: compute "
        "the target inside `with tf.GradientTape() as tape:`, then call tape.gradient(target, sources)."
    )


def disable_eager_execution() -> NoReturn:
    """Raise: there is no graph mode to change to."""
    raise FailedPreconditionError(
        "disable_eager_execution: graph mode is not there; every op gives its value at once. Leave the call "
        "out, pass values as arguments of functions instead of feeding placeholders, and read results with "
        "tensor.numpy()."
    )


def disable_v2_behavior() -> NoReturn:
    """Raise, as `disable_eager_execution` does."""
    disable_eager_execution()


def enable_v2_behavior() -> None:
    """Do nothing: the behaviour of TensorFlow 2 is the only one."""


def global_variables_initializer() -> None:
    """Do nothing: a variable has its value from the start, as in TensorFlow's eager mode."""


local_variables_initializer = global_variables_initializer


class Session:
    """What runs graphs in TensorFlow 1; it can't be made here."""

    def __init__(self, target: str = "", graph: Any = None, config: Any = None) -> None:
        raise FailedPreconditionError(
            f"tf.{type(self).__name__}: graph mode is not there, so that a session has nothing to run. Call "
            "the ops themselves: each gives its value at once, and tensor.numpy() is what "
            "session.run(tensor) returns."
        )


class InteractiveSession(Session):
    """A `Session` that makes itself the default; it can't be made here either."""


class Graph:
    """What holds ops that have not run in TensorFlow 1; it can't be made here."""

    def __init__(self) -> None:
        raise FailedPreconditionError(
            "tf.Graph: graph mode is not there. Leave `with tf.Graph().as_default():` out: every op gives "
            "its value at once, and nothing is gathered that would have to be kept apart."
        )
