"""The function of a stretch: it hands arrays to the one native call, and makes those in which results are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from polytape.backend import Array
from polytape_numpy.native.planning import Memory, Number, Recording, StandIn, address_of
from polytape_numpy.native.rows import dense
from polytape_numpy.native.sequence import KernelSequence, Plan


class StretchCall:
    """Takes arrays, then numbers, and returns a tuple.

    Args:
        given: what is in the place of its arguments: arrays, then numbers.
        results: the stand-ins of what it returns.
        recording: the calls of kernels.
    """

    def __init__(self, given: Sequence[Memory | Number], results: Sequence[Array], recording: Recording) -> None:
        arrays = [one for one in given if isinstance(one, Memory)]
        numbers = [one for one in given if isinstance(one, Number)]
        self._count = len(arrays)
        places = {id(one.array): _Place(place) for place, one in enumerate(arrays)}
        self._conditions = [
            (check, [places[id(one)] if isinstance(one, StandIn) else one for one in arguments])
            for check, arguments in recording.conditions
        ]
        self._results: list[tuple[int, _View | None]] = []
        for result in results:
            memory = recording.memory_of(result)
            assert memory is not None  # or the call would not have been planned
            if memory not in arrays:
                arrays.append(memory)
            whole = result.shape == memory.array.shape and result.strides == memory.array.strides
            view = _View(result.shape, result.dtype, address_of(result) - memory.address, result.strides)
            self._results.append((arrays.index(memory), None if whole else view))
        self._made = [(one.array.shape, one.array.dtype) for one in arrays[self._count :]]
        self._sequence = KernelSequence(Plan(recording, [*arrays, *numbers]), len(arrays))

    def __call__(self, *arguments: Any) -> tuple[Any, ...]:
        for check, given in self._conditions:
            check(*[arguments[one.place] if type(one) is _Place else one for one in given])
        arrays = [dense(array) for array in arguments[: self._count]]
        arrays += [np.empty(shape, dtype) for shape, dtype in self._made]
        self._sequence(arrays, arguments[self._count :])
        results = [arrays[place] if view is None else view.of(arrays[place]) for place, view in self._results]
        return tuple([result if result.shape else result[()] for result in results])


class _Place(NamedTuple):
    """One of the arguments."""

    place: int


class _View(NamedTuple):
    """Elements of another array in an order of their own, `offset` bytes after its beginning."""

    shape: tuple[int, ...]
    dtype: Any
    offset: int
    strides: tuple[int, ...]

    def of(self, array: Array) -> Array:
        """The elements of that array."""
        return np.ndarray(self.shape, self.dtype, array, self.offset, self.strides)
