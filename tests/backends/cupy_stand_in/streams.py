"""Streams, events, and the capture of what a stream is told to do, as CUDA graphs.

Nothing runs at the same time here, but the stand-in keeps count: what one stream has written may be used on another
only after that has waited for an event. While a stream is captured nothing that it is told runs. Then CUDA and CuPy
refuse to wait, to copy from or to the host, to call cuBLAS and cuSOLVER; the stand-in also refuses memory from outside
of a pool of one's own, and kernels that have never run, which would be compiled and loaded on the way.
"""

from __future__ import annotations

import itertools
import threading
import weakref
from collections.abc import Callable
from typing import Any

from cupy_stand_in import cuda
from cupy_stand_in.cuda import MACHINE, CUDARuntimeError

_numbers = itertools.count(1)


class Event:
    """What the recording stream has done and seen so far."""

    def __init__(self, seen: dict[Any, int]) -> None:
        self.seen = seen


class Stream:
    """A stream of the device that is the current one when it is made; number 0 is the device's default stream."""

    def __init__(self, *, non_blocking: bool = False, default_of: int | None = None) -> None:
        self.device = cuda.current() if default_of is None else default_of
        self.number = next(_numbers) if default_of is None else 0
        self.key = (self.device, self.number)
        self.non_blocking = non_blocking
        self.capture: Capture | None = None
        self.seen: dict[Any, int] = {}
        """How far this stream knows each to have come; itself, what it has been told so far."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stream) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __enter__(self) -> Stream:
        assert self.device == cuda.current(), "a stream is entered on its device"
        _thread.entered.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        assert _thread.entered.pop() is self

    def record(self, event: Event | None = None) -> Event:
        assert self.device == cuda.current(), "an event is recorded on a stream of the current device"
        assert self.capture is None, "the backend records no events while a stream is captured"
        MACHINE.log.append(("record", self.device))
        found = event or Event({})
        found.seen = dict(self.seen)
        return found

    def wait_event(self, event: Event) -> None:
        MACHINE.log.append(("wait", self.device))
        for key, time in event.seen.items():
            self.seen[key] = max(self.seen.get(key, 0), time)

    def synchronize(self) -> None:
        if self.capture is not None:
            self.capture.valid = False
            raise CUDARuntimeError(900, "cudaErrorStreamCaptureUnsupported: operation not permitted when capturing")
        MACHINE.log.append(("synchronize", self.device))

    def begin_capture(self, mode: Any = None) -> None:
        if not self.number:
            raise RuntimeError("cannot capture on the default (legacy) stream")
        assert self.non_blocking, "CUDA's default stream is unhappy when a blocking stream is captured"
        assert self.capture is None
        self.capture = Capture()

    def end_capture(self) -> Graph:
        capture, self.capture = self.capture, None
        assert capture is not None
        if not capture.valid:
            raise CUDARuntimeError(901, "cudaErrorStreamCaptureInvalidated: operation failed due to a previous error")
        MACHINE.log.append(("captured", self.device))
        return Graph(capture, self.device)

    def is_capturing(self) -> bool:
        return self.capture is not None


class Capture:
    """What a stream was told while it was captured."""

    def __init__(self) -> None:
        self.steps: list[Callable[[], None]] = []
        self.read: list[Any] = []
        self.written: list[Any] = []
        self.pools: list[Any] = []
        self.valid = True


class Graph:
    """A CUDA graph: runs on the memory that it was captured with."""

    def __init__(self, capture: Capture, device: int) -> None:
        self._capture = capture
        self._device = device
        self.launches = 0

    def upload(self, stream: Any = None) -> None:
        assert cuda.current() == self._device

    def launch(self, stream: Any = None) -> None:
        assert cuda.current() == self._device, "a graph is launched on its device"
        assert all(pool() is not None for pool in self._capture.pools), "the graph's memory was given back to CUDA"
        self.launches += 1
        MACHINE.log.append(("launch", self._device))
        into = get_current_stream().capture
        if into is not None:
            into.steps.extend(self._capture.steps)
            return
        used(self._capture.read, self._capture.written)
        for step in self._capture.steps:
            step()


class _Thread(threading.local):
    def __init__(self) -> None:
        self.entered: list[Stream] = []


_thread = _Thread()
_defaults: dict[int, Stream] = {}


def get_current_stream() -> Stream:
    """The current stream of the current device."""
    device = cuda.current()
    for stream in reversed(_thread.entered):
        if stream.device == device:
            return stream
    return _defaults.setdefault(device, Stream(default_of=device))


def capturing() -> Capture | None:
    """What is being captured of the current stream."""
    return get_current_stream().capture


def refuse(error: type[Exception], text: str) -> None:
    """Raise an error if the current stream is captured."""
    if capturing() is not None:
        raise error(text)


def used(read: list[Any], written: list[Any]) -> None:
    """Take note that the current stream reads and writes memory, in step with what other streams have written."""
    stream = get_current_stream()
    for memory in (*read, *written):
        key, time = memory.written
        if key is not None and key != stream.key and stream.seen.get(key, 0) < time:
            raise AssertionError(f"stream {stream.key} uses what {key} has written without having waited for it")
    stream.seen[stream.key] = stream.seen.get(stream.key, 0) + 1
    for memory in written:
        memory.written = stream.key, stream.seen[stream.key]


def told(step: Callable[[], None], read: list[Any], written: list[Any], kernel: Any) -> None:
    """Do a step that fills memory, or note it if the current stream is captured."""
    capture = capturing()
    loaded = (cuda.current(), kernel)
    if capture is None:
        MACHINE.loaded.add(loaded)
        used(read, written)
        step()
        return
    assert loaded in MACHINE.loaded, f"a kernel would be loaded while a stream is captured: {kernel}"
    capture.steps.append(step)
    capture.read += read
    capture.written += written


def pool_in_use(pool: Any) -> None:
    """Take note of the pool that memory comes from; while a stream is captured it must be one's own."""
    capture = capturing()
    if capture is not None:
        assert pool is not None, "memory of the common pool, while a stream is captured, will be used by others"
        if all(other() is not pool for other in capture.pools):
            capture.pools.append(weakref.ref(pool))
