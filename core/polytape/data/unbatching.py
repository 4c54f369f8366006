"""A stage that takes batches apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from polytape.data import specification
from polytape.data.rows import Rows, Table
from polytape.data.sources import RowNumbers
from polytape.data.stage import UNKNOWN, Transformation
from polytape.data.structure import flatten
from polytape.errors import InvalidArgumentError


class Unbatched(Transformation):
    """The slices of each element along its first axis."""

    def elements(self) -> Iterator[Any]:
        for element in self.source.elements():
            leaves = flatten(element)
            shapes = [tuple(leaf.shape) for leaf in leaves]
            if not all(shapes) or len({shape[0] for shape in shapes}) > 1:
                raise InvalidArgumentError(
                    "unbatch: all components need a first axis of one length, along which they are taken "
                    "apart; "
                    f"received shapes {', '.join(str(list(shape)) for shape in shapes)}."
                )
            yield from Rows(Table(element), RowNumbers(shapes[0][0])).by_blocks()

    def cardinality(self) -> int:
        batches = self.source.cardinality()
        if batches <= 0 or not self.is_specified():
            return batches if batches <= 0 else UNKNOWN
        lengths = [leaf.shape[0] for leaf in flatten(self.source.specification()) if leaf.shape]
        return next((length * batches for length in lengths if length is not None), UNKNOWN)

    def specification(self) -> Any:
        return specification.sliced(self.source.specification())
