"""Stages that join elements to batches, and take batches apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from polytape.data import specification
from polytape.data.slicing import reader
from polytape.data.stacking import join
from polytape.data.stage import UNKNOWN, Stage, Transformation
from polytape.data.structure import flatten
from polytape.errors import InvalidArgumentError


class Batched(Transformation):
    """Every `size` elements stacked along a new first axis; the last batch may be smaller, or is dropped."""

    def __init__(self, source: Stage, size: int, drop_remainder: bool) -> None:
        super().__init__(source)
        self.size = size
        self.drop_remainder = drop_remainder

    def elements(self) -> Iterator[Any]:
        # Of arrays in memory only the row numbers are cut into blocks, and each block is gathered at once.
        rows = self.source.as_rows()
        if rows is not None:
            return map(rows.table.gather, blocks(rows.order.elements(), self.size, self.drop_remainder))
        return map(join, blocks(self.source.elements(), self.size, self.drop_remainder))

    def cardinality(self) -> int:
        available = self.source.cardinality()
        if available < 0:
            return available
        return available // self.size if self.drop_remainder else -(-available // self.size)

    def specification(self) -> Any:
        return specification.batched(self.source.specification(), self.size if self.drop_remainder else None)


class Unbatched(Transformation):
    """The slices of each element along its first axis."""

    def elements(self) -> Iterator[Any]:
        for element in self.source.elements():
            leaves = flatten(element)
            shapes = [tuple(leaf.shape) for leaf in leaves]
            if not all(shapes) or len({shape[0] for shape in shapes}) > 1:
                raise InvalidArgumentError(
                    "unbatch: all components need a first axis of one length, along which they are taken "
                    "apart; "
                    f"received shapes {', '.join(str(list(shape)) for shape in shapes)}."
                )
            yield from map(reader(element), range(shapes[0][0]))

    def cardinality(self) -> int:
        batches = self.source.cardinality()
        if batches <= 0 or not self.is_specified():
            return batches if batches <= 0 else UNKNOWN
        lengths = [leaf.shape[0] for leaf in flatten(self.source.specification()) if leaf.shape]
        return next((length * batches for length in lengths if length is not None), UNKNOWN)

    def specification(self) -> Any:
        return specification.sliced(self.source.specification())


def blocks(items: Iterator[Any], size: int, drop_remainder: bool) -> Iterator[list[Any]]:
    """Cut what an iterator gives into lists of `size`, the last of which may be shorter, or is dropped."""
    while block := list(islice(items, size)):
        if len(block) < size and drop_remainder:
            return
        yield block
