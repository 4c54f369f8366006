"""The graph of a function, with its calls handed over to `mx.compile`, which merges and fuses them.

Calls are collected until something needs a result of them that MLX can't trace: a guard, a function of the user's, an
op that looks at values. What needs none of these results goes first. So most training steps are one compiled function.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import mlx.core as mx

from polytape.backend import Array, Backend
from polytape.errors import PolytapeError
from polytape.graph.graph import Graph, Kind, Node, Value
from polytape.graph.live import Live


def compiled(graph: Graph, backend: Backend) -> Graph:
    """The graph with one call in place of each collection that has more than one."""
    parts: list[list[Node]] = []
    pending: list[Node] = []
    made: set[Value] = set()

    def hand_over() -> None:
        if pending:
            parts.append(pending.copy())
            pending.clear()
            made.clear()

    for node in graph.nodes:
        if _is_traceable(node, backend):
            pending.append(node)
            made.update(node.results)
            continue
        if not made.isdisjoint(node.values()):
            hand_over()
        parts.append([node])
    hand_over()
    nodes: list[Node] = []
    needed = set(graph.results())
    for part in reversed(parts):
        node = part[0] if len(part) == 1 else _as_one(part, needed, backend)
        needed.update(node.values())
        nodes.insert(0, node)
    return Graph(
        graph.name, graph.arguments, graph.reads, nodes, graph.outputs, graph.writes, graph.begin, graph.finish
    )


def _is_traceable(node: Node, backend: Backend) -> bool:
    """Whether MLX can run a node on arrays without values."""
    if node.kind is not Kind.CALL or not any(node.values()):
        return False
    inputs, run = _function([node], set(node.results), backend)
    try:
        mx.compile(run)(*[mx.zeros(value.shape, value.dtype) for value in inputs.values()])
    except (ValueError, RuntimeError, PolytapeError):  # a value is asked for: the call stays as it is
        return False
    return True


def _as_one(nodes: list[Node], needed: set[Value], backend: Backend) -> Node:
    """A call of a compiled function in place of several nodes; it returns those of their results that are needed."""
    inputs, run = _function(nodes, needed, backend)
    dtypes = [(place, value.dtype) for place, (given, value) in enumerate(inputs.items()) if type(given) is Live]
    function = mx.compile(run)

    def call(*arguments: Any) -> list[Array]:
        """Numbers of the step become arrays: any other number would be compiled in."""
        arrays = list(arguments)
        for place, dtype in dtypes:
            arrays[place] = mx.array(arrays[place], dtype=dtype)
        found: list[Array] = function(*arrays)
        return found

    results = tuple([result for node in nodes for result in node.results if result in needed])
    return Node(Kind.CALL, "compiled", tuple(inputs), results=results, backend=backend, multiple=True, function=call)


def _function(
    nodes: list[Node], needed: set[Value], backend: Backend
) -> tuple[dict[Value | Live, Value], Callable[..., list[Array]]]:
    """What nodes take, values and numbers of the step, each with the value that stands for it; and what runs them."""
    made = {result for node in nodes for result in node.results}
    inputs: dict[Any, Value] = {}
    for node in nodes:
        for argument in _leaves((node.arguments, tuple(node.options.values()))):
            if type(argument) is Value and argument not in made:
                inputs[argument] = argument
            elif type(argument) is Live:  # a number takes the dtype of the arrays that it meets
                inputs[argument] = Value((), node.results[0].dtype)

    def run(*arrays: Array) -> list[Array]:
        known: dict[Any, Any] = dict(zip(inputs, arrays))
        for node in nodes:
            arguments = [_given(argument, known) for argument in node.arguments]
            options = {name: _given(option, known) for name, option in node.options.items()}
            function = operator.getitem if node.name == "[]" else node.function or getattr(backend, node.name)
            found = function(*arguments, **options)
            known.update(zip(node.results, found if node.multiple else [found]))
        return [known[result] for node in nodes for result in node.results if result in needed]

    return inputs, run


def _leaves(argument: Any) -> Iterator[Any]:
    """What an argument consists of."""
    if type(argument) in (tuple, list):
        for item in argument:
            yield from _leaves(item)
    else:
        yield argument


def _given(argument: Any, known: dict[Any, Array]) -> Any:
    """An argument with arrays in place of values and of numbers of the step."""
    if type(argument) in (tuple, list):
        return tuple([_given(item, known) for item in argument])
    return known[argument] if type(argument) in (Value, Live) else argument
