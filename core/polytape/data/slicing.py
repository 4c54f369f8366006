"""The slices of arrays along their first axis, read one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

from polytape.data.structure import flatten, is_flat_tuple, pack
from polytape.tensor import Tensor

_new = object.__new__


def slices(structure: Any) -> Iterator[Any]:
    """All slices of the tensors of a structure, each as an element."""
    columns = [
        map(Tensor, tensor._backend.unpack(tensor._array, axis=0), repeat(tensor._backend))
        for tensor in flatten(structure)
    ]
    if type(structure) is Tensor:
        return columns[0]
    return zip(*columns) if is_flat_tuple(structure) else (pack(structure, leaves) for leaves in zip(*columns))


def reader(structure: Any) -> Callable[[int], Any]:
    """The function that reads the slices with a number, of the tensors of a structure, as an element."""
    readers = [_reader(tensor) for tensor in flatten(structure)]
    if type(structure) is Tensor:
        return readers[0]
    if is_flat_tuple(structure):
        if len(readers) == 2:
            left, right = readers
            return lambda row: (left(row), right(row))
        return lambda row: tuple([read(row) for read in readers])
    return lambda row: pack(structure, [read(row) for read in readers])


def _reader(tensor: Tensor) -> Callable[[int], Tensor]:
    array, backend = tensor._array, tensor._backend
    getitem = backend.getitem

    def read(row: int) -> Tensor:
        output = _new(Tensor)
        output._array = getitem(array, key=(row,))
        output._backend = backend
        output._key = None
        return output

    return read
