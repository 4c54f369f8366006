"""`tf.keras.datasets`: what plugins contribute, those that come with polytape included."""

from __future__ import annotations

from polytape.plugins.contributions import Contributions

contributions = Contributions("datasets", __name__)
__getattr__ = contributions.attribute
__dir__ = contributions.directory
