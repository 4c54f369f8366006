"""Eager execution: the only mode there is."""

from __future__ import annotations

from typing import Any

from polytape.errors import InvalidArgumentError


def executing_eagerly() -> bool:
    """Return True: every op runs at once, also inside a `function`, which records a run.

    >>> import polytape as tf
    >>> tf.executing_eagerly()
    True
    """
    return True


def enable_eager_execution(config: Any = None, device_policy: Any = None, execution_mode: Any = None) -> None:
    """Do nothing: execution is eager from the start. For programs written for TensorFlow 1.

    Args:
        config: ignored.
        device_policy: ignored: tensors are moved by `tensor.to(...)` only.
        execution_mode: `None` or 0, synchronous.

    Raises:
        InvalidArgumentError: if asynchronous execution is asked for.

    >>> import polytape as tf
    >>> tf.compat.v1.enable_eager_execution()
    """
    if execution_mode not in (None, 0):
        raise InvalidArgumentError(
            f"enable_eager_execution: execution_mode must be None or tf.contrib.eager.SYNC; received "
            f"{execution_mode!r}. Ops run one after the other; leave the argument out."
        )
