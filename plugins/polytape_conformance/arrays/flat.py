"""Arrays as flat lists of Python numbers, with indices worked out by hand: what oracles of axes are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import product
from math import prod
from typing import Any

import numpy as np

Shape = tuple[int, ...]


def indices(shape: Sequence[int]) -> Iterator[Shape]:
    """Every index of an array, in row-major order."""
    return product(*map(range, shape))


def strides(shape: Sequence[int]) -> Shape:
    """How far apart in the flat list neighbours along each axis are."""
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))


class Flat:
    """The elements of an array as Python numbers, by index."""

    def __init__(self, array: Any) -> None:
        self.shape: Shape = array.shape
        self.dtype: str = array.dtype.name
        self.elements: list[Any] = array.ravel().tolist()
        self.strides = strides(self.shape)

    def __getitem__(self, index: Shape) -> Any:
        return self.elements[sum(map(int.__mul__, index, self.strides))]

    def along(self, axes: Sequence[int]) -> list[tuple[Shape, list[Any]]]:
        """For each index of the other axes, the elements along `axes` in row-major order."""
        kept = tuple(axis for axis in range(len(self.shape)) if axis not in axes)
        inner, elements = offsets(self.shape, tuple(axes)), self.elements
        outer = zip(indices([self.shape[axis] for axis in kept]), offsets(self.shape, kept))
        return [(index, [elements[start + offset] for offset in inner]) for index, start in outer]


@cache
def offsets(shape: Shape, axes: tuple[int, ...]) -> list[int]:
    """How far each index of some axes is from the first element, in row-major order of these axes."""
    steps = [strides(shape)[axis] for axis in axes]
    return [sum(map(int.__mul__, index, steps)) for index in indices([shape[axis] for axis in axes])]


def built(shape: Sequence[int], element: Callable[[Shape], Any], dtype: Any) -> Any:
    """The array whose element at each index is `element(index)`."""
    return np.array([element(index) for index in indices(shape)], dtype).reshape(shape)


def by_element(function: Callable[..., Any], arrays: Sequence[Any], dtype: Any) -> Any:
    """`function` of the arrays' elements; the arrays broadcast."""
    operands = np.broadcast_arrays(*arrays)
    lists = [operand.ravel().tolist() for operand in operands]
    return np.array([function(*numbers) for numbers in zip(*lists)], dtype).reshape(operands[0].shape)


def normalized(axis: int | Sequence[int] | None, rank: int) -> tuple[int, ...]:
    """Axes counted from the front."""
    if axis is None:
        return tuple(range(rank))
    return tuple(each % rank for each in ((axis,) if isinstance(axis, int) else axis))
