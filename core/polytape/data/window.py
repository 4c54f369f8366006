"""Windows: a dataset of datasets, each over some elements that follow one another."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from polytape.data import specification
from polytape.data.rows import Rows, Table
from polytape.data.sources import Listed
from polytape.data.stage import Stage, Transformation
from polytape.data.structure import flatten, map_leaves, pack


class Windowed(Transformation):
    """Windows of `size` elements, `stride` apart; the next window starts `shift` elements further on.

    Args:
        wrap: makes a dataset of a stage: a window has one for each component.
    """

    def __init__(
        self,
        source: Stage,
        size: int,
        shift: int,
        stride: int,
        drop_remainder: bool,
        wrap: Callable[[Stage], Any],
    ) -> None:
        super().__init__(source)
        self.size = size
        self.shift = shift
        self.stride = stride
        self.drop_remainder = drop_remainder
        self.wrap = wrap

    def elements(self) -> Iterator[Any]:
        rows = self.source.as_rows()
        if rows is None or type(rows.table) is not Table:
            return map(self._of_elements, self._blocks(self.source.elements()))
        table = rows.table  # a window holds on to numbers, and gathers the rows when it is asked for them
        columns = [Table(tensor) for tensor in table.tensors]
        return (
            pack(table.structure, [self.wrap(Rows(column, Listed(block))) for column in columns])
            for block in self._blocks(rows.order.elements())
        )

    def _blocks(self, items: Iterator[Any]) -> Iterator[list[Any]]:
        """What each window holds."""
        span = (self.size - 1) * self.stride + 1
        held: deque[Any] = deque()
        while True:
            held.extend(islice(items, span - len(held)))
            if not held or (len(held) < span and self.drop_remainder):
                return
            yield list(held) if self.stride == 1 else list(islice(held, 0, None, self.stride))
            for _ in range(min(self.shift, len(held))):
                held.popleft()
            for _ in islice(items, max(self.shift - span, 0)):
                pass

    def _of_elements(self, block: list[Any]) -> Any:
        """The window of some elements."""
        columns = zip(*[flatten(element) for element in block])
        return pack(
            block[0],
            [self.wrap(Listed(list(column))) for column in columns],
        )

    def is_pure(self) -> bool:
        return self.source.is_pure()

    def cardinality(self) -> int:
        available = self.source.cardinality()
        if available < 0:
            return available
        if not self.drop_remainder:
            return -(-available // self.shift)
        span = (self.size - 1) * self.stride + 1
        return max((available - span) // self.shift + 1, 0)

    def specification(self) -> Any:
        return map_leaves(specification.DatasetSpec, self.source.specification())
