"""One way through a function: what was recorded, its program, and how results are put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polytape import nest
from polytape.backend import Array, Backend
from polytape.graph.graph import Graph
from polytape.graph.passes import cleaned
from polytape.graph.program import Program, Replay, Session
from polytape.graph.taping import Mode, Taping, probe
from polytape.graph.trace import Trace
from polytape.graph.tracing import bare, home
from polytape.observation import observed, observers
from polytape.recorder import recorders
from polytape.tape import GradientTape
from polytape.tensor import Tensor


class _Place:
    """Where in a result a tensor goes."""

    __slots__ = ("backend",)

    def __init__(self, backend: Backend) -> None:
        self.backend = backend


class Path:
    """One way through a function.

    Attributes:
        recorded: the graph as it was recorded.
        graph: the graph without what is superfluous.
        program: the same, compiled.
    """

    def __init__(
        self, recorded: Graph, structure: Any, leaves: list[Any], taping: Taping | None, compiles: bool | None
    ) -> None:
        self.recorded = recorded
        self.graph = cleaned(recorded)
        self._compiles = compiles
        self._executable: dict[tuple[bool, bool], Graph] = {}
        self._write()
        self.taping = taping
        self._structure = structure
        self._leaves = leaves
        self._single = leaves[0].backend if structure is leaves and type(leaves[0]) is _Place else None

    def result(self, arrays: Sequence[Array], tensors: Sequence[Tensor], tapes: Sequence[GradientTape]) -> Any:
        """What the function returns, made of the arrays at the end of a replay; `tapes` note what was computed."""
        if self._single is not None and self.taping is None:
            return Tensor(arrays[0], self._single)
        made = iter(arrays)
        leaves = [Tensor(next(made), leaf.backend) if type(leaf) is _Place else leaf for leaf in self._leaves]
        if self.taping is not None:
            self.taping.note(tapes, tensors, leaves, list(made))
        return leaves[0] if self._structure is self._leaves else nest.pack_sequence_as(self._structure, leaves)

    def follows(self, outcomes: list[Any]) -> bool:
        """Whether its guards saw these outcomes first."""
        return self.program.outcomes[: len(outcomes)] == outcomes

    def replay(self, session: Session, arrays: list[Array]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The outputs and what is to be written; nothing is written yet.

        Raises:
            Missed: if a guard sees another outcome.
        """
        watched = observers or self._observers
        replay = self._observed() if watched else self.program.replay
        for begin in self.graph.begin:
            begin()
        if self.program.in_place:
            session.alone = [cell.alone() for cell in self.program.in_place]
        return replay(session, *arrays, *[cell.get() for cell in self.program.reads])

    def _write(self) -> None:
        """Write the program; it is not compiled where somebody watches every op, and otherwise for one who times it."""
        backends = {node.backend for node in self.graph.nodes if node.backend is not None}
        watched = any(backend.observer is not None for backend in backends)
        key = watched, bool(observers) and any(backend.compiles_for_observers for backend in backends)
        if key not in self._executable:
            self._executable[key] = _compiled(self.graph, self._compiles)
        self.program = Program(self._executable[key])
        self._observers = list(observers)

    def _observed(self) -> Replay:
        """The replay while somebody watches, or for the first time afterwards: a program holds on to functions."""
        if self._observers != observers:
            self._write()
        backend = next((node.backend for node in self.graph.nodes if node.backend is not None), None)
        return observed("function", self.graph.name, backend, self.program.replay)

    def commit(self, session: Session, writes: Sequence[Array]) -> None:
        """Write what a replay has computed, and let streams and counters move on."""
        for cell, array in zip(self.program.writes, writes):
            cell.set(array)
        session.commit()
        for finish in self.graph.finish:
            finish()


def record(
    name: str,
    function: Callable[[Callable[[], Tensor]], Any],
    tensors: list[Tensor],
    session: Session,
    keep: bool,
    tapes: Sequence[GradientTape],
    watching: Sequence[Mode],
    compiles: bool | None,
) -> tuple[Any, Path, bool]:
    """Run a function and record it.

    Args:
        name: its name.
        function: takes a function that gives one argument's tensor after the other.
        tensors: the tensors of the arguments.
        session: what a replay before this run has drawn and called already.
        keep: whether what it writes stays written.
        tapes: those that listen, in whose place probes listen while the function runs.
        watching: how each of them watches.
        compiles: whether the graph's backend compiles it; with `None` it does where that pays.

    Returns:
        What it returned, the way that it went, and whether it made variables, so that the next run will differ.
    """
    session.again()
    session.commit()
    trace = Trace(name, session, keep)
    with trace.recording():
        arguments = [trace.argument(tensor) for tensor in tensors]
        probes = [probe(tape, mode, arguments) for tape, mode in zip(tapes, watching)]
        given = iter(arguments)
        token = recorders.set(tuple(probes))
        try:
            result = function(lambda: next(given))
        finally:
            recorders.reset(token)
    is_nested = nest.is_nested(result)
    found = nest.flatten(result) if is_nested else [result]
    leaves = [_Place(home(leaf._backend)) if isinstance(leaf, Tensor) else leaf for leaf in found]
    taping = Taping(probes, arguments, found) if probes else None
    arrays = [leaf._array for leaf in found if isinstance(leaf, Tensor)] + (taping.arrays if taping else [])
    path = Path(trace.graph(arrays), result if is_nested else leaves, leaves, taping, compiles)
    return path.result([bare(array) for array in arrays], tensors, tapes), path, trace.grown


def _compiled(graph: Graph, compiles: bool | None) -> Graph:
    """The graph as its backend has compiled it; as it is if there are several, or if somebody watches every op."""
    backends = list({node.backend: None for node in graph.nodes if node.backend is not None})
    if compiles is False or len(backends) != 1 or backends[0].observer is not None:
        return graph
    if compiles is None and not backends[0].compiles():
        return graph
    return backends[0].compile(graph)  # type: ignore[no-any-return]
