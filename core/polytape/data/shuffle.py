"""Shuffling, by a buffer from which elements are drawn at random; it works on row numbers as on elements."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import Any

from polytape.data.stage import Reordering, Stage, peeking
from polytape.random.host import Stream


class Shuffled(Reordering):
    """The source in random order.

    Where the buffer holds all of the source, every order is equally likely. Otherwise each element that comes
    takes the place in the buffer of one that is drawn at random and goes out, as in TensorFlow.

    Args:
        size: how many elements the buffer holds.
        seed: where the random numbers start.
        reshuffle: whether every run through has an order of its own.
    """

    def __init__(self, source: Stage, size: int, seed: int, reshuffle: bool) -> None:
        super().__init__(source)
        self.size = size
        self.seed = seed
        self.reshuffle = reshuffle
        self.runs = count()

    def elements(self) -> Iterator[Any]:
        run = next(self.runs) if self.reshuffle and not peeking.get() else 0
        return self._drawn(Stream(self.seed + run))  # the seed is 64 mixed bits: sums do not meet by accident

    def _drawn(self, stream: Stream) -> Iterator[Any]:
        items = self.source.elements()
        buffer = list(islice(items, self.size))
        below = stream.below
        size = len(buffer)
        for item in items:
            place = below(size)
            drawn = buffer[place]
            buffer[place] = item
            yield drawn
        stream.shuffle(buffer)
        yield from buffer
