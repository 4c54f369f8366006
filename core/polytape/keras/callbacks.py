"""`tf.keras.callbacks`: what plugins contribute."""

from __future__ import annotations

from polytape.plugins.contributions import Contributions

contributions = Contributions("callbacks", __name__)
__getattr__ = contributions.attribute
__dir__ = contributions.directory
