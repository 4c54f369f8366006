"""What distributions that are sampled by trial and error draw from: a stream of their own for every element.

Element e takes the words of the counters (e, 0), (e, 1), ... under a key made for the call. So a number
depends neither on how many trials its neighbours take, nor on the order in which elements are computed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape import dtypes
from polytape.backend import Array
from polytape.dtypes import DType
from polytape.ops.random_normal import normal_from_words
from polytape.ops.threefry import block_words, threefry2x32

Words = tuple[Array, Array]


class ElementStreams:
    """The words of `count` elements.

    Args:
        backend: the backend of `state`.
        state: key and counter; the key of the elements is the block that they give.
        count: the number of elements, below 2³².
        dtype: the dtype, float32 or float64, in which numbers are computed.
    """

    def __init__(self, backend: Any, state: Array, count: int, dtype: DType) -> None:
        self.backend = backend
        self.dtype = dtype
        self.native = backend.native_dtype(dtype)
        self.key = block_words(backend, state, 1)
        self.elements = backend.arange(0, count, 1, dtype=state.dtype, device=backend.device_of(state))

    def words(self, step: int) -> Words:
        """The two words of each element at one step."""
        return threefry2x32(*self.key, self.elements, self.elements * 0 + step)

    def uniform(self, step: int) -> Array:
        """A number in [0, 1) for each element: of the step's first word, in double precision of both."""
        x0, x1 = self.words(step)
        if self.dtype is dtypes.float64:
            upper, lower = self._number(x0 >> 5), self._number(x1 >> 6)
            return (upper * 2.0**26 + lower) * 2.0**-53
        return self._number(x0 >> 8) * 2.0**-24

    def normal(self, step: int) -> Array:
        """A normal number for each element."""
        return normal_from_words(self.backend, *self.words(step), self.dtype)

    def _number(self, words: Array) -> Array:
        return self.backend.astype(words, dtype=self.native)


def accepted(backend: Any, start: Array, settled: Array, attempt: Callable[[int], Words]) -> Array:
    """Return for each element the value of its first accepted attempt.

    Args:
        start: the values of the elements that need none.
        settled: which elements these are.
        attempt: `(number) -> (values, whether each is accepted)`.
    """
    values, number = start, 0
    while not bool(backend.all(settled)):
        tried, good = attempt(number)
        values = backend.where(settled, values, tried)
        settled = backend.logical_or(settled, good)
        number += 1
    return values
