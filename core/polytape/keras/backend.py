"""`tf.keras.backend`: the default dtype of layers, and what is left of Keras' own functions of tensors."""

from __future__ import annotations

from typing import Any

from polytape.floatx import floatx as floatx, set_floatx as set_floatx
from polytape.layers.naming import forget_names


def epsilon() -> float:
    """Return the number that is added where a division by zero threatens.

    >>> epsilon()
    1e-07
    """
    return 1e-7


def clear_session(free_memory: bool = True) -> None:
    """Forget the names of the layers made so far: the next dense layer is called `dense` again.

    Args:
        free_memory: Keras's; Python frees memory here when nothing refers to it any more.
    """
    forget_names()


def get_value(x: Any) -> Any:
    """Return the value of a variable or tensor as a NumPy array."""
    return x.numpy()


def set_value(x: Any, value: Any) -> None:
    """Assign a value to a variable."""
    x.assign(value)
