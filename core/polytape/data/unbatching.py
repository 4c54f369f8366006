"""A stage that takes batches apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from polytape.data import specification
from polytape.data.batching import Batched
from polytape.data.references import References, ReferencesTo
from polytape.data.rows import Rows, Table
from polytape.data.sources import RowNumbers
from polytape.data.stage import UNKNOWN, Transformation
from polytape.data.structure import flatten
from polytape.errors import InvalidArgumentError


class Unbatched(Transformation):
    """The slices of each element along its first axis."""

    def elements(self) -> Iterator[Any]:
        for table in map(_table, self.source.elements()):
            yield from Rows(table, RowNumbers(table.length)).by_blocks()

    def as_rows(self) -> Rows | None:
        """References to the slices of each batch; only where nobody can tell when it is computed."""
        source = self.source
        if type(source) is Batched and not source.drop_remainder:
            rows: Rows | None = source.source.as_rows()
            if rows is not None and not rows.table.draws:
                return rows
        if not source.is_pure():
            return None
        return Rows(References(), ReferencesTo(self._tables))

    def _tables(self) -> Iterator[tuple[Table, Iterator[int]]]:
        for table in map(_table, self.source.elements()):
            yield table, iter(range(table.length))

    def is_pure(self) -> bool:
        return self.source.is_pure()

    def cardinality(self) -> int:
        batches = self.source.cardinality()
        if batches <= 0 or not self.is_specified():
            return batches if batches <= 0 else UNKNOWN
        lengths = [leaf.shape[0] for leaf in flatten(self.source.specification()) if leaf.shape]
        return next((length * batches for length in lengths if length is not None), UNKNOWN)

    def specification(self) -> Any:
        return specification.sliced(self.source.specification())


def _table(element: Any) -> Table:
    """A batch as a table of its slices."""
    shapes = [tuple(leaf.shape) for leaf in flatten(element)]
    if not all(shapes) or len({shape[0] for shape in shapes}) > 1:
        raise InvalidArgumentError(
            "unbatch: all components need a first axis of one length, along which they are taken apart; received "
            f"shapes {', '.join(str(list(shape)) for shape in shapes)}."
        )
    return Table(element)
