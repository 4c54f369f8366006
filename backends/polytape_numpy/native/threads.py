"""Calls of a kernel side by side, on threads that soon sleep where there is no work: BLAS's need the cores too."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from threading import Lock, Thread
from typing import Any

import numpy as np

from polytape.backend import Array
from polytape_numpy.native.library import kernel
from polytape_numpy.native.loading import Kernel
from polytape_numpy.native.planning import empty, recording, scalar
from polytape_numpy.native.source.sizes import STATE_SIZE

_SHARE = 30_000
"""Elements of a loop for one core at least: with fewer, waking its thread takes as long as they do."""

_PLANNED_SHARE = 10_000
"""The same in a plan, whose cores are awake."""


@cache
def cores() -> int:
    """How many cores this process may use; one, where the system's threads are not those of POSIX."""
    if os.name != "posix":
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def part_count(outer: int, elements: int) -> int:
    """Into how many parts a loop is divided whose outermost level runs `outer` times."""
    return max(1, min(cores(), outer, elements // (_SHARE if recording() is None else _PLANNED_SHARE)))


def bounds(length: int, parts: int) -> list[tuple[int, int]]:
    """Where each of so many parts of about the same length begins and ends."""
    return [(length * part // parts, length * (part + 1) // parts) for part in range(parts)]


def in_parts(loop: Kernel, outer: int, parts: int, rest: tuple[Any, ...]) -> None:
    """Run `loop(start, stop, part, *rest)` over the whole of its outermost level."""
    run(loop, [(start, stop, part, *rest) for part, (start, stop) in enumerate(bounds(outer, parts))])


def run(loop: Kernel, calls: Sequence[tuple[Any, ...]]) -> None:
    """Call a kernel with each of these arguments, at the same time; return when all have returned.

    While a plan is made, the calls are noted instead.
    """
    noted = recording()
    if noted is not None:
        noted.call(loop, calls)
        return
    if len(calls) > 1:
        crew = _crew()
        if crew.free.acquire(blocking=False):
            try:
                crew.share(loop, calls)
            finally:
                crew.free.release()
            return
    for call in calls:  # there is but one, or the other cores are busy for another thread
        loop(*call)


def perform(*plan: Any, shared: bool) -> None:
    """Call kernels one after another, each for all its parts, at the same time if they are `shared`.

    Args:
        plan: what `source.sequence.perform` takes between the crew's state and the last argument.
    """
    crew = _crew() if shared else None
    if crew is not None and crew.free.acquire(blocking=False):
        try:
            _perform()(crew.state, *plan, 1)
        finally:
            crew.free.release()
    else:
        _perform()(_NOBODY, *plan, 0)


_NOBODY = np.zeros(STATE_SIZE, np.int64)
"""The state where there is no crew."""


@cache
def _perform() -> Kernel:
    return kernel("sequence.perform", ("int64", "int64", "int", "int64", "int", "int", "address", "int"))


def added(parts: Array) -> Array:
    """The sum of what the cores have made, each its own."""
    if len(parts) == 1:
        return parts[0]
    return total(parts.reshape(len(parts), -1), 1.0, parts.dtype, parts.shape[1:])


def total(parts: Array, factor: float, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Array:
    """The sum of what the cores have added up, times a factor, as an array of a dtype and a shape."""
    count, length = parts.shape
    found = empty(shape, dtype)
    shares = bounds(length, part_count(length, parts.size))
    run(_total(parts.dtype, dtype), [(parts, count, length, factor, found, *share) for share in shares])
    return found if shape else scalar(found)


@cache
def _total(parts: np.dtype[Any], dtype: np.dtype[Any]) -> Kernel:
    return kernel(f"sums.total_{dtype.name}", (parts.name, "int", "int", "float", dtype.name, "int", "int"))


class _Crew:
    """A thread for each further core, and the memory by which they are told what to do.

    Attributes:
        free: held by the thread whose calls they make.
        state: what they share; see `source.crew`.
    """

    def __init__(self) -> None:
        self.free = Lock()
        self.state = np.zeros(STATE_SIZE, np.int64)
        self._share = kernel("crew.share", ("int64", "int", "address", "int", "int"))
        kernel("crew.begin", ("int64",))(self.state)
        work = kernel("crew.work", ("int64",))
        for number in range(1, cores()):
            Thread(target=work, args=(self.state,), name=f"polytape-{number}", daemon=True).start()

    def share(self, loop: Kernel, calls: Sequence[tuple[Any, ...]]) -> None:
        """Have the calls made, some of them by this thread."""
        packed = [loop.packed(call) for call in calls]
        self._share(self.state, loop.packed_code, b"".join(packed), len(calls), len(packed[0]))


@cache
def _crew() -> _Crew:
    return _Crew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_crew.cache_clear)  # a child has none of its parent's threads
