"""Random integers on the host, one at a time: for shuffling what is not a tensor."""

from __future__ import annotations

from collections.abc import MutableSequence
from typing import Any

import numpy as np

from polytape.errors import InvalidArgumentError
from polytape.ops.threefry import threefry2x32
from polytape.random.keys import WORD, derived

_LARGEST = 1024


class Stream:
    """A sequence of random 64-bit words, the same for the same seed: `below` uses up one word a call.

    Word i is the block of counter i under the key that `keys.derived(seed, b"hostdraw")` gives, its first
    word being the upper half. Not for several threads at once.

    Args:
        seed: any integer.

    >>> stream = Stream(seed=1)
    >>> 0 <= stream.below(6) < 6
    True
    """

    def __init__(self, seed: int) -> None:
        self._key = derived(seed & 0xFFFFFFFFFFFFFFFF, b"hostdraw")
        self._counter = 0
        self._words: list[int] = []
        self._size = 16

    def below(self, n: int) -> int:
        """The next integer, at least 0 and below `n`, each as likely as another up to 2⁻⁶⁴."""
        if n < 1:
            raise InvalidArgumentError(f"below takes a number of at least 1; received {n}.")
        if not self._words:
            self._refill()
        return self._words.pop() * n >> 64

    def shuffle(self, items: MutableSequence[Any]) -> None:
        """Put the items of a list in random order, by Fisher and Yates' exchanges from the end."""
        for last in range(len(items) - 1, 0, -1):
            chosen = self.below(last + 1)
            items[last], items[chosen] = items[chosen], items[last]

    def _refill(self) -> None:
        """Compute further words, more each time: a stream from which few are drawn is cheap to start."""
        counters = np.arange(self._counter, self._counter + self._size, dtype=np.uint64)
        key0, key1 = (np.array([word], np.uint32) for word in self._key)
        low, high = (
            (counters & np.uint64(WORD)).astype(np.uint32),
            (counters >> np.uint64(32)).astype(np.uint32),
        )
        first, second = (word.astype(np.uint64) for word in threefry2x32(key0, key1, low, high))
        self._words = ((first << np.uint64(32)) | second)[::-1].tolist()
        self._counter += self._size
        self._size = min(2 * self._size, _LARGEST)
