"""`tf.keras.random`: random numbers."""

from __future__ import annotations

from polytape.random import (
    categorical as categorical,
    gamma as gamma,
    normal as normal,
    shuffle as shuffle,
    truncated_normal as truncated_normal,
    uniform as uniform,
)
