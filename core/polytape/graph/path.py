"""One way through a function: what was recorded, its program, and how results are put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polytape import nest
from polytape.backend import Array, Backend
from polytape.graph.graph import Graph
from polytape.graph.passes import cleaned
from polytape.graph.program import Program, Session
from polytape.graph.trace import Trace
from polytape.graph.tracing import TracingBackend, bare
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

    def __init__(self, recorded: Graph, structure: Any, leaves: list[Any]) -> None:
        self.recorded = recorded
        self.graph = cleaned(recorded)
        self.program = Program(self.graph)
        self._structure = structure
        self._leaves = leaves
        self._single = leaves[0].backend if structure is leaves and type(leaves[0]) is _Place else None

    def result(self, arrays: Sequence[Array]) -> Any:
        """What the function returns, made of the arrays at the end of a replay."""
        if self._single is not None:
            return Tensor(arrays[0], self._single)
        made = iter(arrays)
        leaves = [Tensor(next(made), leaf.backend) if type(leaf) is _Place else leaf for leaf in self._leaves]
        return leaves[0] if self._structure is self._leaves else nest.pack_sequence_as(self._structure, leaves)

    def follows(self, outcomes: list[Any]) -> bool:
        """Whether its guards saw these outcomes first."""
        return self.program.outcomes[: len(outcomes)] == outcomes

    def replay(self, session: Session, arrays: list[Array]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The outputs and what is to be written; nothing is written yet.

        Raises:
            Missed: if a guard sees another outcome.
        """
        for begin in self.graph.begin:
            begin()
        return self.program.replay(session, *arrays, *[cell.get() for cell in self.program.reads])

    def commit(self, session: Session, writes: Sequence[Array]) -> None:
        """Write what a replay has computed, and let streams and counters move on."""
        for cell, array in zip(self.program.writes, writes):
            cell.set(array)
        session.commit()
        for finish in self.graph.finish:
            finish()


def record(
    name: str, function: Callable[[Callable[[], Tensor]], Any], tensors: list[Tensor], called: int, keep: bool
) -> tuple[Any, Path, bool]:
    """Run a function and record it.

    Args:
        name: its name.
        function: takes a function that gives one argument's tensor after the other.
        tensors: the tensors of the arguments.
        called: how many of the user's functions a replay before this run has called already.
        keep: whether what it writes stays written.

    Returns:
        What it returned, the way that it went, and whether it made variables, so that the next run will differ.
    """
    trace = Trace(name, called, keep)
    with trace.recording():
        given = iter([trace.argument(tensor) for tensor in tensors])
        result = function(lambda: next(given))
    is_nested = nest.is_nested(result)
    found = nest.flatten(result) if is_nested else [result]
    arrays, leaves, plain = [], [], []
    for leaf in found:
        if isinstance(leaf, Tensor):
            home = leaf._backend.inner if isinstance(leaf._backend, TracingBackend) else leaf._backend
            arrays.append(leaf._array)
            leaves.append(_Place(home))
            plain.append(Tensor(bare(leaf._array), home))
        else:
            leaves.append(leaf)
            plain.append(leaf)
    path = Path(trace.graph(arrays), result if is_nested else leaves, leaves)
    return (nest.pack_sequence_as(result, plain) if is_nested else plain[0]), path, trace.grown
