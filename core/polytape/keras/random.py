"""`tf.keras.random`: random numbers."""

from __future__ import annotations

from polytape.random.seeded import (
    SeedGenerator as SeedGenerator,
    categorical as categorical,
    dropout as dropout,
    gamma as gamma,
    normal as normal,
    randint as randint,
    shuffle as shuffle,
    truncated_normal as truncated_normal,
    uniform as uniform,
)
