"""Windows: a dataset of datasets, each over some elements that follow one another."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from polytape.data import specification
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
        items = self.source.elements()
        span = (self.size - 1) * self.stride + 1
        held: deque[Any] = deque()
        while True:
            held.extend(islice(items, span - len(held)))
            if not held or (len(held) < span and self.drop_remainder):
                return
            yield self._window(list(islice(held, 0, None, self.stride)))
            for _ in range(min(self.shift, len(held))):
                held.popleft()
            for _ in islice(items, max(self.shift - span, 0)):
                pass

    def _window(self, block: list[Any]) -> Any:
        columns = zip(*[flatten(element) for element in block])
        return pack(
            block[0],
            [self.wrap(Listed(list(column))) for column in columns],
        )

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
