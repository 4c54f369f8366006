"""A table of elements that are at hand, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polytape.data.stacking import columns
from polytape.data.structure import flatten, form, pack
from polytape.tensor import Tensor


class KeptTable:
    """Elements that look alike, as the rows of a table: they are joined without being compared again.

    Args:
        elements: at least one.
    """

    is_uniform = True
    draws = False

    def __init__(self, elements: list[Any]) -> None:
        self.elements = elements
        self.first = 0
        self.columns = [[tensor._array for tensor in column] for column in columns(elements)]
        self.backends = [tensor._backend for tensor in flatten(elements[0])]

    @property
    def sample(self) -> Any:
        """The first row, gathered."""
        return self.gather([self.first])

    def row(self, number: int) -> Any:
        """One element."""
        return self.elements[number]

    def gather(self, rows: Sequence[int]) -> Any:
        """Several elements, at least one, as one element of arrays with one more axis."""
        parts = zip(self.columns, self.backends)
        leaves = [Tensor(backend.pack(*[column[row] for row in rows], axis=0), backend) for column, backend in parts]
        return pack(self.elements[0], leaves)


def are_alike(elements: Sequence[Any]) -> bool:
    """Whether there are elements, all tensors of one structure, with the same shapes, dtypes and backends."""
    looks = [[_look(leaf) for leaf in flatten(element)] for element in elements]
    forms = [form(element) for element in elements]
    return bool(looks) and None not in looks[0] and looks.count(looks[0]) == forms.count(forms[0]) == len(elements)


def _look(leaf: Any) -> Any:
    return (leaf._array.shape, leaf._array.dtype, leaf._backend) if type(leaf) is Tensor else None
