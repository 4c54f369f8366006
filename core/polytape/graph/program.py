"""A graph as straight-line Python: one line a node, arrays let go of after their last use."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from polytape.backend import COMPOSITIONS, Array, Backend
from polytape.graph.graph import Cell, Graph, Kind, Node, Value, compared, values_in
from polytape.graph.host import Called
from polytape.graph.in_place import last_updates, references, updates_last
from polytape.graph.live import Live
from polytape.observation import observed
from polytape.primitive import FORMULAS
from polytape.random.streams import Stream
from polytape.recorder import recorders
from polytape.tensor import Tensor

Replay = Callable[..., tuple[tuple[Any, ...], tuple[Any, ...]]]
"""`(session, *arguments, *reads) -> (outputs, writes)`, on bare arrays."""


class Missed(Exception):
    """A guard saw another outcome than the one that was recorded."""

    def __init__(self, number: int, outcome: Any) -> None:
        self.number = number
        self.outcome = outcome


class Session:
    """What one replay has drawn and called, until it is committed.

    A replay that misses a guard goes on as another one, or as a run that is recorded. That takes over what has been
    done, in the same order: the user's functions are not called twice, and random numbers are not drawn twice.
    """

    __slots__ = ("alone", "done", "drawn", "failed", "place")

    def __init__(self) -> None:
        self.alone: Sequence[bool] = ()
        """Whether nobody else refers to the arrays that the program may write to."""
        self.done: list[Any] = []
        """The states that were drawn and what the user's functions gave, in order."""
        self.drawn: dict[Stream, int] = {}
        self.failed: Exception | None = None
        """What a function of the user has raised."""
        self.place = 0

    def draw(self, stream: Callable[[], Stream], count: int) -> Tensor:
        """The state of a stream, as far on as this replay has drawn from it."""
        if self.place == len(self.done):
            found = stream()
            offset = self.drawn.get(found, 0)
            self.drawn[found] = offset + count
            self.done.append(found.ahead(offset))
        self.place += 1
        return self.done[self.place - 1]  # type: ignore[no-any-return]

    def call(self, function: Callable[..., Called], *given: Any) -> Called:
        """What a function of the user gives, which is not called again if a replay before this one has called it."""
        if self.place == len(self.done):
            self.commit()  # the function may draw, too: after what has been drawn
            token = recorders.set(())
            try:
                self.done.append(function(*given))
            except Exception as error:
                self.failed = error
                raise
            finally:
                recorders.reset(token)
        self.place += 1
        return self.done[self.place - 1]  # type: ignore[no-any-return]

    def again(self) -> None:
        """Begin another replay in place of one that missed a guard."""
        self.place = 0

    def commit(self) -> None:
        """Let the streams move on."""
        for stream, count in self.drawn.items():
            stream.advance(count)
        self.drawn.clear()


class Program:
    """A compiled graph: its function, the cells that it reads and writes, and those whose arrays it may write to."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reads: Sequence[Cell] = [cell for cell, _ in graph.reads]
        self.writes: Sequence[Cell] = [cell for cell, _ in graph.writes]
        self.outcomes = [compared(node.outcome) for node in graph.guards]
        self.source, names, self.in_place = written(graph)
        replay = _compiled(graph.name, self.source, names)
        pure = all(node.kind in (Kind.CALL, Kind.GUARD) for node in graph.nodes)
        for backend in {node.backend: None for node in graph.nodes if node.backend}:
            replay = backend.computing_within(replay, pure=pure)
        self.replay: Replay = replay
        """The outputs and what is to be written, from the arrays of the arguments and of the cells that are read."""


def written(graph: Graph) -> tuple[str, dict[str, Any], list[Cell]]:
    """The source of a graph's function, the names that it uses, and the cells whose arrays it may write to."""
    writer = _Writer(replace(graph, nodes=updates_last(graph)))
    return writer.write(), writer.names, list(writer.in_place.values())


