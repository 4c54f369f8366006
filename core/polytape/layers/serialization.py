"""Layers from their configurations, and the other way round."""

from __future__ import annotations

import importlib
from typing import Any

from polytape.errors import InvalidArgumentError
from polytape.layers.layer import Layer
from polytape.spelling import did_you_mean


def serialize(layer: Layer) -> dict[str, Any]:
    """Return a layer's class and configuration.

    >>> import polytape as tf
    >>> tf.keras.layers.serialize(tf.keras.layers.Flatten(name="flat"))["class_name"]
    'Flatten'
    """
    return {"class_name": type(layer).__name__, "config": layer.get_config()}


def deserialize(config: Any) -> Any:
    """Return a layer of the class and configuration that `serialize` returned; a layer itself as it is.

    >>> import polytape as tf
    >>> tf.keras.layers.deserialize({"class_name": "Dense", "config": {"units": 3}}).units
    3
    """
    if isinstance(config, Layer):
        return config
    facade = importlib.import_module("polytape.keras.layers")  # the floor above: it knows the contributed layers
    name = config["class_name"]
    kind = getattr(facade, name, None)
    if kind is None and name == "Sequential":
        kind = importlib.import_module("polytape.models").Sequential
    if kind is None:
        raise InvalidArgumentError(
            f"No layer is called {name!r} in tf.keras.layers.{did_you_mean(name, dir(facade))} Of a class of your own, "
            "call from_config."
        )
    return kind.from_config(config["config"])
