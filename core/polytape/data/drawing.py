"""Random numbers for many elements at once: those that each would draw if its turn came after the one before.

A stream's counter moves on by the same number for every element, which a run for one of them shows. So where in the
stream an element's draws lie is known before any is made, and the stream itself moves on once all have been made.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from polytape.backend import Array, Backend
from polytape.batched import NotBatchedError
from polytape.dtypes import DType
from polytape.random.keys import Key, state_tensor
from polytape.random.streams import Stream
from polytape.tensor import Tensor

DRAWN = ("random_integers", "random_normal", "random_truncated_normal", "random_uniform")
"""The functions of a backend that make numbers of a state alone, each of a word or two of its own."""
_FEW = 8


class States(NamedTuple):
    """The states from which many elements draw, as a backend's function that is given them in place of an array.

    Attributes:
        key: the stream's.
        counter: where the first element's numbers begin.
        stride: how much further on those of the next one do.
        elements: how many elements there are.
        dtype: that of a state, native.
    """

    key: Key
    counter: int
    stride: int
    elements: int
    dtype: Any
    shape: tuple[int, ...] = (4,)

    def of(self, element: int) -> Array:
        """The state of one element."""
        return state_tensor(self.key, self.counter + element * self.stride & 0xFFFFFFFFFFFFFFFF)._array

    def draw(self, backend: Backend, name: str, shape: tuple[int, ...], dtype: DType, **options: Any) -> Array:
        """What a backend's function gives each element, stacked."""
        function = getattr(backend, name)
        size = math.prod(shape)
        if self.stride > max(2 * size, _FEW):  # most of the numbers would be made for nothing
            made = [function(self.of(element), shape=shape, dtype=dtype, **options) for element in range(self.elements)]
            return backend.pack(*made, axis=0)
        each = self.stride if dtype.size == 8 else 2 * self.stride  # a counter's two words are two short numbers
        made = function(self.of(0), shape=(self.elements * each,), dtype=dtype, **options)
        rows = backend.reshape(made, shape=(self.elements, each))
        return backend.reshape(backend.getitem(rows, key=(slice(None), slice(size))), shape=(self.elements, *shape))


class DrawnMeanwhileError(NotBatchedError):
    """Another thread drew from a stream while the draws of many elements were made."""


class Draws:
    """The draws of a function that runs once for many elements.

    Args:
        totals: how many numbers each element draws from each stream; `None` in the run that finds that out.
        elements: how many elements there are.
        adopt: the backend that the function runs on, over a backend.
    """

    def __init__(self, totals: dict[Stream, int] | None, count: int, adopt: Callable[[Backend], Backend]) -> None:
        self.totals = totals
        self.count = count
        self.adopt = adopt
        self.taken: dict[Stream, int] = {}
        self.starts: dict[Stream, tuple[Key, int]] = {}

    def draw(self, stream: Stream, count: int) -> Tensor:
        """The states for the next `count` numbers of each element."""
        key, counter = self.starts.setdefault(stream, (stream.key, stream.counter))
        before = self.taken.get(stream, 0)
        self.taken[stream] = before + count
        stride = before + count if self.totals is None else self.totals[stream]
        like = state_tensor(key)
        states = States(key, counter + before, stride, self.count, like._array.dtype)
        return Tensor(states, self.adopt(like._backend))

    def finish(self) -> None:
        """Move the streams on.

        Raises:
            DrawnMeanwhileError: if somebody else has moved one.
            NotBatchedError: if the function has not drawn as it did before.
        """
        if self.totals is None:
            return
        if self.taken != self.totals:
            raise NotBatchedError("Elements must draw the same number of random numbers each.")
        for stream, start in self.starts.items():
            if not stream.move(*start, self.taken[stream] * self.count):
                raise DrawnMeanwhileError("Random numbers were drawn elsewhere at the same time.")
