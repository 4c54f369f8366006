"""Calls of a kernel side by side, on threads that wait for them asleep: they never take a core from BLAS's threads."""

from __future__ import annotations

import os
from _thread import LockType, allocate_lock
from collections.abc import Callable, Sequence
from functools import cache
from queue import SimpleQueue
from threading import Thread
from typing import Any

_WORTHWHILE = 60_000
"""Below that many elements waking a thread takes longer than a loop over them."""


@cache
def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def part_count(outer: int, elements: int) -> int:
    """Into how many parts a loop is divided whose outermost level runs `outer` times."""
    return max(1, min(cores(), outer)) if elements >= _WORTHWHILE else 1


def bounds(length: int, parts: int) -> list[tuple[int, int]]:
    """Where each of so many parts of about the same length begins and ends."""
    return [(length * part // parts, length * (part + 1) // parts) for part in range(parts)]


def in_parts(loop: Callable[..., None], outer: int, parts: int, rest: tuple[Any, ...]) -> None:
    """Run `loop(start, stop, part, *rest)` over the whole of its outermost level."""
    run(loop, [(start, stop, part, *rest) for part, (start, stop) in enumerate(bounds(outer, parts))])


def run(kernel: Callable[..., None], calls: Sequence[tuple[Any, ...]]) -> None:
    """Call `kernel` with each of these arguments, at the same time; return when all have returned.

    There are as many threads as cores, so there may be more calls than that.
    """
    if len(calls) == 1:
        kernel(*calls[0])
        return
    tasks = [_Task(kernel, call) for call in calls[1:]]
    queue = _queue()
    for task in tasks:
        queue.put(task)
    kernel(*calls[0])
    for task in tasks:
        task.wait()


class _Task:
    """A call that another thread makes."""

    __slots__ = ("arguments", "done", "error", "kernel")

    def __init__(self, kernel: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        self.kernel = kernel
        self.arguments = arguments
        self.error: BaseException | None = None
        self.done: LockType = allocate_lock()
        self.done.acquire()

    def make(self) -> None:
        """Make the call, on the thread that runs this."""
        try:
            self.kernel(*self.arguments)
        except BaseException as error:  # it belongs to the thread that waits, which raises it
            self.error = error
        self.done.release()

    def wait(self) -> None:
        """Sleep until it has been made."""
        self.done.acquire()
        if self.error is not None:
            raise self.error


@cache
def _queue() -> SimpleQueue[_Task]:
    """Where the threads look for work; they are started with it."""
    queue: SimpleQueue[_Task] = SimpleQueue()
    for number in range(max(1, cores() - 1)):
        Thread(target=_work, args=(queue,), name=f"polytape-{number}", daemon=True).start()
    return queue


def _work(queue: SimpleQueue[_Task]) -> None:
    while True:
        queue.get().make()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_queue.cache_clear)  # a child has none of its parent's threads
