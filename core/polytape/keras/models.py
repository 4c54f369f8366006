"""`tf.keras.models`: layers made of layers."""

from __future__ import annotations

from polytape.models import Model as Model, Sequential as Sequential
