"""A function of a dataset's elements, replayed by `function` where that is quicker and gives the same bits."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from polytape.data.bindings import Bindings
from polytape.data.purity import is_pure
from polytape.data.structure import flatten
from polytape.data.vectorization import EXACT
from polytape.graph.function import Function
from polytape.graph.graph import Graph, Kind
from polytape.tensor import Tensor

_TRIALS = 24
"""Calls of each way that are timed, of which the quickest quarter counts: a few may be of smaller elements."""

_GAIN = 0.95
"""A replay takes at most that part of the function's time, or it is not worth while."""

_KINDS = 4
"""Elements of so many shapes at most; for each there is a record."""


class Replayed:
    """The function `users` of elements, called as it is.

    After some calls it is recorded, if nobody can tell: if it is pure, if what it names stays as it is, and if all
    that it calls gives the same bits in a compiled loop. Both ways are timed, and the quicker one stays.
    """

    def __init__(self, users: Callable[..., Any]) -> None:
        self._users = users
        self._begin()

    def _begin(self) -> None:
        """Call the function as it is, to begin with."""
        self._replay: Function | None = None
        self._bindings: Bindings | None = None
        self._times: list[float] = []
        self._usual = 0.0
        self._kinds = 0
        self._gave_up = False

    def __call__(self, *element: Any) -> Any:
        if self._gave_up:
            return self._users(*element)
        if self._bindings is not None and not self._bindings.hold():
            self._begin()
        replay = self._replay
        if replay is not None and len(self._times) == _TRIALS and replay.kinds == self._kinds:
            return replay(*element)
        begin = perf_counter()
        made = (replay or self._users)(*element)
        if len(self._times) < _TRIALS:
            self._times.append(perf_counter() - begin)
        if replay is not None:
            self._judge(replay)
        elif len(self._times) == _TRIALS:
            self._consider(element)
        return made

    def _consider(self, element: tuple[Any, ...]) -> None:
        """Have the next calls replayed, if they may be."""
        compiles = all(type(leaf) is Tensor and leaf._backend.compiles() for leaf in flatten(element))
        bindings = Bindings(self._users) if compiles and is_pure(self._users) else None
        if bindings is None or not bindings.are_fixed:
            self._gave_up = True
        else:
            self._usual, self._times = _typical(self._times), []
            self._replay, self._bindings = Function(self._users), bindings

    def _judge(self, replay: Function) -> None:
        """Give up replays that might give other bits, that are of too many kinds, or that take too long."""
        self._kinds = replay.kinds
        allowed = self._kinds <= _KINDS and all(_is_exact(path.graph) for path in replay.paths)
        slow = len(self._times) == _TRIALS and _typical(self._times) > _GAIN * self._usual
        self._gave_up = slow or not allowed


def _typical(times: list[float]) -> float:
    return sorted(times)[_TRIALS // 4]


def _is_exact(graph: Graph) -> bool:
    """Whether each of its calls gives the same bits, however many are made in one loop."""
    return all(
        node.kind is Kind.CALL
        and node.name in EXACT
        and (node.name not in ("sum", "prod") or all(value.dtype.kind in "iub" for value in node.results))
        for node in graph.nodes
    )
