"""A stage that joins elements to batches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from polytape.data import specification
from polytape.data.stacking import join
from polytape.data.stage import Stage, Transformation


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
            return self._gathered(rows)
        return map(join, blocks(self.source.elements(), self.size, self.drop_remainder))

    def _gathered(self, rows: Any) -> Iterator[Any]:
        """The batches of rows."""
        numbers, gather = rows.order.elements(), rows.table.gather
        keeps_rest = rows.table.draws or not self.drop_remainder
        while True:
            block: list[Any] = []
            error = None
            try:
                block.extend(islice(numbers, self.size))
            except Exception as later:
                error = later
            if block and (len(block) == self.size or error or keeps_rest):
                batch = gather(block)
            if error is not None:  # none of the rows before had one
                raise error
            if len(block) < self.size:
                if block and not self.drop_remainder:
                    yield batch
                return
            yield batch

    def is_pure(self) -> bool:
        return self.source.is_pure()

    def cardinality(self) -> int:
        available = self.source.cardinality()
        if available < 0:
            return available
        return available // self.size if self.drop_remainder else -(-available // self.size)

    def specification(self) -> Any:
        return specification.batched(self.source.specification(), self.size if self.drop_remainder else None)


def blocks(items: Iterator[Any], size: int, drop_remainder: bool) -> Iterator[list[Any]]:
    """Cut what an iterator gives into lists of `size`, the last of which may be shorter, or is dropped."""
    while block := list(islice(items, size)):
        if len(block) < size and drop_remainder:
            return
        yield block
