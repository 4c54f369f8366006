"""Threefry-2x32-20: 64 well mixed bits for each counter and key, by additions, rotations and exclusive ors.

Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11, 2011.
What is made of the bits is specified in docs/reference/portable-random.md, with test vectors.
"""

from __future__ import annotations

from typing import Any

from polytape import dtypes
from polytape.backend import Array

ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
"""By how many places each round rotates: four rounds, four others, and so on in turn."""
PARITY = 0x1BD11BDA
"""What the third key word is made with, so that no key has only zeros."""


def threefry2x32(key0: Array, key1: Array, x0: Array, x1: Array) -> tuple[Array, Array]:
    """Return the two words for each counter (x0, x1) under a key.

    Args:
        key0, key1, x0, x1: uint32 arrays of shapes that broadcast, with at least one axis: additions wrap
            around, and some libraries warn of that where there are no axes.
    """
    keys = (key0, key1, key0 ^ key1 ^ PARITY)
    x0 = x0 + key0
    x1 = x1 + key1
    for group in range(5):
        for rotation in ROTATIONS[group % 2]:
            x0 = x0 + x1
            x1 = ((x1 << rotation) | (x1 >> (32 - rotation))) ^ x0
        x0 = x0 + keys[(group + 1) % 3]
        x1 = x1 + (keys[(group + 2) % 3] + (group + 1))
    return x0, x1


def block_words(backend: Any, state: Array, count: int) -> tuple[Array, Array]:
    """Return the two words of each of `count` counters in a row.

    Args:
        backend: the backend of `state`.
        state: uint32 of shape [4]: the two words of the key, the low and the high word of the first counter.
        count: how many, below 2³².
    """
    key0, key1, low, high = (backend.getitem(state, key=(slice(i, i + 1),)) for i in range(4))
    steps = backend.arange(0, count, 1, dtype=state.dtype, device=backend.device_of(state))
    x0 = steps + low
    carry = backend.astype(backend.less(x0, low), dtype=state.dtype)
    return threefry2x32(key0, key1, x0, carry + high)


STATE = frozenset((dtypes.uint32,))
"""The dtype of a state of shape [4]: key and counter."""
