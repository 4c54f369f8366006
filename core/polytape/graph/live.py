"""The trace that records, and numbers that belong to Python's state and not to a graph."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polytape.graph.trace import Trace
    from polytape.tensor import Tensor

tracing: ContextVar[Trace | None] = ContextVar("polytape_trace", default=None)
"""The trace that records this thread or task."""


class Live:
    """A number that depends on Python's state, such as the count of steps: it is computed anew at each replay.

    Arithmetic on it gives another such number. Where Python needs the number itself, or an answer about it, that is a
    look, which a replay has to find as it was.
    """

    __slots__ = ("compute",)

    def __init__(self, compute: Callable[[], Any]) -> None:
        self.compute = compute

    def __polytape_tensor__(self) -> Tensor:
        """A float32 tensor that holds the number."""
        trace = tracing.get()
        if trace is None:
            from polytape.conversion import convert  # a floor above

            return convert(self.compute())
        return trace.number(self)

    def _look(self) -> Any:
        trace = tracing.get()
        return self.compute() if trace is None else trace.look(self)

    def __float__(self) -> float:
        return float(self._look())

    def __int__(self) -> int:
        return int(self._look())

    def __index__(self) -> int:
        return operator.index(self._look())

    def __bool__(self) -> bool:
        return bool(self._look())

    def __eq__(self, other: object) -> bool:
        return bool(self._look() == number(other))

    __hash__ = object.__hash__

    def __lt__(self, other: Any) -> bool:
        return bool(self._look() < number(other))

    def __le__(self, other: Any) -> bool:
        return bool(self._look() <= number(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self._look() > number(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self._look() >= number(other))

    def __neg__(self) -> Live:
        return Live(lambda: -self.compute())


def number(value: Any) -> Any:
    """A number as it is now."""
    return value.compute() if type(value) is Live else value


def live(compute: Callable[[], Any]) -> Any:
    """A number of Python's state: itself, or while a run is recorded one that each replay computes anew."""
    return compute() if tracing.get() is None else Live(compute)


@contextmanager
def untraced() -> Iterator[None]:
    """A block in which nothing is recorded: what runs in it runs again at each replay, as it is."""
    token = tracing.set(None)
    try:
        yield
    finally:
        tracing.reset(token)


def _arithmetic(function: Callable[[Any, Any], Any], reflected: bool) -> Callable[[Live, Any], Any]:
    def of(self: Live, other: Any) -> Any:
        if not isinstance(other, (int, float, Live)):
            return NotImplemented
        if reflected:
            return Live(lambda: function(number(other), self.compute()))
        return Live(lambda: function(self.compute(), number(other)))

    return of


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow"):
    setattr(Live, f"__{_name}__", _arithmetic(getattr(operator, _name), False))
    setattr(Live, f"__r{_name}__", _arithmetic(getattr(operator, _name), True))
