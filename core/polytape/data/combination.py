"""Stages that combine other stages: one after the other, or side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from polytape.data import specification
from polytape.data.references import References, ReferencesTo
from polytape.data.rows import Rows, look
from polytape.data.stage import INFINITE, UNKNOWN, Stage, Transformation
from polytape.data.structure import flatten, form, is_flat_tuple, pack
from polytape.errors import DTypeError


class Concatenated(Transformation):
    """One source after the other; both have elements of one structure and of the same dtypes."""

    def __init__(self, source: Stage, following: Stage) -> None:
        super().__init__(source)
        self.following = following
        if self.is_specified():
            require_alike(source.specification(), following.specification())

    def elements(self) -> Iterator[Any]:
        element: Any = None
        for element in self.source.elements():
            yield element
        following = self.following.elements()
        for first in islice(following, 1):
            if element is not None:
                require_alike(specification.of_element(element), specification.of_element(first))
            yield first
        yield from following

    def cardinality(self) -> int:
        sizes = self.source.cardinality(), self.following.cardinality()
        if INFINITE in sizes:
            return INFINITE
        return UNKNOWN if UNKNOWN in sizes else sum(sizes)

    def specification(self) -> Any:
        return specification.relaxed(self.source.specification(), self.following.specification())

    def is_specified(self) -> bool:
        return self.source.is_specified() and self.following.is_specified()

    def is_pure(self) -> bool:
        return self.source.is_pure() and self.following.is_pure()

    def as_rows(self) -> Rows | None:
        both = [self.source.as_rows(), self.following.as_rows()]
        if None in both or any(rows.table.first is None or rows.table.draws for rows in both):
            return None
        if look(both[0].table.sample) != look(both[1].table.sample):
            return None
        table = References((both[0].table, both[0].table.first))
        table.is_uniform = all(rows.table.is_uniform for rows in both)
        return Rows(table, ReferencesTo(lambda: ((rows.table, rows.order.elements()) for rows in both)))


class Zipped(Stage):
    """Elements of several stages side by side, in a structure; as many as the shortest has.

    Args:
        structure: the form of the elements; its leaves do not matter.
        stages: a stage for each leaf.
    """

    def __init__(self, structure: Any, stages: list[Stage]) -> None:
        self.structure = structure
        self.stages = stages

    def elements(self) -> Iterator[Any]:
        together = zip(*[stage.elements() for stage in self.stages])
        structure = self.structure
        if is_flat_tuple(structure):
            return together
        return (pack(structure, leaves) for leaves in together)

    def cardinality(self) -> int:
        sizes = [stage.cardinality() for stage in self.stages]
        return UNKNOWN if UNKNOWN in sizes else min([size for size in sizes if size != INFINITE], default=INFINITE)

    def specification(self) -> Any:
        return pack(self.structure, [stage.specification() for stage in self.stages])

    def is_pure(self) -> bool:
        return all(stage.is_pure() for stage in self.stages)

    def is_specified(self) -> bool:
        return all(stage.is_specified() for stage in self.stages)

    def as_rows(self) -> Rows | None:
        rows = [stage.as_rows() for stage in self.stages]
        if None in rows or any(part.table.draws for part in rows):
            return None
        table = ZippedTable(self.structure, [part.table for part in rows])
        return Rows(table, Zipped((None,) * len(rows), [part.order for part in rows]))


class ZippedTable:
    """Several tables side by side: a row of theirs has a number in each of them.

    Args:
        structure: the form of the elements; its leaves do not matter.
        tables: a table for each leaf.
    """

    draws = False

    def __init__(self, structure: Any, tables: list[Any]) -> None:
        self.structure = structure
        self.tables = tables
        firsts = tuple([table.first for table in tables])
        self.first = None if None in firsts else firsts
        self.is_uniform = all(table.is_uniform for table in tables)

    @property
    def sample(self) -> Any:
        """The first row, gathered."""
        return pack(self.structure, [table.sample for table in self.tables])

    def row(self, numbers: tuple[Any, ...]) -> Any:
        """One row as an element."""
        return pack(self.structure, [table.row(number) for table, number in zip(self.tables, numbers)])

    def gather(self, rows: Sequence[tuple[Any, ...]]) -> Any:
        """Several rows, at least one, as one element of arrays with one more axis."""
        return pack(self.structure, [table.gather(list(part)) for table, part in zip(self.tables, zip(*rows))])


def require_alike(first: Any, second: Any) -> None:
    """Raise `DTypeError` unless two specifications have one structure and the same dtypes."""
    leaves = zip(flatten(first), flatten(second))
    if form(first) != form(second) or any(
        getattr(a, "dtype", None) is not getattr(b, "dtype", None) for a, b in leaves
    ):
        raise DTypeError(
            "concatenate: both datasets must have elements of one structure and of the same dtypes; received "
            f"{first!r:.300} and {second!r:.300}."
        )
