"""`profile`: a block in which everything that is computed is noted, with its time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from os import PathLike
from pathlib import Path
from threading import current_thread, local
from time import perf_counter_ns
from types import TracebackType
from typing import Any

from polytape.backend import Backend
from polytape.errors import FailedPreconditionError
from polytape.interception import Interception
from polytape.observation import observers
from polytape.origin import user_stack
from polytape.plugins import backends, instances
from polytape.profiling.event import Event
from polytape.profiling.live_memory import LiveMemory, size_of
from polytape.profiling.totals import Total, totals


class _Thread(local):
    """What a thread is in the middle of."""

    def __init__(self) -> None:
        self.running: Event | None = None
        self.number: int | None = None


class Profile:
    """What a block of a program has computed; `profile` makes it.

    Attributes:
        events: what has been noted, in the order in which it ended.
        duration: how long the block took, in nanoseconds.
        threads: the names of the threads, by number.
    """

    def __init__(
        self, *, synchronize: bool = True, within: bool = False, clock: Callable[[], int] = perf_counter_ns
    ) -> None:
        self.events: list[Event] = []
        self.duration = 0
        self.threads: list[str] = []
        self._synchronize = synchronize
        self._within = within
        self._clock = clock
        self._memory = LiveMemory()
        self._thread = _Thread()
        self._blocks: ExitStack | None = None
        self._began = 0

    def __enter__(self) -> Profile:
        if self._blocks is not None:
            raise FailedPreconditionError("A profile is of one block; make another one with polytape.profile().")
        with ExitStack() as blocks:
            for backend in dict.fromkeys([*instances.made(), backends.placement()[0]]):
                around = partial(self._call, backend)
                blocks.enter_context(Interception(backend, around, within=self._within))
            self._blocks = blocks.pop_all()
        observers.append(self._observe)
        self._began = self._clock()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.duration = self._clock() - self._began
        observers.remove(self._observe)
        assert self._blocks is not None
        self._blocks.close()
        self._memory.stop()

    @property
    def peak_bytes(self) -> int:
        """The most bytes that arrays made in the block have held at a time."""
        return self._memory.peak

    def totals(self, by: Sequence[str] = ("label", "backend", "line")) -> list[Total]:
        """The events in groups, the one with the most time of its own first.

        Args:
            by: the attributes of events that those of one group share.
        """
        return totals(self.events, by)

    def table(self, by: str = "line", limit: int | None = 30) -> str:
        """The groups as a table.

        Args:
            by: `"line"` for a row for each op and line of the program, `"op"` for a row for each op.
            limit: how many rows; `None` for all.
        """
        from polytape.profiling.table import table

        return table(self, by, limit)

    def chrome_trace(self, path: str | PathLike[str]) -> None:
        """Write a file in Chrome's trace event format, which chrome://tracing and ui.perfetto.dev show."""
        from polytape.profiling.chrome_trace import chrome_trace

        Path(path).write_text(chrome_trace(self), encoding="utf-8")

    def flame_graph(self, path: str | PathLike[str]) -> None:
        """Write a page that shows which calls of the program the time goes to; it needs nothing but a browser."""
        from polytape.profiling.flame_graph import flame_graph

        Path(path).write_text(flame_graph(self), encoding="utf-8")

    def __repr__(self) -> str:
        return f"<profile of {len(self.events)} events>"

    def __str__(self) -> str:
        return self.table()

    def _observe(
        self, kind: str, name: str, backend: Backend | None, function: Callable[..., Any]
    ) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            return self._noted(kind, name, backend, function, arguments, options)

        return call

    def _call(
        self,
        backend: Backend,
        name: str,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        options: dict[str, Any],
    ) -> Any:
        return self._noted("op", name, backend, function, arguments, options)

    def _noted(
        self,
        kind: str,
        name: str,
        backend: Backend | None,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        options: dict[str, Any],
    ) -> Any:
        """Call a function and note it, unless it raises."""
        clock = self._clock
        entered = clock()
        thread = self._thread
        number = self._number() if thread.number is None else thread.number
        parent = thread.running
        # What runs in an op, a rule or a replay was asked for by the same line.
        stack = user_stack() if parent is None or parent.kind == "data" else parent.stack
        event = thread.running = Event(kind, name, backend.name if backend else "", number, parent, stack)
        computed = backend if kind == "op" else None
        start = clock()
        try:
            found = function(*arguments, **options)
            if computed is not None and self._synchronize:
                _wait(computed, found)
            end = clock()
        finally:
            thread.running = parent
        event.start = start - self._began
        event.duration = end - start
        if computed is not None:
            self._weigh(event, computed, found, arguments)
        self.events.append(event)
        if parent is not None:
            parent.within += clock() - entered
        return found

    def _weigh(self, event: Event, backend: Backend, found: Any, arguments: tuple[Any, ...]) -> None:
        for array in found if isinstance(found, (tuple, list)) else (found,):
            size = size_of(array, backend)
            if size:
                event.output_bytes += size
                self._memory.add(array, size, arguments)

    def _number(self) -> int:
        """The number of a thread that was not seen before."""
        self.threads.append(current_thread().name)
        self._thread.number = len(self.threads) - 1
        return self._thread.number


def _wait(backend: Backend, found: Any) -> None:
    for array in found if isinstance(found, (tuple, list)) else (found,):
        backend.synchronize(array)


def profile(*, synchronize: bool = True, within: bool = False) -> Profile:
    """A block in which every op is noted, with its time, its memory and the line of the program that asks for it.

    Forward ops, gradient rules, updates of optimizers, replays of functions and the elements of datasets are noted, in
    all threads, on every backend that has been used so far and on the one in use.

    Args:
        synchronize: whether to wait for each result. MLX and CuPy only take note of most ops, and compute later: with
            `False` the times are those of taking note. On NumPy it makes no difference.
        within: whether to look inside: composed ops and gradient rules run as the ops that they are made of, one by
            one, which is slower.

    >>> import polytape as tf
    >>> with tf.profile() as p:
    ...     y = tf.exp([1.0, 2.0]) + 1.0
    >>> [(total.name, total.calls) for total in sorted(p.totals(by=["label"]), key=lambda total: total.name)]
    [('add', 1), ('exp', 1)]
    """
    return Profile(synchronize=synchronize, within=within)
