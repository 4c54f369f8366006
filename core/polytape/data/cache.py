"""Elements kept in memory: elements of any kind, or row numbers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from polytape.data.kept_table import KeptTable, are_alike
from polytape.data.rows import Rows
from polytape.data.sources import RowNumbers
from polytape.data.stage import Stage, Transformation


class Cached(Transformation):
    """The source, kept in memory once somebody has run through all of it."""

    def __init__(self, source: Stage) -> None:
        super().__init__(source)
        self.kept: list[Any] | None = None

    def is_pure(self) -> bool:
        return self.source.is_pure()

    def elements(self) -> Iterator[Any]:
        return self._filling() if self.kept is None else iter(self.kept)

    def _filling(self) -> Iterator[Any]:
        seen = []
        rows = self.source.as_rows()
        ahead = rows is not None and rows.table.first is not None and not rows.table.draws
        for element in rows.by_blocks() if ahead else self.source.elements():
            seen.append(element)
            yield element
        if self.kept is None:
            self.kept = seen

    def as_rows(self) -> Rows | None:
        table = None if self.kept is None else self._table
        return None if table is None else Rows(table, RowNumbers(len(table.elements)))

    @cached_property
    def _table(self) -> KeptTable | None:
        return KeptTable(self.kept) if self.kept is not None and are_alike(self.kept) else None
