"""Random integers on the host: for shuffling what is not a tensor."""

from __future__ import annotations

from collections.abc import Generator, Iterator, MutableSequence
from itertools import chain
from operator import length_hint
from typing import Any

import numpy as np

from polytape.errors import InvalidArgumentError
from polytape.ops.threefry import threefry2x32
from polytape.random.keys import WORD, derived

_FIRST = 16
_BLOCK = 16384


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
        self._size = _FIRST

    def below(self, n: int) -> int:
        """The next integer, at least 0 and below `n`, each as likely as another up to 2⁻⁶⁴."""
        if n < 1:
            raise InvalidArgumentError(f"below takes a number of at least 1; received {n}.")
        if not self._words:
            self._refill()
        return self._words.pop() * n >> 64

    def below_endlessly(self, n: int) -> Generator[int]:
        """What `below(n)` gives call after call, computed many at once; `n` is from 1 to 2³² - 1.

        Who closes the iterator can go on with the stream: what has not been asked for has not been used up.

        >>> one, other = Stream(seed=1), Stream(seed=1)
        >>> numbers = one.below_endlessly(6)
        >>> [next(numbers), next(numbers)] == [other.below(6), other.below(6)]
        True
        >>> numbers.close()
        >>> one.below(9) == other.below(9)
        True
        """
        while True:
            words = self._take(len(self._words) or self._grown())
            numbers = iter(_scaled(words, np.uint64(n)))
            try:
                yield from numbers
            finally:
                self._words = words[len(words) - length_hint(numbers) :][::-1].tolist()

    def shuffle(self, items: MutableSequence[Any]) -> None:
        """Put the items of a list in random order, by Fisher and Yates' exchanges from the end."""
        lasts = range(len(items) - 1, 0, -1)
        for last, chosen in zip(lasts, self.below_each(range(len(items), 1, -1))):
            items[last], items[chosen] = items[chosen], items[last]

    def below_each(self, limits: range) -> Iterator[int]:
        """What `below` gives for each of `limits` in turn, all of them from 1 to 2³² - 1; computed many at once.

        >>> one, other = Stream(seed=1), Stream(seed=1)
        >>> list(one.below_each(range(6, 1, -1))) == [other.below(n) for n in (6, 5, 4, 3, 2)]
        True
        """
        blocks = [limits[start : start + _BLOCK] for start in range(0, len(limits), _BLOCK)]
        return chain.from_iterable(map(self._below_block, blocks))

    def _below_block(self, limits: range) -> list[int]:
        numbers = np.arange(limits.start, limits.stop, limits.step).astype(np.uint64)
        return _scaled(self._take(len(numbers)), numbers)

    def _take(self, count: int) -> Any:
        """The next words as an array."""
        held = [self._words.pop() for _ in range(min(count, len(self._words)))]
        return np.concatenate([np.array(held, np.uint64), self._compute(count - len(held))])

    def _refill(self) -> None:
        """Compute further words, more each time: a stream from which few are drawn is cheap to start."""
        self._words = self._compute(self._grown())[::-1].tolist()

    def _grown(self) -> int:
        """How many words to compute now; four times as many the next time."""
        size, self._size = self._size, min(4 * self._size, _BLOCK)
        return size

    def _compute(self, count: int) -> Any:
        """The words of the next `count` counters."""
        counters = np.arange(self._counter, self._counter + count, dtype=np.uint64)
        key0, key1 = (np.array([word], np.uint32) for word in self._key)
        low, high = (
            (counters & np.uint64(WORD)).astype(np.uint32),
            (counters >> np.uint64(32)).astype(np.uint32),
        )
        first, second = (word.astype(np.uint64) for word in threefry2x32(key0, key1, low, high))
        self._counter += count
        return (first << np.uint64(32)) | second


def _scaled(words: Any, numbers: Any) -> list[int]:
    """The upper 64 bits of the products of words and numbers below 2³²; a product has 96 bits: by halves."""
    half = np.uint64(32)
    found: list[int] = (((words >> half) * numbers + ((words & np.uint64(WORD)) * numbers >> half)) >> half).tolist()
    return found