class _Writer:
    """Writes a graph as the source of a function."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.in_place = last_updates(graph, graph.nodes)
        self.names: dict[str, Any] = {
            "Missed": Missed,
            "compared": compared,
            "references": references,
        }
        self.known: dict[int, str] = {}
        self.lines: list[str] = []
        self.count = 0
        self.guards = 0

    def write(self) -> str:
        """Return the source."""
        graph = self.graph
        for number, value in enumerate(graph.arguments):
            value.name = f"x{number}"
        for number, (_, value) in enumerate(graph.reads):
            value.name = f"s{number}"
        self.lines += [f"n{n} = references({node.arguments[0].name})" for n, node in enumerate(self.in_place)]
        last = _last_uses(graph)
        lasting_guard = max([place for place, node in enumerate(graph.nodes) if node.kind is not Kind.CALL], default=-1)
        for place, node in enumerate(graph.nodes):
            for result in node.results:
                self.count += 1
                result.name = f"v{self.count}"
            self.lines.append(self._line(node, place < lasting_guard))
            gone = [value.name for value in last.get(place, ()) if value.name]
            if gone:
                self.lines.append(f"del {', '.join(gone)}")
        parameters = ["session", *(value.name for value in graph.arguments), *(v.name for _, v in graph.reads)]
        outputs = "".join(f"{self._text(output)}, " for output in graph.outputs)
        writes = "".join(f"{self._text(value)}, " for _, value in graph.writes)
        body = "\n    ".join([*self.lines, f"return ({outputs}), ({writes})"])
        return f"def replay({', '.join(parameters)}):\n    {body}\n"

    def _line(self, node: Node, may_miss: bool) -> str:
        if node.kind is Kind.GUARD:
            return self._guard(node)
        if node.kind is Kind.DRAW:
            return f"{node.results[0].name} = session.draw({self._constant(node.function)}, {node.arguments[0]})._array"
        if node.kind is Kind.HOST:
            arguments = [self._constant(node.function), *(self._text(argument) for argument in node.arguments)]
            called = f"session.call({', '.join(arguments)})"
            if not node.results:
                return called
            results = "".join(f"{result.name}, " for result in node.results)
            return f"{results}= {called}.values({self._constant(node.options['written'])})"
        results = ", ".join(result.name for result in node.results)
        if node.multiple:
            results += ","
        return f"{results} = {self._call(node, may_miss)}"

    def _call(self, node: Node, may_miss: bool) -> str:
        if node.name == "[]":
            return f"{self._text(node.arguments[0])}[{self._text(node.arguments[1])}]"
        assert node.backend is not None
        if node.function is not None:
            arguments = [self._text(argument) for argument in node.arguments]
            called = observed("op", node.name, node.backend, node.function)
            return f"{self._constant(called)}({', '.join(arguments)})"
        if may_miss and node.name in FORMULAS:  # it may write to its slots, but nothing is certain yet
            function = self._constant(partial(COMPOSITIONS[node.name], node.backend))
        else:
            function = self._named(node.name, getattr(node.backend.within_computing(), node.name))
        if node in self.in_place:
            function = self._in_place(node, function)
        arguments = [self._text(argument) for argument in node.arguments]
        options = [f"{name}={self._text(value)}" for name, value in node.options.items()]
        return f"{function}({', '.join((*arguments, *options))})"

    def _in_place(self, node: Node, copying: str) -> str:
        """The choice between an update of rows in the array of a cell and one in a copy."""
        assert node.backend is not None
        writing = self._named("put_slot_rows", node.backend.within_computing().put_slot_rows)
        number, cell, x = list(self.in_place).index(node), self.in_place[node], node.arguments[0].name
        alone = f"session.alone[{number}] and {self._constant(cell)}.unread() and references({x}) == n{number}"
        return f"({writing} if {alone} else {copying})"

    def _guard(self, node: Node) -> str:
        looked = self._text(node.arguments[0])
        if node.name == "number":
            found = f"compared({looked})"
        elif node.name == "float":
            found = f"compared(float({looked}))"
        elif node.name == "shape":
            found = f"tuple({looked}.shape)"
        elif node.name in ("written", "variables"):
            found = looked
        elif node.name == "numpy":
            assert node.backend is not None
            found = f"{self._constant(partial(_seen, node.backend))}({looked})"
        else:
            found = f"{node.name}({looked})"
        self.guards += 1
        expected = self._constant(compared(node.outcome))
        return f"if (outcome := {found}) != {expected}: raise Missed({self.guards - 1}, outcome)"

    def _text(self, argument: Any) -> str:
        if type(argument) is Value:
            return argument.name
        if type(argument) is tuple and next(values_in(argument), None) is not None:
            return "(" + "".join(f"{self._text(item)}, " for item in argument) + ")"
        if type(argument) is Live:
            return f"{self._constant(argument.compute)}()"
        if argument is None or type(argument) in (bool, int):
            return repr(argument)
        return self._constant(argument)

    def _constant(self, value: Any) -> str:
        name = self.known.get(id(value))
        if name is None:
            name = self.known[id(value)] = f"c{len(self.known)}"
            self.names[name] = value
        return name

    def _named(self, name: str, function: Any) -> str:
        if self.names.setdefault(name, function) is function:
            return name
        return self._constant(function)


def _seen(backend: Backend, array: Array) -> tuple[Any, bytes]:
    """What Python sees of an array that goes to the host."""
    found = backend.to_numpy(array)
    return found.shape, found.tobytes()


def _last_uses(graph: Graph) -> dict[int, list[Value]]:
    """The values that nothing needs after the node at a place."""
    kept = set(graph.results())
    found: dict[Value, int] = {}
    for place, node in enumerate(graph.nodes):
        for value in (*node.results, *node.values()):
            found[value] = place
    last: dict[int, list[Value]] = {}
    for value, place in found.items():
        if value not in kept:
            last.setdefault(place, []).append(value)
    return last


def _compiled(name: str, source: str, names: dict[str, Any]) -> Replay:
    """The function of a source, whose lines tracebacks can show."""
    file = f"<polytape function {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), names)
    found: Replay = names["replay"]
    return found
