"""Python functions of the user's in a graph: called at each replay, with variables as they stand at that point.

What a call of a function writes is written at its end. So a Python function in the middle would find variables as they
were before the call; and what it writes itself would be there too early. Hence the variables that the run has changed
are set while it runs, and what it changes is noted, taken back, and goes on as values of the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polytape.backend import Array
from polytape.graph.state import StateCell, arrays_now, cells_of


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
        cells: those that the run has changed before; the call gets their arrays behind the function's arguments.
    """

    __slots__ = ("cells", "function")

    def __init__(self, function: Callable[..., Sequence[Any]], cells: Sequence[StateCell]) -> None:
        self.function = function
        self.cells = cells

    def __call__(self, *given: Any) -> Called:
        """Call the function, and leave all cells as they were."""
        count = len(given) - len(self.cells)
        before = [cell.get() for cell in self.cells]
        for cell, array in zip(self.cells, given[count:]):
            cell.set(array)
        at_first = arrays_now()
        try:
            results = tuple(self.function(*given[:count]))
        except BaseException:
            _written(at_first)
            raise
        else:
            return Called(results, _written(at_first))
        finally:
            for cell, array in zip(self.cells, before):
                cell.set(array)


def _written(before: dict[Any, Array]) -> dict[Any, Array]:
    """The arrays of the cells that hold others than before, which is taken back."""
    now = arrays_now()
    changed = {key: array for key, array in now.items() if key in before and before[key] is not array}
    for key, cell in cells_of(changed).items():
        cell.set(before[key])
    return changed
