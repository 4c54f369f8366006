"""What is done to a graph before it is compiled: each pass leaves what the graph computes as it is, bit for bit.

Constants need no folding: what depends on no argument, no cell and no random stream is never recorded.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

from polytape.graph.graph import Graph, Kind, Node, Value, replaced
from polytape.graph.live import Live
from polytape.primitive import FORMULAS


def cleaned(graph: Graph) -> Graph:
    """The graph without what is computed twice, undone, or for nothing."""
    return without_dead_code(without_duplicates(simplified(graph)))


def without_dead_code(graph: Graph) -> Graph:
    """The graph without nodes and cells that nothing depends on."""
    needed = set(graph.results())
    nodes = []
    for node in reversed(graph.nodes):
        if node.kind is not Kind.CALL or not needed.isdisjoint(node.results):
            needed.update(node.values())
            nodes.append(node)
    reads = [(cell, value) for cell, value in graph.reads if value in needed]
    return replace(graph, nodes=nodes[::-1], reads=reads)


def without_duplicates(graph: Graph) -> Graph:
    """The graph with each call made once: calls of one function with the same arguments are one call."""
    known: dict[Hashable, tuple[Value, ...]] = {}
    return _rewritten(graph, lambda node: _known(node, known))


def simplified(graph: Graph) -> Graph:
    """The graph without calls that give back what they are given, and without pairs that undo each other."""
    made: dict[Value, Node] = {}

    def shorter(node: Node) -> Any:
        found = _shorter(node, made)
        if found is None:
            made.update((result, node) for result in node.results)
        return found

    return _rewritten(graph, shorter)


def _rewritten(graph: Graph, shorter: Any) -> Graph:
    """The graph with the results of some nodes replaced: `shorter(node)` gives others for them, a node, or `None`."""
    instead: dict[Value, Any] = {}
    nodes = []
    for node in graph.nodes:
        node = replace(node, arguments=replaced(node.arguments, instead))
        found = shorter(node) if node.kind is Kind.CALL else None
        if type(found) is Node:
            nodes.append(found)
        elif found is None:
            nodes.append(node)
        else:
            instead.update(zip(node.results, found))
    outputs = [replaced(output, instead) for output in graph.outputs]
    writes = [(cell, replaced(value, instead)) for cell, value in graph.writes]
    return replace(graph, nodes=nodes, outputs=outputs, writes=writes)


def _known(node: Node, known: dict[Hashable, tuple[Value, ...]]) -> tuple[Value, ...] | None:
    if node.name in FORMULAS or any(type(option) is Live for option in node.options.values()):
        return None
    try:
        key = (node.name, node.backend, _hashable(node.arguments), _hashable(tuple(sorted(node.options.items()))))
        hash(key)
    except TypeError:  # an option that has no hash: nothing is known of what it is equal to
        return None
    found = known.setdefault(key, node.results)
    return None if found is node.results else found


def _hashable(argument: Any) -> Hashable:
    """What equal arguments have in common; an array is like itself alone."""
    if type(argument) in (tuple, list):
        return tuple([_hashable(item) for item in argument])
    if type(argument) is slice:
        return "slice", argument.start, argument.stop, argument.step
    if hasattr(argument, "dtype") and hasattr(argument, "shape") and type(argument) is not Value:
        return "array", id(argument)
    return type(argument), argument


def _shorter(node: Node, made: dict[Value, Node]) -> Any:
    """What stands for a call's result without the call; a shorter call; or `None`."""
    if not node.results or not node.arguments or type(node.arguments[0]) is not Value:
        return None
    x, result = node.arguments[0], node.results[0]
    before = made.get(x)
    if node.name in ("reshape", "broadcast_to", "astype", "identity", "stop_gradient"):
        if x.shape == result.shape and x.dtype == result.dtype:
            return (x,)
        if node.name == "reshape" and before is not None and before.name == "reshape":
            return replace(node, arguments=before.arguments)
    if node.name == "permute_dims":
        axes = tuple(node.options["axes"])
        if axes == tuple(range(len(axes))):
            return (x,)
        if before is not None and before.name == "permute_dims":
            first = tuple(before.options["axes"])
            if tuple(first[axis] for axis in axes) == tuple(range(len(axes))):
                return (before.arguments[0],)
    if node.name == "negative" and before is not None and before.name == "negative":
        return (before.arguments[0],)
    return None
