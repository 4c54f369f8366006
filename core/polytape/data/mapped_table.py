"""A table of what a function makes of another table's rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polytape.batched import batching
from polytape.data.stacking import join
from polytape.data.vectorization import at_once
from polytape.graph.live import tracing

_FEW = 4
"""Below this number of rows it is quicker to take one after the other."""


class MappedTable:
    """What a pure function makes of the rows of a table, computed when it is asked for.

    Args:
        source: a table.
        function: takes an element, and returns one.
    """

    def __init__(self, source: Any, function: Callable[[Any], Any]) -> None:
        self.source = source
        self.function = function
        self.first = source.first
        self.is_uniform: bool = source.is_uniform
        self.refuses = False

    def is_exact(self) -> bool:
        """Whether the function can be run for many rows at once, as its run for the first row, if known, shows.

        Rows of one table look alike, and a function that looks at their values is refused, so it runs alike for all.
        """
        if tracing.get() is not None or batching.get() is not None:
            return False
        return self.first is None or self.at_once([self.first]) is not None

    def row(self, number: Any) -> Any:
        """One row as an element."""
        return self.function(self.source.row(number))

    def gather(self, rows: Sequence[Any]) -> Any:
        """Several rows, at least one, as one element of arrays with one more axis."""
        found = self.at_once(rows) if len(rows) >= _FEW else None
        return join([self.row(number) for number in rows]) if found is None else found

    def at_once(self, rows: Sequence[Any]) -> Any:
        """The same in one run of the function, or `None` where each row has to be taken by itself."""
        if self.refuses:
            return None
        try:
            return at_once(self.function, self.source.gather(rows), len(rows))
        except Exception:  # whatever it is: if it is the function's own, its element shows it in its turn
            self.refuses = True
            return None
