"""The part of the backend contract that says how computing is done, and not what: all of it has a default."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from polytape.primitive import Array


class Execution:
    """Contexts, waiting, compiling."""

    follow: Callable[[Array], None] | None = None
    """For a library that computes on a current device: makes that of an array the current one, before a gradient rule
    runs on bare arrays, whose operators the backend does not see."""

    def computing(self) -> AbstractContextManager[Any]:
        """What a run of many primitives on bare arrays is wrapped in (a stream, say, or floating-point flags)."""
        return nullcontext()

    def computing_within(self, function: Callable[..., Any], *, pure: bool) -> Callable[..., Any]:
        """`function`, run inside of `computing()`; `pure`: it calls nothing but functions of this backend."""

        def run(*arguments: Any) -> Any:
            with self.computing():
                return function(*arguments)

        return run

    def synchronize(self, array: Array) -> None:
        """Wait until `array` has been computed; for a library that computes later, so that times can be taken."""

    def compiles(self) -> bool:
        """Whether graphs are compiled by default; where not, `function(jit_compile=True)` asks for it."""
        return False

    compiles_for_observers = False
    """Whether `compile` makes something else of a graph while `polytape.observation` has observers."""

    def compile(self, graph: Any) -> Any:
        """A function's graph with parts of it replaced by what the backend makes of them; see `polytape.graph`."""
        return graph

    def within_computing(self) -> Any:
        """The backend whose functions are called inside of `computing()`, if some need not enter it by themselves."""
        return self
