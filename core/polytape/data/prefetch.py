"""Prefetching: a thread that works ahead of whoever consumes the elements."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from contextvars import copy_context
from threading import Condition, Thread
from time import perf_counter
from typing import Any

from polytape.data.stage import Stage, Transformation
from polytape.recorder import recorders

_HANDOVER = 0.0003
"""Seconds that it costs to hand an element from one thread to another, most of them for the interpreter's lock."""

_WORTHWHILE = 0.002
"""Seconds that a thread would have saved so far: then there is one."""


class Prefetched(Transformation):
    """The source, run through by a thread of its own that is up to `size` elements ahead.

    The thread starts when it would have saved time: when both the elements and what the consumer does between them have
    taken a while. Until then the consumer computes its elements itself. The thread ends with the last element, with an
    error, which the consumer gets in its place, or as soon as the consumer drops its iterator.
    """

    def __init__(self, source: Stage, size: int) -> None:
        super().__init__(source)
        self.size = size

    def is_pure(self) -> bool:
        return self.source.is_pure()

    def elements(self) -> Iterator[Any]:
        # The choice of the backend holds for all elements; a tape that listens to the consumer hears none of them.
        context = copy_context()
        context.run(recorders.set, ())
        source = iter(self.source.elements())
        saved = -math.inf  # the first element may have to fill buffers, and what is done with it may compile
        while saved < _WORTHWHILE:
            begin = perf_counter()
            try:
                element = context.run(next, source)
            except StopIteration:
                return
            made = perf_counter()
            yield element
            saved = max(0.0, saved + min(made - begin, perf_counter() - made) - _HANDOVER)
        channel = Channel(self.size)
        Thread(target=context.run, args=(_fill, channel, source), name="polytape-prefetch", daemon=True).start()
        try:
            yield from channel.receive()
        finally:
            channel.close()


def _fill(channel: Channel, source: Iterator[Any]) -> None:
    error = None
    try:
        for element in source:
            if not channel.send(element):
                return
    except BaseException as cause:  # whatever it is, the consumer is the one to hear of it
        error = cause
    channel.finish(error)


class Channel:
    """A queue of bounded length between one producer and one consumer, which either may close."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.waiting: deque[Any] = deque()
        self.changed = Condition()
        self.closed = False
        self.finished = False
        self.error: BaseException | None = None

    def send(self, element: Any) -> bool:
        """Wait for room and put an element in; return whether anybody still wants elements."""
        with self.changed:
            while len(self.waiting) >= self.size and not self.closed:
                self.changed.wait()
            if self.closed:
                return False
            self.waiting.append(element)
            self.changed.notify()
            return True

    def finish(self, error: BaseException | None) -> None:
        """Say that no more elements come, and why if it was an error."""
        with self.changed:
            self.finished = True
            self.error = error
            self.changed.notify()

    def receive(self) -> Iterator[Any]:
        """Yield the elements, then raise the producer's error, if there was one."""
        while True:
            with self.changed:
                while not self.waiting and not self.finished:
                    self.changed.wait()
                if not self.waiting:
                    break
                element = self.waiting.popleft()
                self.changed.notify()
            yield element
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        """Say that no more elements are wanted."""
        with self.changed:
            self.closed = True
            self.waiting.clear()
            self.changed.notify()
