"""Stages that choose elements by what a function of the user's says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import compress, islice, takewhile
from typing import Any

from polytape.data.mapped_table import MappedTable
from polytape.data.mapping import on_elements, truth
from polytape.data.purity import is_pure
from polytape.data.rows import Rows
from polytape.data.stage import UNKNOWN, Reordering, Stage, Transformation
from polytape.tensor import Tensor

_BLOCK = 256


class Filtered(Transformation):
    """What a predicate holds for."""

    def __init__(self, source: Stage, function: Callable[..., Any]) -> None:
        super().__init__(source)
        self.users = function
        self.predicate = on_elements(function, truth)

    def elements(self) -> Iterator[Any]:
        rows = self.as_rows()
        return filter(self.predicate, self.source.elements()) if rows is None else rows.elements()

    def as_rows(self) -> Rows | None:
        rows = self.source.as_rows() if is_pure(self.users) else None
        if (
            rows is None or rows.table.first is None or rows.table.draws
        ):  # computing further rows ahead might be noticed
            return None
        answers = MappedTable(rows.table, on_elements(self.users))
        chosen = rows.reordered(lambda order: _Chosen(order, answers, self.predicate))
        return chosen if answers.is_exact() else None

    def is_pure(self) -> bool:
        return is_pure(self.users) and self.source.is_pure()

    def cardinality(self) -> int:
        return UNKNOWN if self.source.cardinality() else 0


class TakenWhile(Filtered):
    """What comes before the first element that a predicate does not hold for."""

    def elements(self) -> Iterator[Any]:
        return takewhile(self.predicate, self.source.elements())

    def as_rows(self) -> None:
        return None


class _Chosen(Reordering):
    """The numbers of the rows for which a predicate holds, asked for many at once.

    Args:
        answers: the table of what the predicate says.
        predicate: says it of one element.
    """

    def __init__(self, order: Stage, answers: MappedTable, predicate: Callable[[Any], bool]) -> None:
        super().__init__(order)
        self.answers = answers
        self.predicate = predicate

    def elements(self) -> Iterator[Any]:
        numbers = self.source.elements()
        size = 4  # who only wants the first ones does not wait for many
        while block := list(islice(numbers, size)):
            found = self.answers.at_once(block)
            if type(found) is Tensor and found.dtype.is_bool and found.ndim == 1:
                yield from compress(block, found._backend.to_numpy(found._array).tolist())
            else:  # one after the other, so that an error comes at its turn
                yield from (number for number in block if self.predicate(self.answers.source.row(number)))
            size = min(4 * size, _BLOCK)
