"""A table of what a function makes of another table's rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polytape.batched import batching
from polytape.data.drawing import DrawnMeanwhileError, Draws
from polytape.data.slicing import slices
from polytape.data.stacking import join
from polytape.data.vectorization import at_once, exact_backend
from polytape.graph.live import tracing
from polytape.random.streams import Stream

_FEW = 4
"""Below this number of rows it is quicker to take one after the other."""


class MappedTable:
    """What a pure function makes of the rows of a table, computed when it is asked for.

    Args:
        source: a table.
        function: takes an element, and returns one.
        draws: whether the function may draw random numbers; what is drawn for which row depends on their order then.
    """

    def __init__(self, source: Any, function: Callable[[Any], Any], draws: bool = False) -> None:
        self.source = source
        self.function = function
        self.first = source.first
        self.is_uniform: bool = source.is_uniform
        self.refuses = False
        self.totals: dict[Stream, int] | None = {} if draws else None
        self.draws = draws or source.draws
        self.sample: Any = None

    def is_exact(self) -> bool:
        """Whether the function can be run for many rows at once, as its run for the first row, if known, shows.

        Rows of one table look alike, and a function that looks at their values is refused, so it runs alike for all.
        """
        if tracing.get() is not None or batching.get() is not None:
            return False
        if self.first is None:
            return self.totals is None
        draws = None if self.totals is None else Draws(None, 1, exact_backend)
        try:
            self.sample = at_once(self.function, self.source.sample, 1, draws)
        except Exception:  # whatever it is: if it is the function's own, the first element shows it in its turn
            return False
        self.totals = None if draws is None else draws.taken
        return True

    def row(self, number: Any) -> Any:
        """One row as an element."""
        return self.function(self.source.row(number))

    def gather(self, rows: Sequence[Any]) -> Any:
        """Several rows, at least one, as one element of arrays with one more axis."""
        if self.source.draws:  # only once
            gathered = self.source.gather(rows)
            found = self._at_once(lambda _: gathered, rows)
            return join([self.function(element) for element in slices(gathered)]) if found is None else found
        found = self.at_once(rows) if len(rows) >= _FEW else None
        return join([self.row(number) for number in rows]) if found is None else found

    def at_once(self, rows: Sequence[Any]) -> Any:
        """The same in one run of the function, or `None` where each row has to be taken by itself."""
        return None if self.refuses else self._at_once(self.source.gather, rows)

    def _at_once(self, gather: Callable[[Sequence[Any]], Any], rows: Sequence[Any]) -> Any:
        draws = None if self.totals is None else Draws(self.totals, len(rows), exact_backend)
        try:
            return at_once(self.function, gather(rows), len(rows), draws)
        except DrawnMeanwhileError:
            return None
        except Exception:  # as above
            self.refuses = True
            return None
