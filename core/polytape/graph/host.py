"""Python functions of the user's in a graph: called at each replay, with variables as they stand at that point.

What a call of a function writes is written at its end. So a Python function in the middle would find variables as they
were before the call; and what it writes itself would be there too early. Hence the variables that the run has changed
are set while it runs, and what it changes is noted, taken back, and goes on as values of the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polytape.backend import Array
from polytape.graph.state import StateCell


class Called:
    """What came of one call of a Python function: what it returned, and what it wrote, by cell."""

    __slots__ = ("results", "written")

    def __init__(self, results: tuple[Any, ...], written: dict[Any, Array]) -> None:
        self.results = results
        self.written = written

    def values(self, expected: Sequence[Any]) -> tuple[Any, ...]:
        """The results of a graph's step: what was returned, what cells hold then, and which were written."""
        return (*self.results, *[self.written.get(key) for key in expected], frozenset(self.written))


class Host:
    """A Python function as a step of a graph.

    Args:
        function: takes and returns bare arrays, or whatever else one such function hands on to the next.
        changed: the cells that the run has changed before; the call gets their arrays behind the function's arguments.

    Attributes:
        watched: the cells by key that the run reads or writes: what the function writes there belongs to the graph.
            What it writes elsewhere is written at once.
    """

    __slots__ = ("_changed", "_function", "watched")

    def __init__(
        self, function: Callable[..., Sequence[Any]], changed: Sequence[StateCell], watched: dict[Any, StateCell]
    ) -> None:
        self.watched = watched
        self._function = function
        self._changed = changed

    def __call__(self, *given: Any) -> Called:
        """Call the function, and leave the watched cells as they were."""
        watched = self.watched
        before = [(cell, cell.get()) for cell in watched.values()]
        count = len(given) - len(self._changed)
        for cell, array in zip(self._changed, given[count:]):
            cell.set(array)
        at_first = {key: cell.get() for key, cell in watched.items()}
        try:
            results = tuple(self._function(*given[:count]))
            written = {key: array for key, cell in watched.items() if (array := cell.get()) is not at_first[key]}
            return Called(results, written)
        finally:
            for cell, array in before:
                if cell.get() is not array:
                    cell.set(array)
