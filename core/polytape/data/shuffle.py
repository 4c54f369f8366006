"""Shuffling, by a buffer from which elements are drawn at random; it works on row numbers as on elements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, count, islice
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
        stream = Stream(self.seed + run)  # the seed is 64 mixed bits: sums do not meet by accident
        return chain.from_iterable(self._parts(stream))

    def _parts(self, stream: Stream) -> Iterator[Iterable[Any]]:
        """What goes out while items come in, and what is left in the end."""
        items = self.source.elements()
        buffer = list(islice(items, self.size))
        if len(buffer) == self.size:  # else there are no further items, and perhaps nothing to draw from
            yield _exchanged(buffer, items, stream)
        stream.shuffle(buffer)
        yield buffer


def _exchanged(buffer: list[Any], items: Iterator[Any], stream: Stream) -> Iterator[Any]:
    """What each item drives out of a full buffer, whose place it takes."""
    places = stream.below_endlessly(len(buffer))
    for item, place in zip(items, places):
        drawn = buffer[place]
        buffer[place] = item
        yield drawn
    places.close()
