"""The memory that CUDA graphs work on: what goes in is copied to it, what comes out is copied from it.

A CUDA graph runs on the addresses that it was captured with. They belong to a pool of their own, which nobody else
allocates from, and which lives as long as the graphs. Each thread has its own, since threads may replay one function at
the same time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import cupy

from polytape.backend import Array
from polytape.graph.graph import Node, Value

_current_device = cupy.cuda.runtime.getDevice


class Home:
    """The place of a value in static memory."""

    __slots__ = ("array", "bound", "source")

    def __init__(self, array: Array, *, bound: bool) -> None:
        self.array = array
        self.bound = bound
        """Whether a graph of the same function writes it: then it is read where it is."""
        self.source: Array | None = None
        """What was copied last; arrays keep their values, so it need not be copied twice."""

    def holds(self, array: Array) -> bool:
        """Take a value in, unless it is there; false if it can't be taken in."""
        if array is self.array or array is self.source:
            return True
        if self.bound:
            return _same_place(array, self.array)
        cupy.copyto(self.array, array)
        self.source = array
        return True


def _same_place(x: Array, y: Array) -> bool:
    return bool(x.data.ptr == y.data.ptr and x.strides == y.strides)


class StaticMemory(threading.local):
    """What one thread has captured of one function."""

    def __init__(self) -> None:
        self.pool = cupy.cuda.MemoryPool()
        self.homes: dict[Value, Home] = {}
        self.kept: dict[Any, Any] = {}
        """What each part of the function has captured here."""
        self.results: dict[int, Array] = {}
        """The arrays that graphs write, by identity."""
        self.aside = 0
        """How many calls of the user's functions run in the middle of a replay; they may replay the function again."""
        self.step: Node | None = None
        """The step that runs: what an error will name."""
        self._memories: dict[int, Any] = {}
        self._capturing: dict[int, Any] = {}
        self._launched_on: dict[int, Any] = {}

    def owns(self, array: Array) -> bool:
        """Whether a replay may overwrite an array: it lies in this memory, or is a view of what does.

        What a user's function has left for its gradient is no array.
        """
        return isinstance(array, cupy.ndarray) and id(array.data.mem) in self._memories

    def own(self, array: Array) -> Array:
        """Take note of an array that graphs read or write."""
        memory = array.data.mem
        self._memories[id(memory)] = memory
        return array

    def empty(self, shape: tuple[int, ...], dtype: Any) -> Array:
        """An array in this memory."""
        with cupy.cuda.using_allocator(self.pool.malloc):
            return self.own(cupy.empty(shape, dtype))

    def copied(self, array: Array) -> Array:
        """The array, as a copy if a replay may overwrite it."""
        if not self.owns(array):
            return array
        with on_device(array.data.device_id):
            return array.copy()

    def follow_stream(self, device: int) -> None:
        """Let the current stream wait for the last replay, if that was on another one."""
        stream = cupy.cuda.get_current_stream()
        before = self._launched_on.get(device)
        if before is not None and before != stream:
            stream.wait_event(before.record())
        self._launched_on[device] = stream

    @contextmanager
    def capture_stream(self, device: int) -> Iterator[Any]:
        """A block on a stream of our own, after all that the current one has to do and before what comes later."""
        stream = self._capturing.get(device)
        if stream is None:
            stream = self._capturing[device] = cupy.cuda.Stream(non_blocking=True)
        current = cupy.cuda.get_current_stream()
        stream.wait_event(current.record())
        with stream, cupy.cuda.using_allocator(self.pool.malloc):
            yield stream
        current.wait_event(stream.record())


def on_device(device: int) -> AbstractContextManager[Any]:
    """A block in which a device is the current one."""
    return nullcontext() if device == _current_device() else cupy.cuda.Device(device)


def captured(stream: Any, function: Callable[[], Any]) -> tuple[Any, Any]:
    """The CUDA graph of what a function launches on a stream, and what the function returns."""
    stream.begin_capture()
    try:
        found = function()
    except BaseException:
        _end(stream)
        raise
    return stream.end_capture(), found


def _end(stream: Any) -> None:
    """End a capture that has failed."""
    try:
        stream.end_capture()
    except cupy.cuda.runtime.CUDARuntimeError:
        return  # it was invalidated, and is at an end all the same
