"""`tf.keras.losses`: what plugins contribute, those that come with polytape included."""

from __future__ import annotations

from typing import Any

from polytape.errors import InvalidArgumentError
from polytape.plugins.contributions import Contributions

contributions = Contributions("losses", __name__)
__getattr__ = contributions.attribute
__dir__ = contributions.directory


def get(identifier: Any) -> Any:
    """Return the loss that `identifier` names.

    Args:
        identifier: a name, such as `"mse"` for a function or `"MeanSquaredError"` for an object of that class; a
            configuration `{"class_name": ..., "config": ...}`; a class; or a loss itself.

    >>> import polytape as tf
    >>> float(tf.keras.losses.get("mse")(tf.constant([1.0]), tf.constant([3.0])))
    4.0
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        return contributions.get(identifier["class_name"]).from_config(identifier["config"])
    found = contributions.get(identifier) if isinstance(identifier, str) else identifier
    if isinstance(found, type):
        return found()
    if callable(found):
        return found
    raise InvalidArgumentError(f"A loss is a name, a configuration or a function; received {identifier!r}.")
