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

    def is_exact(self) -> bool:
        """Whether the function can be run for many rows at once, as its run for the first row shows.

        All rows look alike, and a function that looks at their values is refused, so it runs alike for all.
        """
        if self.first is None or tracing.get() is not None or batching.get() is not None:
            return False
        try:
            at_once(self.function, self.source.gather([self.first]), 1)
        except Exception:  # whatever it is: if it is the function's own, the first element shows it in its turn
            return False
        return True

    def row(self, number: Any) -> Any:
        """One row as an element."""
        return self.function(self.source.row(number))

    def gather(self, rows: Sequence[Any]) -> Any:
        """Several rows, at least one, as one element of arrays with one more axis."""
        if len(rows) >= _FEW:
            try:
                return at_once(self.function, self.source.gather(rows), len(rows))
            except Exception:  # as above
                pass
        return join([self.row(number) for number in rows])
