"""Elements kept in memory: elements of any kind, or row numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from polytape.data.rows import Rows, Table
from polytape.data.sources import RowNumbers
from polytape.data.stacking import join
from polytape.data.stage import Stage, Transformation
from polytape.data.structure import flatten, form
from polytape.tensor import Tensor


class Cached(Transformation):
    """The source, kept in memory once somebody has run through all of it.

    Elements that look alike are kept as arrays, from which batches are gathered, as soon as somebody asks for rows.
    """

    def __init__(self, source: Stage) -> None:
        super().__init__(source)
        self.kept: Sequence[Any] | None = None
        self.rows: Rows | None = None
        self.is_varied = False

    def is_pure(self) -> bool:
        return self.source.is_pure()

    def elements(self) -> Iterator[Any]:
        if self.rows is not None:
            return self.rows.by_blocks()
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
        if self.rows is None and self.kept is not None and not self.is_varied:
            if are_alike(self.kept):
                self.rows = Rows(Table(join(self.kept)), RowNumbers(len(self.kept)))
                self.kept = ()  # the arrays are all that is needed
            else:
                self.is_varied = True
        return self.rows


def are_alike(elements: Sequence[Any]) -> bool:
    """Whether there are elements, all tensors of one structure, with the same shapes, dtypes and backends."""
    looks = [[_look(leaf) for leaf in flatten(element)] for element in elements]
    forms = [form(element) for element in elements]
    return bool(looks) and None not in looks[0] and looks.count(looks[0]) == forms.count(forms[0]) == len(elements)


def _look(leaf: Any) -> Any:
    return (leaf._array.shape, leaf._array.dtype, leaf._backend) if type(leaf) is Tensor else None
