"""Finds stretches of a graph that are nothing but calls of kernels, and has each run as one call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from polytape.backend import Array
from polytape.graph.graph import Graph, Kind, Node, Value
from polytape.graph.live import Live
from polytape_numpy import compiler, native
from polytape_numpy.compiler.arrangement import COPIES, VIEWS
from polytape_numpy.compiler.fused_call import FusedCall
from polytape_numpy.compiler.stretch_call import StretchCall
from polytape_numpy.native.planning import Memory, NotPlannedError, Number, Recording, StandIn, planning

_LARGE = 16_384
"""A stretch is worth while if an array has so many elements: small ones go with it, and are NumPy's elsewhere."""


class _Stretch:
    """Calls one after another, as far as they can be planned."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.recording = Recording()
        self.known: dict[Value, Any] = {}
        self.given: list[tuple[Any, Memory | Number]] = []
        self.made: set[Value] = set()
        self.is_large = False

    def take(self, node: Node) -> bool:
        """Plan a call, if that can be done."""
        sizes = [prod(value.shape) for value in (*node.values(), *node.results)]
        is_large = max(sizes, default=0) >= _LARGE
        if node.kind is not Kind.CALL or 0 in sizes or not (is_large or self.is_large or _pays(node)):
            return False
        count, conditions, given = len(self.recording.calls), len(self.recording.conditions), len(self.given)
        try:
            results = self._planned(node)
        except NotPlannedError:
            del self.recording.calls[count:]
            del self.recording.conditions[conditions:]
            for argument, _ in self.given[given:]:
                self.known.pop(argument, None)
            del self.given[given:]
            return False
        self.is_large |= is_large
        self.nodes.append(node)
        self.known.update(zip(node.results, results))
        self.made.update(node.results)
        return True

    def _planned(self, node: Node) -> tuple[Array, ...]:
        arguments = [self._stand_in(argument) for argument in node.arguments]
        with planning(self.recording):
            if node.name in VIEWS and isinstance(arguments[0], np.ndarray):
                results = _several(node, VIEWS[node.name](*arguments, **node.options))
            else:
                count = len(self.recording.calls)
                results = _called(node, arguments)
                if len(self.recording.calls) == count:
                    raise NotPlannedError
        for value, result in zip(node.results, results, strict=True):
            fits = isinstance(result, np.ndarray) and result.shape == value.shape and result.dtype == value.dtype
            if not fits or self.recording.memory_of(result) is None:
                raise NotPlannedError
        return results

    def _stand_in(self, argument: Any) -> Any:
        """What is in the place of an argument."""
        if type(argument) is Value:
            if argument in self.made and not argument.shape:
                raise NotPlannedError  # a number, which Python hands on
            if argument not in self.known:
                found = self.recording.stand_in(argument.shape, argument.dtype) if argument.shape else None
                self.given.append((argument, found or Number(argument.dtype)))
                self.known[argument] = found.array if found else self.given[-1][1]
            return self.known[argument]
        if type(argument) is Live:
            self.given.append((argument, Number(np.dtype(np.float64))))
            return self.given[-1][1]
        if type(argument) in (tuple, list):
            return tuple([self._stand_in(item) for item in argument])
        if isinstance(argument, np.ndarray) and argument.shape:
            return self.recording.constant(argument)
        return argument

    def pays(self) -> bool:
        """Whether there is more than one call to join."""
        return sum(node.name not in VIEWS for node in self.nodes) > 1

    def node(self, needed: set[Value]) -> Node:
        """One call in place of all, for the results that are needed outside."""
        outputs = [value for node in self.nodes for value in node.results if value in needed]
        used = self._used(outputs)
        given = [(argument, one) for argument, one in self.given if one in used]
        given.sort(key=lambda pair: isinstance(pair[1], Number))
        names = dict.fromkeys(name for node in self.nodes for name in node.name.split("+"))
        function = StretchCall([one for _, one in given], [self.known[value] for value in outputs], self.recording)
        last = self.nodes[-1]
        return Node(
            Kind.CALL,
            "+".join(names),
            tuple([argument for argument, _ in given]),
            {},
            tuple(outputs),
            last.backend,
            multiple=True,
            function=function,
            place=last.place,
        )

    def _used(self, outputs: list[Value]) -> set[Memory | Number]:
        """What the calls work on, and what results are in."""
        found: set[Any] = {self.recording.memory_of(self.known[value]) for value in outputs}
        for loop, calls in self.recording.calls:
            for call in calls:
                found.update(self.recording.memory_of(call[place]) for place in loop.arrays)
                found.update(one for one in call if isinstance(one, Number))
        for _, arguments in self.recording.conditions:
            found.update(self.recording.memory_of(one) for one in arguments if isinstance(one, StandIn))
        return found


def _called(node: Node, arguments: list[Any]) -> tuple[Any, ...]:
    """What a function of the backend gives that has native code.

    Raises:
        NotPlannedError: if it has none, or not for these arrays.
    """
    assert node.backend is not None
    if node.name in COPIES:
        return _several(node, COPIES[node.name](*arguments, **node.options))
    function = node.function or getattr(node.backend.within_computing(), node.name, None)
    if not getattr(function, "__module__", "").startswith((native.__name__, compiler.__name__)):
        raise NotPlannedError
    return _several(node, function(*arguments, **node.options))  # type: ignore[misc]


def _several(node: Node, results: Any) -> tuple[Any, ...]:
    return tuple(results) if node.multiple else (results,)


def joined(graph: Graph) -> Graph:
    """The graph with stretches of two calls or more as one call each."""
    items = list(_divided(graph))
    needed = set(graph.results())
    nodes: list[Node] = []
    for item in reversed(items):
        found = [item.node(needed)] if isinstance(item, _Stretch) else item
        for node in reversed(found):
            needed.update(node.values())
            nodes.append(node)
    return replace(graph, nodes=nodes[::-1])


def apart(graph: Graph) -> Graph:
    """The graph without stretches."""
    return replace(graph, nodes=_alone(graph.nodes))


def _divided(graph: Graph) -> Iterator[_Stretch | list[Node]]:
    """The calls in order, those that can be planned in stretches."""
    stretch = _Stretch()
    for node in graph.nodes:
        if stretch.take(node):
            continue
        yield stretch if stretch.pays() else _alone(stretch.nodes)
        stretch = _Stretch()
        if not stretch.take(node):
            yield _alone([node])
    yield stretch if stretch.pays() else _alone(stretch.nodes)


def _alone(nodes: Iterable[Node]) -> list[Node]:
    """What calls are where Python makes them: themselves, or the calls for which they stand."""
    found: list[Node] = []
    for node in nodes:
        instead = node.function.instead if isinstance(node.function, FusedCall) else None
        found += [node] if instead is None else instead
    return found


def _pays(node: Node) -> bool:
    """Whether it is a kernel wherever it is made."""
    return isinstance(node.function, FusedCall) and node.function.instead is None
