"""Stages that choose among what another stage gives, or give it again; most work on row numbers as on elements."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import Any

from polytape.data.stage import INFINITE, UNKNOWN, Reordering, Stage


class Taken(Reordering):
    """The first `size`, or all if `size` is negative."""

    is_in_order = True

    def __init__(self, source: Stage, size: int) -> None:
        super().__init__(source)
        self.size = size

    def elements(self) -> Iterator[Any]:
        return islice(self.source.elements(), self.size if self.size >= 0 else None)

    def cardinality(self) -> int:
        available = self.source.cardinality()
        if self.size < 0 or available == UNKNOWN:
            return available if self.size else 0
        return self.size if available == INFINITE else min(self.size, available)


class Skipped(Reordering):
    """All but the first `size`, or none if `size` is negative."""

    def __init__(self, source: Stage, size: int) -> None:
        super().__init__(source)
        self.size = size

    def elements(self) -> Iterator[Any]:
        return iter(()) if self.size < 0 else islice(self.source.elements(), self.size, None)

    def cardinality(self) -> int:
        if self.size < 0:
            return 0
        available = self.source.cardinality()
        return available if available < 0 else max(available - self.size, 0)


class Sharded(Reordering):
    """Every `shards`-th, starting with number `index`."""

    def __init__(self, source: Stage, shards: int, index: int) -> None:
        super().__init__(source)
        self.shards = shards
        self.index = index

    def elements(self) -> Iterator[Any]:
        return islice(self.source.elements(), self.index, None, self.shards)

    def cardinality(self) -> int:
        available = self.source.cardinality()
        return available if available < 0 else len(range(self.index, available, self.shards))


class Repeated(Reordering):
    """The source `times` times, or without end if `times` is negative; an empty source stays empty."""

    is_in_order = True

    def __init__(self, source: Stage, times: int) -> None:
        super().__init__(source)
        self.times = times

    def elements(self) -> Iterator[Any]:
        for _ in count() if self.times < 0 else range(self.times):
            elements = self.source.elements()
            first = list(islice(elements, 1))
            if not first:
                return
            yield from first
            yield from elements

    def cardinality(self) -> int:
        once = self.source.cardinality()
        if not once or not self.times:
            return 0
        if self.times < 0:
            return INFINITE
        return once if once < 0 else once * self.times
