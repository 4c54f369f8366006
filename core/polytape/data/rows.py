"""Arrays in memory: a stream of row numbers until something needs the rows.

`from_tensor_slices(...)` is `Rows(table, order)`: a table of arrays and a stage of row numbers. To shuffle,
take, skip
or repeat transforms the stage of numbers only, and a batch is gathered in one go for each array: by a slice,
which is a view where the library has views, if its rows follow one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from polytape.data import specification
from polytape.data.batching import blocks
from polytape.data.slicing import reader, slices
from polytape.data.stage import Stage
from polytape.data.structure import as_tensors, flatten, form, pack, walk
from polytape.errors import InvalidArgumentError
from polytape.tensor import Tensor

_BLOCK = 256


class Table:
    """Arrays of one length along their first axis.

    Args:
        structure: a structure of what converts to tensors.

    Raises:
        InvalidArgumentError: if there is no array, one has no axes, or their lengths differ.
    """

    is_uniform = True
    """Whether all rows have the same shapes and dtypes."""
    draws = False
    """Whether reading a row draws random numbers."""

    def __init__(self, structure: Any) -> None:
        self.structure = as_tensors(structure, "from_tensor_slices")
        self.tensors: list[Tensor] = flatten(self.structure)
        self.arrays = [tensor._array for tensor in self.tensors]
        self.length = self._common_length()
        self.first = 0 if self.length else None
        self.row = reader(self.structure)
        self._look: Any = None

    def _common_length(self) -> int:
        shapes = [array.shape for array in self.arrays]
        if all(shapes) and len({shape[0] for shape in shapes}) == 1:
            return int(shapes[0][0])
        lengths: dict[int, str] = {}
        for path, tensor in walk(self.structure):
            if not tensor.ndim:
                raise InvalidArgumentError(
                    "from_tensor_slices slices arrays along their first axis; component "
                    f"{path or 'received'} has no "
                    "axes. Use Dataset.from_tensors for a single element."
                )
            lengths.setdefault(len(tensor), path)
        if len(lengths) > 1:
            described = " and ".join(f"{length} in component {path}" for length, path in lengths.items())
            raise InvalidArgumentError(
                "from_tensor_slices: all components must have the same length along their first axis; "
                "received "
                f"{described}."
            )
        return next(iter(lengths))

    @property
    def look(self) -> Any:
        """What it has in common with all tables whose rows can be joined to its rows."""
        if self._look is None:
            self._look = look(self.structure)
        return self._look

    @property
    def sample(self) -> Any:
        """The first row, gathered."""
        return None if self.first is None else self.gather([self.first])

    def gather(self, rows: Sequence[int]) -> Any:
        """Several rows, at least one, as one element of arrays with one more axis."""
        first, count = rows[0], len(rows)
        if rows[-1] - first == count - 1 and rows == list(range(first, first + count)):
            key = (slice(first, first + count),)
            found = [Tensor(x._backend.getitem(x._array, key=key), x._backend) for x in self.tensors]
        else:
            numbers = np.array(rows, dtype=np.int64)
            found = [_take(tensor, numbers) for tensor in self.tensors]
        structure = self.structure
        return found[0] if type(structure) is Tensor else pack(structure, found)

    def specification(self) -> Any:
        """The specification of one row."""
        return specification.sliced(specification.of_element(self.structure))


class Rows(Stage):
    """The rows of a table in some order.

    Args:
        table: reads one row (`row`) or gathers several (`gather`), as a `Table` does, and says of them what that does.
        order: what it gives are row numbers.
    """

    def __init__(self, table: Any, order: Stage) -> None:
        self.table = table
        self.order = order

    def elements(self) -> Iterator[Any]:
        return map(self.table.row, self.order.elements())

    def cardinality(self) -> int:
        return self.order.cardinality()

    def specification(self) -> Any:
        return self.table.specification()

    def as_rows(self) -> Rows:
        return self

    def is_pure(self) -> bool:
        return self.order.is_pure()

    def by_blocks(self) -> Iterator[Any]:
        """The elements, gathered some hundred at once: what is one by one is their reading alone."""
        for block in blocks(self.order.elements(), _BLOCK, False):
            yield from slices(self.table.gather(block))

    def reordered(self, transformation: Callable[[Stage], Stage]) -> Rows:
        """The rows in the order that a transformation makes of theirs."""
        return Rows(self.table, transformation(self.order))


def look(rows: Any) -> Any:
    """What gathered rows have in common with all that can be joined to them."""
    leaves = flatten(rows)
    return form(rows), [(leaf._array.shape[1:], leaf._array.dtype, leaf._backend) for leaf in leaves]


def _take(tensor: Tensor, numbers: Any) -> Tensor:
    backend = tensor._backend
    indices = backend.from_numpy(numbers, backend.device_of(tensor._array))
    return Tensor(backend.take(tensor._array, indices, axis=0), backend)
