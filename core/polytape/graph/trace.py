"""`Trace`: one run of a Python function, recorded while it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import get_ident
from typing import Any

from polytape import dtypes
from polytape.backend import Array, Backend
from polytape.errors import InvalidArgumentError
from polytape.graph.graph import Graph, Kind, Node, Value
from polytape.graph.host import Called, Host
from polytape.graph.live import Live, number, tracing, untraced
from polytape.graph.program import Session
from polytape.graph.state import StateCell, live_cells
from polytape.graph.tracing import (
    SHAPED_BY_VALUES,
    Traced,
    TracingBackend,
    bare,
    home,
    recorded,
    tracing_backend,
)
from polytape.origin import user_line
from polytape.plugins import backends
from polytape.primitive import FORMULAS
from polytape.random.streams import Stream
from polytape.tensor import Tensor


class Trace:
    """One run, while it is recorded.

    Within `recording()` every live variable and slot holds a traced array, so that reading it is seen; afterwards they
    hold what the run has written to them, or what they held before if it failed.

    Args:
        name: the function's name.
        session: what a replay that this run takes the place of has drawn and called already.
        keep: whether what the run writes stays written.
    """

    def __init__(self, name: str, session: Session, keep: bool = True) -> None:
        self.name = name
        self.session = session
        self.keep = keep
        self.thread = get_ident()
        self.nodes: list[Node] = []
        self.arguments: list[Value] = []
        self.begin: list[Callable[[], None]] = []
        self.finish: list[Callable[[], None]] = []
        self.cells: dict[Any, tuple[StateCell, Value, Array]] = {}
        self.writes: list[tuple[StateCell, Any]] = []
        self.steps: Counter[int] = Counter()
        self.hosts: list[Host] = []
        self.away = ""
        """The name of what calls a Python function just now: nothing is recorded meanwhile."""
        self.grown = False
        """Whether the run has made variables or slots: another one will go otherwise."""

    @contextmanager
    def recording(self) -> Iterator[Trace]:
        """A block whose runs of backend functions are recorded."""
        self._begin()
        token = tracing.set(self)
        try:
            yield self
        except BaseException:
            tracing.reset(token)
            self._restore()
            raise
        tracing.reset(token)
        self._settle()
        if not self.keep:
            self._restore()
            return
        for finish in self.finish:
            finish()

    def argument(self, tensor: Tensor) -> Tensor:
        """A tensor that the function is called with, as the run sees it."""
        value = self._value(tensor._array)
        self.arguments.append(value)
        return self._tensor(value, tensor._array, tensor._backend)

    def graph(self, outputs: list[Any]) -> Graph:
        """The record, once the block has ended; `outputs` are arrays as the run has left them."""
        made = [recorded(output, self) for output in outputs]
        graph = Graph(self.name, self.arguments, [], self.nodes, made, list(self.writes), self.begin, self.finish)
        used = {value for node in self.nodes for value in node.values()} | set(graph.results())
        graph.reads = [(cell, value) for cell, value, _ in self.cells.values() if value in used]
        own = {cell for cell, _ in (*graph.reads, *graph.writes)}
        watched = {key: cell for key, (cell, _, _) in self.cells.items() if cell in own}
        for host in self.hosts:
            host.watched = watched
        return graph

    # What the tracing backend and the places that keep state tell it.

    def call(
        self,
        backend: TracingBackend,
        name: str,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        plain: list[Any],
        options: dict[str, Any],
    ) -> Any:
        """Call a function of the backend on bare arrays, and record it."""
        self._refuse_away()
        if name in FORMULAS:  # they may write to the arrays they are given, which a failing run must leave alone
            plain = [_copy(backend.inner, argument) for argument in plain]
        made = function(*plain, **{key: number(option) for key, option in options.items()})
        multiple = isinstance(made, (tuple, list))
        parts = list(made) if multiple else [made]
        results = tuple([Value((), None) if part is None else self._value(part) for part in parts])
        given = tuple([recorded(argument, self) for argument in arguments])
        self.nodes.append(Node(Kind.CALL, name, given, options, results, backend.inner, multiple, place=user_line()[0]))
        found = [None if part is None else Traced(part, value, self, backend) for part, value in zip(parts, results)]
        if name in SHAPED_BY_VALUES:
            for traced in found:
                if traced is not None:
                    self.guard(traced, "shape", traced.shape)
        return tuple(found) if multiple else found[0]

    def guard(self, traced: Traced, how: str, outcome: Any) -> None:
        """Take note that Python has looked at a value."""
        if type(traced.value) is Value:
            self._refuse_away()
        if tracing.get() is self and type(traced.value) is Value:
            arguments = (traced.value,)
            inner = traced.backend.inner
            self.nodes.append(Node(Kind.GUARD, how, arguments, outcome=outcome, backend=inner, place=user_line()[0]))

    def host(self, name: str, function: Callable[..., None], tensors: Sequence[Tensor] = ()) -> None:
        """Call a Python function with tensors, now and again at each replay; what it returns is of no interest."""
        homes = [home(tensor._backend) for tensor in tensors]

        def call(*arrays: Array) -> Called:
            function(*[Tensor(array, backend) for array, backend in zip(arrays, homes)])
            return Called((), {})

        given = tuple([recorded(tensor._array, self) for tensor in tensors])
        self.nodes.append(
            Node(Kind.HOST, name, given, backend=homes[0] if homes else None, function=call, place=user_line()[0])
        )
        with self._untraced(name):
            self.session.call(call, *[bare(tensor._array) for tensor in tensors])

    def python(
        self, name: str, function: Callable[..., Sequence[Any]], given: Sequence[Any], backend: Backend
    ) -> list[Traced]:
        """Call a Python function, now and again at each replay: what it returns and writes are values of the graph.

        Args:
            name: what people call it.
            function: takes and returns bare arrays of `backend`, and what else such functions hand on to one another.
            given: its arguments.
            backend: where its results are.
        """
        cells = {key: cell for key, (cell, _, _) in self.cells.items()}
        changed = [cell for cell, value, _ in self.cells.values() if recorded(cell.get(), self) is not value]
        inputs = [*given, *[cell.get() for cell in changed]]
        host = Host(function, changed, cells)
        before = live_cells()
        held = [(cell, cell.get()) for cell in before.values()]
        for cell, array in held:
            cell.put(bare(array), home(cell.backend))
        try:
            with self._untraced(name):
                called = self.session.call(host, *[bare(item) for item in inputs])
        finally:
            for cell, array in held:
                cell.put(array, array.backend if type(array) is Traced else cell.backend)
        self._adopt({key: cell for key, cell in live_cells().items() if key not in before})
        written = tuple([key for key in called.written if key in cells])
        made = called.values(written)
        results = tuple([self._value(item) if hasattr(item, "shape") else Value((), None) for item in made])
        above = tracing_backend(backend)
        traced = [Traced(item, value, self, above) for item, value in zip(made, results)]
        arguments = tuple([recorded(item, self) for item in inputs])
        options = {"written": written}
        place = user_line()[0]
        self.nodes.append(Node(Kind.HOST, name, arguments, options, results, backend, True, host, place=place))
        self.hosts.append(host)
        self.guard(traced[-1], "written", made[-1])
        count = len(called.results)
        for key, found in zip(written, traced[count:]):
            own = tracing_backend(home(cells[key].backend))
            cells[key].put(Traced(found.array, found.value, self, own), own)
        for found, value in zip(traced[:count], results):
            if value.dtype is not None:
                self.guard(found, "shape", found.shape)
        return traced[:count]

    def step(self, owner: Any, begin: Callable[[int], None], end: Callable[[], None]) -> None:
        """A step of an optimizer: `begin`, with the number of its steps that have not ended, first; `end` last."""
        before = self.steps[id(owner)]
        self.steps[id(owner)] += 1
        self.begin.append(partial(begin, before))
        self.finish.append(end)
        with untraced():
            begin(before)

    def look(self, live: Live) -> Any:
        """The number that Python asks for; a replay has to find the same."""
        outcome = live.compute()
        self.nodes.append(Node(Kind.GUARD, "number", (live,), outcome=outcome, place=user_line()[0]))
        return outcome

    def number(self, live: Live) -> Tensor:
        """A number of Python's state as a float32 tensor."""
        backend, device = backends.placement()
        native = backend.native_dtype(dtypes.float32)
        array = backend.full((), live.compute(), dtype=native, device=device)
        value = self._value(array)
        options = {"dtype": native, "device": device}
        self.nodes.append(Node(Kind.CALL, "full", ((), live), options, (value,), backend, place=user_line()[0]))
        return self._tensor(value, array, backend)

    def draw(self, stream: Callable[[], Stream], count: int) -> Tensor:
        """The state of a random stream for `count` elements; at a replay that of the stream as it is then."""
        if self.session.place < len(self.session.done):
            state = self.session.draw(stream, count)
        else:
            with untraced():
                state = stream().draw(count)
        value = self._value(state._array)
        self.nodes.append(
            Node(
                Kind.DRAW,
                "draw",
                (count,),
                results=(value,),
                backend=state._backend,
                function=stream,
                place=user_line()[0],
            )
        )
        return self._tensor(value, state._array, state._backend)

    def seen(self, tensor: Tensor) -> Tensor:
        """A tensor as a traced one: what a variable holds while a run is recorded."""
        array, backend = tensor._array, tensor._backend
        if type(array) is Traced or isinstance(backend, TracingBackend):
            return tensor
        above = tracing_backend(backend)
        return Tensor(Traced(array, array, self, above), above)

    def _value(self, array: Array) -> Value:
        return Value(tuple(array.shape), array.dtype)

    def _tensor(self, value: Value, array: Array, backend: Backend) -> Tensor:
        above = tracing_backend(backend)
        return Tensor(Traced(array, value, self, above), above)

    @contextmanager
    def _untraced(self, name: str) -> Iterator[None]:
        """A block in which a Python function runs, which has no business with the arrays of this run."""
        self.away = name
        try:
            with untraced():
                yield
        finally:
            self.away = ""

    def _refuse_away(self) -> None:
        if self.away:
            raise InvalidArgumentError(
                f"{self.away}: the Python function uses a tensor that the function {self.name!r} has computed around "
                "it, whose value it would not get at the next call. Pass the tensor as one of its inputs."
            )

    def _begin(self) -> None:
        self._adopt(live_cells())

    def _adopt(self, cells: dict[Any, StateCell]) -> None:
        """Have cells hold traced arrays, so that reading them is seen."""
        for key, cell in cells.items():
            array = cell.get()
            if type(array) is not Traced and not isinstance(cell.backend, TracingBackend):
                value = self._value(array)
                above = tracing_backend(cell.backend)
                self.cells[key] = cell, value, array
                cell.put(Traced(array, value, self, above), above)

    def _settle(self) -> None:
        """Put bare arrays back, and note what was written."""
        for cell, value, array in self.cells.values():
            held = cell.get()
            cell.put(bare(held), home(cell.backend))
            if held is not array and recorded(held, self) is not value:
                self.writes.append((cell, recorded(held, self)))
        for key, cell in live_cells().items():
            if key not in self.cells:
                self.grown = True
                if type(cell.get()) is Traced:
                    cell.put(bare(cell.get()), home(cell.backend))

    def _restore(self) -> None:
        for cell, _, array in self.cells.values():
            cell.put(array, home(cell.backend))
        for cell in live_cells().values():
            if type(cell.get()) is Traced:
                cell.put(bare(cell.get()), home(cell.backend))


def _copy(backend: Backend, argument: Any) -> Any:
    if hasattr(argument, "shape") and argument.shape:
        return backend.from_numpy(backend.to_numpy(argument), backend.device_of(argument))
    return argument
