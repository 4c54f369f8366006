"""The global step of TensorFlow 1: one variable of the process that counts training steps."""

from __future__ import annotations

from polytape.dtypes import int64
from polytape.variable import Variable

_held: list[Variable] = []


def get_global_step() -> Variable | None:
    """Return the process's variable that counts steps, or `None` if nobody has asked for one to be made."""
    return _held[0] if _held else None


def get_or_create_global_step() -> Variable:
    """Return the process's variable that counts steps, for `apply_gradients(..., global_step=...)`.

    >>> import polytape as tf
    >>> tf.train.get_or_create_global_step() is tf.train.get_global_step()
    True
    """
    if not _held:
        _held.append(Variable(0, trainable=False, name="global_step", dtype=int64))
    return _held[0]
