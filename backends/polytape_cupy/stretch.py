"""A stretch of steps that is captured: one launch in the place of one for each kernel."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import cupy
import numpy

from polytape.backend import Array, Backend
from polytape.graph.graph import Kind, Node, Value, replaced, values_in
from polytape.graph.live import Live
from polytape_cupy.segments import leaves
from polytape_cupy.static_memory import Home, StaticMemory, captured, on_device


class Stretch:
    """A stretch of steps: a CUDA graph, or the steps one after the other."""

    def __init__(
        self,
        name: str,
        nodes: Sequence[Node],
        needed: set[Value],
        given: set[Value],
        memory: StaticMemory,
        backend: Backend,
    ) -> None:
        self.name = name
        self.memory = memory
        self.backend = backend
        self.given = given
        self.failed = False
        self.numbers: dict[tuple[int, str], tuple[Live, Value]] = {}
        nodes = [self._without_numbers(node) for node in nodes]
        made = {result for node in nodes for result in node.results}
        found = dict.fromkeys(value for node in nodes for value in _values(node) if value not in made)
        stands_for = {value: live for live, value in self.numbers.values()}
        self.inputs: list[Any] = [stands_for.get(value, value) for value in found]
        """What it is given: values, and numbers of the step."""
        self._names = list(found)
        self.results = [result for node in nodes for result in node.results if result in needed]
        self._steps = self._with_last_uses(nodes)

    def node(self) -> Node:
        """The step in the place of the stretch."""
        return Node(
            Kind.CALL,
            "captured",
            tuple(self.inputs),
            results=tuple(self.results),
            backend=self.backend,
            multiple=True,
            function=self,
        )

    def __call__(self, *given: Any) -> Sequence[Array]:
        """Return the results: arrays of static memory, which the next replay will overwrite."""
        memory = self.memory
        if self.failed or memory.aside:
            return self._run(given)
        devices = {array.data.device_id for array in given if isinstance(array, cupy.ndarray)}
        if len(devices) > 1:
            return self._given_up(given, f"its arrays are on {len(devices)} devices")
        (device,) = devices
        with on_device(device):
            memory.follow_stream(device)
            if not self._taken_in(given):
                return self._run(given)
            found = memory.kept.get(self)
            if found is None:
                if cupy.cuda.get_current_stream().is_capturing():  # somebody else captures, and captures the steps
                    return self._run(given)
                try:
                    found = memory.kept[self] = self._captured(device)
                except (RuntimeError, MemoryError) as error:
                    return self._given_up(given, f"{type(error).__name__}: {error}", error)
            graph, results = found
            graph.launch()
        return results

    def _captured(self, device: int) -> tuple[Any, list[Array]]:
        memory = self.memory
        arrays = [memory.homes[value].array for value in self._names]
        with memory.capture_stream(device) as stream:
            self._run(arrays)  # nothing may be compiled, loaded or set up for the first time while a stream is captured
            graph, results = captured(stream, partial(self._run, arrays))
            graph.upload()
        for result in results:
            memory.own(result)
            memory.results[id(result)] = result
        return graph, results

    def _taken_in(self, given: Sequence[Any]) -> bool:
        """Bring what the stretch is given to static memory."""
        memory = self.memory
        numbers: dict[Value, Any] = {}
        for value, item in zip(self._names, given):
            if not isinstance(item, cupy.ndarray):
                numbers[value] = item
                continue
            home = memory.homes.get(value)
            if home is None:
                bound = value not in self.given and memory.owns(item)
                home = Home(item if bound else memory.empty(item.shape, item.dtype), bound=bound)
                memory.homes[value] = home
            if not home.holds(item):
                return False
        self._write(numbers)
        return True

    def _write(self, numbers: dict[Value, Any]) -> None:
        """Write the numbers of the step, those of one dtype by one copy."""
        memory = self.memory
        for dtype in {value.dtype for value in numbers}:
            values = [value for value in numbers if value.dtype == dtype]
            now = [numbers[value] for value in values]
            stock, before = memory.kept.get((self, dtype), (None, None))
            if stock is None:
                stock = memory.empty((len(values),), dtype)
                memory.homes.update({value: Home(stock[place], bound=True) for place, value in enumerate(values)})
            if now != before:
                cupy.copyto(stock, cupy.array(numpy.array(now, dtype)))
                memory.kept[self, dtype] = stock, now

    def _run(self, given: Sequence[Any]) -> list[Array]:
        """The steps, one after the other."""
        memory = self.memory
        known: dict[Any, Any] = dict(zip(self._names, given))
        for node, function, gone in self._steps:
            memory.step = node
            options = {name: replaced(option, known) for name, option in node.options.items()}
            found = function(*replaced(node.arguments, known), **options)
            known.update(zip(node.results, found if node.multiple else [found]))
            for value in gone:
                known.pop(value, None)
        return [known[result] for result in self.results]

    def _given_up(self, given: Sequence[Any], cause: str, error: BaseException | None = None) -> list[Array]:
        """Say that the stretch can't be captured, and run it."""
        self.failed = True
        node = self.memory.step if error is not None else None
        called = f"{node.name!r}{f' at {node.place}' if node.place else ''}" if node is not None else "it"
        warnings.warn(
            f"A part of the function {self.name!r}, {len(self._steps)} steps, runs step by step from now on: {called} "
            f"can't be captured in a CUDA graph ({cause}). jit_compile=False turns capturing off.",
            stacklevel=2,
        )
        return self._run(given)

    def _without_numbers(self, node: Node) -> Node:
        """The step with values in the place of numbers of the step, which take the dtype of its result."""
        given = [*leaves(node.arguments), *node.options.values()]
        if not any(type(item) is Live for item in given):
            return node
        dtype = node.results[0].dtype

        def stands_for(live: Live) -> Value:
            key = id(live), str(dtype)
            return self.numbers.setdefault(key, (live, Value((), dtype)))[1]

        def instead(item: Any) -> Any:
            if type(item) in (tuple, list):
                return tuple([instead(part) for part in item])
            return stands_for(item) if type(item) is Live else item

        options = {name: instead(option) for name, option in node.options.items()}
        return replace(node, arguments=instead(node.arguments), options=options)

    def _with_last_uses(self, nodes: Sequence[Node]) -> list[tuple[Node, Callable[..., Any], list[Value]]]:
        """Each step with its function, and what nobody needs after it."""
        last = {value: place for place, node in enumerate(nodes) for value in (*node.results, *_values(node))}
        kept = {*self.results, *self._names}
        steps = []
        functions = self.backend.within_computing()
        for place, node in enumerate(nodes):
            function = operator.getitem if node.name == "[]" else getattr(functions, node.name)
            gone = [value for value in {*node.results, *_values(node)} if last[value] == place and value not in kept]
            steps.append((node, function, gone))
        return steps


def _values(node: Node) -> Iterator[Value]:
    """The values that a step takes, numbers of the step among its options included."""
    yield from values_in(node.arguments)
    yield from values_in(node.options.values())
