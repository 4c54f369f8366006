"""Calls of kernels that were planned, as one call: Python has no part in what happens between them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np

from polytape.backend import Array
from polytape_numpy.native.buffers import Lifetime, placed
from polytape_numpy.native.planning import Memory, Number, Recording, address_of
from polytape_numpy.native.source.sizes import HANDLE
from polytape_numpy.native.threads import perform

Given = Memory | Number


class Arena:
    """Memory for what nobody needs after a sequence; several of them share it.

    Attributes:
        size: in bytes, as many as the sequence needs that needs most.
        free: held by the thread that works with the memory.
    """

    def __init__(self) -> None:
        self.size = 0
        self.free = Lock()
        self._memory = np.empty(0, np.uint8)

    def memory(self) -> Array:
        """The memory itself, made when it is first asked for."""
        if self._memory.size < self.size:
            self._memory = np.empty(self.size, np.uint8)
        return self._memory


class Plan:
    """The calls of a sequence, and where their memory is.

    Args:
        recording: the calls.
        given: what differs from time to time, in the order in which it will be given: arrays, then numbers.

    Attributes:
        starts: for each further block of memory, the byte in the arena at which it begins.
        size: how many bytes these need.
    """

    def __init__(self, recording: Recording, given: Sequence[Given]) -> None:
        self.recording = recording
        self.calls = recording.calls
        self.given = {one: place for place, one in enumerate(given)}
        spans: dict[Memory, list[int]] = {}
        for step, (kernel, calls) in enumerate(self.calls):
            for arguments in calls:
                for place in kernel.arrays:
                    memory, _ = self.place_of(arguments[place])
                    if not memory.stays and memory not in self.given:
                        spans.setdefault(memory, [step, step])[1] = step
        starts, self.size = placed([Lifetime(memory.array.nbytes, *span) for memory, span in spans.items()])
        self.starts = dict(zip(spans, starts))

    def place_of(self, array: Array) -> tuple[Memory, int]:
        """The memory in which an array of a call is, and how many bytes after its beginning."""
        memory = self.recording.memory_of(array)
        assert memory is not None  # or the call would not have been noted
        return memory, address_of(array) - memory.address


class _Written:
    """A plan for memory at a certain address, as native code reads it.

    Kernels take array objects, of which they know where the address of the elements stands. In their place are
    *handles*: a few numbers of 64 bits with that address among them.

    Attributes:
        memory: where all is that was not given.
    """

    def __init__(self, plan: Plan, memory: Array) -> None:
        self.memory = memory
        handles: dict[tuple[Memory, int], int] = {}
        for kernel, calls in plan.calls:
            for call in calls:
                for place in kernel.arrays:
                    handles.setdefault(plan.place_of(call[place]), len(handles))
        self._handles = np.zeros((len(handles), HANDLE), np.int64)
        first, size, begin = self._handles.ctypes.data, self._handles.strides[0], memory.ctypes.data
        arrays = []
        for (found, beyond), number in handles.items():
            if found in plan.given:
                arrays.append([first + number * size + 8 * (HANDLE - 1), plan.given[found], beyond])
            else:
                start = found.address if found.stays else begin + plan.starts[found]
                self._handles[number, HANDLE - 1] = start + beyond
        self._arguments = np.empty(sum(len(calls) * len(kernel.kinds) for kernel, calls in plan.calls), np.int64)
        next_one, steps, numbers = self._arguments.ctypes.data, [], []
        packed = bytearray()
        for kernel, calls in plan.calls:
            steps.append([kernel.packed_code, next_one + len(packed), len(calls), 8 * len(kernel.kinds)])
            for call in calls:
                given = list(call)
                for place in kernel.arrays:
                    given[place] = first + handles[plan.place_of(call[place])] * size
                for place, one in enumerate(call):
                    if isinstance(one, Number):
                        numbers.append([next_one + len(packed) + 8 * place, plan.given[one], 0])
                        given[place] = 0
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
    """The calls of a recording, to be made again and again.

    Args:
        recording: the calls.
        given: what differs from time to time, in the order in which it will be given: arrays, then numbers.
        arena: where all other memory is.
    """

    def __init__(self, recording: Recording, given: Sequence[Given], arena: Arena) -> None:
        self._plan = Plan(recording, given)
        self._arrays = sum(isinstance(one, Memory) for one in given)
        self._pack = struct.Struct("q" * self._arrays + "d" * (len(given) - self._arrays)).pack
        self._arena = arena
        arena.size = max(arena.size, self._plan.size)
        self._written: _Written | None = None

    def __call__(self, arrays: Sequence[Array], numbers: Sequence[Any]) -> None:
        """Make the calls; arrays must be in order in memory."""
        given = self._pack(*map(id, arrays), *numbers)
        if self._arena.free.acquire(blocking=False):
            try:
                memory = self._arena.memory()
                if self._written is None or self._written.memory is not memory:
                    self._written = _Written(self._plan, memory)
                self._written.perform(given)
            finally:
                self._arena.free.release()
        else:  # another thread works with it
            _Written(self._plan, np.empty(self._plan.size, np.uint8)).perform(given)
