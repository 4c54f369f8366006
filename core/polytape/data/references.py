"""Rows of several tables in one stream: each is named by its table and its number there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any

import numpy as np

from polytape.data.rows import Table, look
from polytape.data.stacking import join
from polytape.data.stage import Stage
from polytape.data.structure import flatten, pack
from polytape.tensor import Tensor

Reference = tuple[Any, Any]
"""A table, and the number of a row of it."""

_FEW = 6
"""With fewer rows of each table it is quicker to read one after the other."""


class References:
    """The rows of any tables, as a table whose row numbers are references.

    Args:
        first: a reference, if one is known before a run.
    """

    is_uniform = False
    draws = False

    def __init__(self, first: Reference | None = None) -> None:
        self.first = first

    @property
    def sample(self) -> Any:
        """The first row, gathered."""
        return None if self.first is None else self.first[0].sample

    def row(self, reference: Reference) -> Any:
        """One row as an element."""
        table, number = reference
        return table.row(number)

    def gather(self, references: Sequence[Reference]) -> Any:
        """Several rows, at least one, as one element of arrays with one more axis."""
        tables, numbers = zip(*references)
        count = len(tables)
        if tables.count(tables[0]) == count:
            return tables[0].gather(list(numbers))
        places: dict[int, list[int]] = {}
        for place, table in enumerate(tables):
            places.setdefault(id(table), []).append(place)
        if _FEW * len(places) > count:
            named = [tables[found[0]] for found in places.values()]
            alike = all(type(table) is Table for table in named)
            looks = [table.look for table in named] if alike else []
            alike = alike and looks.count(looks[0]) == len(looks)
            return _picked(tables, numbers) if alike else join([table.row(number) for table, number in references])
        parts = [tables[found[0]].gather([numbers[place] for place in found]) for found in places.values()]
        if any(look(part) != look(parts[0]) for part in parts):
            return join([table.row(number) for table, number in references])  # says what differs
        order = np.argsort([*chain.from_iterable(places.values())])
        return _joined(parts, None if (order[:-1] < order[1:]).all() else order)


class ReferencesTo(Stage):
    """References to the rows of tables, one table after the other.

    Args:
        tables: starts to run through tables and, of each, the numbers of rows.
    """

    def __init__(self, tables: Callable[[], Iterator[tuple[Any, Iterator[Any]]]]) -> None:
        self.tables = tables

    def elements(self) -> Iterator[Reference]:
        return chain.from_iterable(zip(repeat(table), numbers) for table, numbers in self.tables())


def _picked(tables: Sequence[Table], numbers: Sequence[int]) -> Any:
    """A row of each of several tables that look alike."""
    keys = [(number,) for number in numbers]
    leaves = []
    for place, tensor in enumerate(tables[0].tensors):
        backend = tensor._backend
        getitem = backend.getitem
        slices = [getitem(table.arrays[place], key=key) for table, key in zip(tables, keys)]
        leaves.append(Tensor(backend.pack(*slices, axis=0), backend))
    return pack(tables[0].structure, leaves)


def _joined(parts: list[Any], order: Any) -> Any:
    """Gathered rows one after the other, or in some order."""
    leaves = []
    for column in zip(*map(flatten, parts)):
        backend = column[0]._backend
        array = backend.concat([tensor._array for tensor in column], axis=0)
        if order is not None:
            array = backend.take(array, backend.from_numpy(order, backend.device_of(array)), axis=0)
        leaves.append(Tensor(array, backend))
    return pack(parts[0], leaves)
