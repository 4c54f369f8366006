"""From seeds to Threefry keys, and from a key and a counter to the state tensor that random ops take."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape.conversion import to_numpy
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.ops.threefry import threefry2x32
from polytape.plugins import backends
from polytape.tensor import Tensor

Key = tuple[int, int]
"""Two 32-bit words."""

WORD = 0xFFFFFFFF


def words(number: int) -> Key:
    """The low and the high word of a 64-bit number; a negative one counts from 2⁶⁴ down."""
    return number & WORD, number >> 32 & WORD


def block(key: Key, counter: Key) -> Key:
    """The two words of one counter under a key."""
    first, second = threefry2x32(*[np.array([word], np.uint32) for word in (*key, *counter)])
    return int(first[0]), int(second[0])


def key_of(first: int, second: int) -> Key:
    """The key of a pair of seeds: themselves if both are int32 numbers, else a block that mixes all bits."""
    if -(1 << 31) <= first < 1 << 31 and -(1 << 31) <= second < 1 << 31:
        return first & WORD, second & WORD
    (low0, high0), (low1, high1) = words(first), words(second)
    return block((high0, high1), (low0, low1))


def derived(seed: int, purpose: bytes) -> Key:
    """A key made of one seed; other for each purpose, a name of eight letters."""
    letters = int.from_bytes(purpose[:4], "big"), int.from_bytes(purpose[4:], "big")
    return block(words(seed), letters)


def pair(seed: Any, op: str) -> tuple[int, int]:
    """The two integers of a stateless op's seed.

    Raises:
        InvalidArgumentError: if there are not two.
        DTypeError: if they are not integers.
    """
    if isinstance(seed, (list, tuple)) and len(seed) == 2 and type(seed[0]) is int and type(seed[1]) is int:
        return seed[0], seed[1]
    array = np.asarray(seed) if isinstance(seed, Tensor) else to_numpy(seed)
    if array.dtype.kind not in "iu":
        raise DTypeError(f"{op}: seed must be of two integers; received dtype {array.dtype}.")
    if array.shape != (2,):
        raise InvalidArgumentError(
            f"{op}: seed must be of two integers, shape [2]; received shape {list(array.shape)}."
        )
    first, second = array.tolist()
    return first, second


def state_tensor(key: Key, counter: int = 0) -> Tensor:
    """The state that random ops take: the key's words and the counter's, the low one first."""
    backend, device = backends.placement()
    host = np.array((*key, counter & WORD, counter >> 32 & WORD), np.uint32)
    return Tensor(backend.from_numpy(host, device), backend)
