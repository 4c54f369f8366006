"""Calls of kernels that were planned, as one call: Python has no part in what happens between them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from polytape.backend import Array
from polytape_numpy.native.buffers import ALIGNMENT, Lifetime, placed
from polytape_numpy.native.loading import Kernel
from polytape_numpy.native.planning import Memory, Number, Recording, address_of
from polytape_numpy.native.source.sizes import HANDLE
from polytape_numpy.native.threads import perform

Given = Memory | Number


class Arena:
    """Memory for what nobody needs after a sequence; the next one, of whatever function, works in the same.

    Attributes:
        address: where it begins.
        number: another one for each block of memory that an arena has ever had.
    """

    def __init__(self) -> None:
        self.number = -1
        self.address = 0
        self._memory = np.empty(0, np.uint8)

    def reserve(self, size: int) -> None:
        """See to it that there are so many bytes."""
        if self._memory.size < size + ALIGNMENT:
            self.number, self._memory = next(_numbers), np.empty(size + ALIGNMENT, np.uint8)
            self.address = -(-self._memory.ctypes.data // ALIGNMENT) * ALIGNMENT


_numbers = count()
_free: list[Arena] = []
"""Arenas with which no thread works at the moment."""


class _Place(NamedTuple):
    """Where elements are: so many bytes after the beginning of an array that is given, of the arena, or of one that
    stays."""

    given: int | None
    stays: Array | None
    beyond: int


class Plan:
    """The calls of a recording, and where their memory is.

    Args:
        recording: the calls.
        given: what differs from time to time, in the order in which it will be given: arrays, then numbers.

    Attributes:
        calls: kernels, each with the arguments of its parts: arrays as numbers in `places`, `Number`s for those given.
        numbers: which of those given a `Number` is.
        places: where the elements of arrays are.
        size: how many bytes of the arena are used.
    """

    def __init__(self, recording: Recording, given: Sequence[Given]) -> None:
        self.numbers = {one: place for place, one in enumerate(given) if isinstance(one, Number)}
        arrays = {one: place for place, one in enumerate(given) if isinstance(one, Memory)}
        known: dict[tuple[Memory, int], int] = {}
        spans: dict[Memory, list[int]] = {}
        self.calls: list[tuple[Kernel, list[list[Any]]]] = []
        for step, (kernel, calls) in enumerate(recording.calls):
            parts = [list(call) for call in calls]
            for call in parts:
                for place in kernel.arrays:
                    memory = recording.memory_of(call[place])
                    assert memory is not None  # or the call would not have been noted
                    beyond = address_of(call[place]) - memory.address
                    call[place] = known.setdefault((memory, beyond), len(known))
                    if not memory.stays and memory not in arrays:
                        spans.setdefault(memory, [step, step])[1] = step
            self.calls.append((kernel, parts))
        starts, self.size = placed([Lifetime(memory.array.nbytes, *span) for memory, span in spans.items()])
        start = dict(zip(spans, starts))
        self.places = [
            _Place(arrays.get(memory), memory.array if memory.stays else None, start.get(memory, 0) + beyond)
            for memory, beyond in known
        ]


class _Written:
    """A plan for an arena at a certain address, as native code reads it.

    Kernels take array objects, of which they know where the address of the elements stands. In their place are
    *handles*: a few numbers of 64 bits with that address among them.
    """

    def __init__(self, plan: Plan, address: int) -> None:
        self._handles = np.zeros((len(plan.places), HANDLE), np.int64)
        handles = self._handles.ctypes.data + self._handles.strides[0] * np.arange(len(plan.places))
        arrays = []
        for handle, written, place in zip(handles, self._handles, plan.places):
            if place.given is not None:
                arrays.append([handle + 8 * (HANDLE - 1), place.given, place.beyond])
            else:
                written[-1] = (address if place.stays is None else address_of(place.stays)) + place.beyond
        self._arguments = np.empty(sum(len(calls) * len(kernel.kinds) for kernel, calls in plan.calls), np.int64)
        begin, packed = self._arguments.ctypes.data, bytearray()
        steps, numbers = [], []
        for kernel, calls in plan.calls:
            steps.append([kernel.packed_code, begin + len(packed), len(calls), 8 * len(kernel.kinds)])
            for call in calls:
                given = list(call)
                for number in kernel.arrays:
                    given[number] = handles[call[number]]
                for number, one in enumerate(call):
                    if isinstance(one, Number):
                        numbers.append([begin + len(packed) + 8 * number, plan.numbers[one], 0])
                        given[number] = 0
                packed += struct.pack(kernel.kinds, *given)
        self._arguments.view(np.uint8)[:] = np.frombuffer(packed, np.uint8)
        self._steps = np.array(steps, np.int64)
        self._places = np.array([*arrays, *numbers], np.int64).reshape(-1, 3)
        self._counts = len(arrays), len(numbers)
        self._shared = any(len(calls) > 1 for _, calls in plan.calls)

    def perform(self, given: bytes) -> None:
        """Make the calls, with the addresses of the arrays that are given and the numbers."""
        perform(self._steps, len(self._steps), self._places, *self._counts, given, shared=self._shared)


class KernelSequence:
    """The calls of a plan, to be made again and again."""

    def __init__(self, plan: Plan, arrays: int) -> None:
        self._plan = plan
        self._pack = struct.Struct("q" * arrays + "d" * len(plan.numbers)).pack
        self._written: dict[int, _Written] = {}

    def __call__(self, arrays: Sequence[Array], numbers: Sequence[Any]) -> None:
        """Make the calls; arrays must be in order in memory."""
        given = self._pack(*map(id, arrays), *numbers)
        try:
            arena = _free.pop()
        except IndexError:  # as many threads are at it as never before
            arena = Arena()
        try:
            arena.reserve(self._plan.size)
            written = self._written.get(arena.number)
            if written is None:
                if len(self._written) >= _KEPT:
                    self._written.clear()
                written = self._written[arena.number] = _Written(self._plan, arena.address)
            written.perform(given)
        finally:
            _free.append(arena)


_KEPT = 4
"""For how many arenas a plan is kept written: for others, as where many threads take turns, it is written anew."""
