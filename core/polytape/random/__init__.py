"""Random numbers: the same for a seed, bit for bit, on every backend. See docs/reference/portable-random.md."""

from polytape.random.stateful import (
    normal as normal,
    shuffle as shuffle,
    truncated_normal as truncated_normal,
    uniform as uniform,
)
from polytape.random.streams import set_seed as set_seed
