"""Finds chains of element-wise calls of one shape that may run as one loop, and puts kernels in their place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from math import prod

from polytape.graph.graph import Graph, Kind, Node, Value
from polytape_numpy.compiler.expressions import DTYPES, EXPRESSIONS, INTEGERS, REDUCTIONS, UPDATES
from polytape_numpy.compiler.kernel import Kernel
from polytape_numpy.native.threads import part_count

_SMALLEST = 4096
"""Below that many elements calling a kernel takes longer than the chain does."""

_SMALLEST_UPDATE = 32
"""The same for the update of an optimizer, which takes NumPy a dozen calls."""

_SLOW = frozenset((*UPDATES, "where", "where_positive", "scale_where", "scaled_residual"))
"""For these NumPy needs several loops, or a slow one, so they are worth a kernel alone."""

_TURNING = frozenset(("permute_dims", "matrix_transpose"))
"""These leave elements where they are in memory, so what they return is no longer in order."""


class Group:
    """Calls that may run as one loop over an index space of one shape."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.nodes: list[Node] = []
        self.made: set[Value] = set()
        self.reduced: set[Value] = set()
        self.open = True

    def takes(self, node: Node) -> bool:
        """Whether `node` may run in the same loop."""
        values = set(node.values())
        if not self.open or values & self.reduced:
            return False
        if node.name in REDUCTIONS:
            return bool(node.arguments[0] in self.made and node.arguments[0].shape == self.shape)
        return node.results[0].shape == self.shape and node.name not in UPDATES

    def add(self, node: Node) -> None:
        """Let it run in the loop."""
        self.nodes.append(node)
        (self.reduced if node.name in REDUCTIONS else self.made).update(node.results)

    def pays(self, turned: Collection[Value]) -> bool:
        """Whether one loop is quicker than the calls; values that are `turned` would be copied for it first."""
        size, first = prod(self.shape), self.nodes[0]
        if size < (_SMALLEST_UPDATE if first.name in UPDATES else _SMALLEST):
            return False
        if len(self.nodes) > 1 or first.name in _SLOW:
            return True
        return part_count(size, size) > 1 and not any(value in turned for value in first.values())


def fused(graph: Graph) -> Graph:
    """The graph with each group of calls replaced by one call of a kernel, where the last of them stands.

    Where that alone would not pay, the kernel's `instead` has the calls.
    """
    groups = _groups(graph)
    turned = {result for node in graph.nodes if node.name in _TURNING for result in node.results}
    used = _used_elsewhere(graph, groups)
    at: dict[int, Group] = {id(group.nodes[-1]): group for group in groups}
    inside = {id(node) for group in groups for node in group.nodes}
    last_look = max([place for place, node in enumerate(graph.nodes) if node.kind is not Kind.CALL], default=-1)
    nodes = []
    for place, node in enumerate(graph.nodes):
        group = at.get(id(node))
        if group is not None:
            outputs = [value for value in (*_results(group),) if value in used]
            pays = group.pays(turned)
            nodes.append(Kernel(group.shape, group.nodes, outputs, in_place=place > last_look, pays=pays).node())
        elif id(node) not in inside:
            nodes.append(node)
    return replace(graph, nodes=nodes)


def _groups(graph: Graph) -> list[Group]:
    groups: list[Group] = []
    for node in graph.nodes:
        chosen = None
        if _is_fusible(node):
            chosen = next((group for group in reversed(groups) if group.takes(node)), None)
            if chosen is None and (node.name not in REDUCTIONS or node.options.get("axis") is None):
                chosen = Group((node.arguments if node.name in REDUCTIONS else node.results)[0].shape)
                groups.append(chosen)
        needed = set(node.values())
        for group in groups:
            if group is not chosen and needed & (group.made | group.reduced):
                group.open = False  # what it has made is needed now, so nothing can join it later
        if chosen is not None:
            chosen.add(node)
    return groups


def _is_fusible(node: Node) -> bool:
    if node.kind is not Kind.CALL or node.function is not None:
        return False
    if node.name in REDUCTIONS:
        return type(node.arguments[0]) is Value and node.arguments[0].dtype.name in ("float32", "float64")
    if node.name in UPDATES:
        shapes = {value.shape for value in (*node.values(), *node.results)}
        return len(shapes) == 1 and all(value.dtype.name in ("float32", "float64") for value in node.values())
    if node.name not in EXPRESSIONS or len(node.results) != 1:
        return False
    result = node.results[0]
    operands = [argument for argument in node.arguments if hasattr(argument, "dtype")]
    taken = DTYPES | INTEGERS if node.name == "astype" else DTYPES
    return result.dtype.name in DTYPES and all(operand.dtype.name in taken for operand in operands)


def _used_elsewhere(graph: Graph, groups: list[Group]) -> set[Value]:
    """The values that something outside of the group that makes them needs."""
    home = {value: group for group in groups for value in _results(group)}
    of = {id(node): group for group in groups for node in group.nodes}
    used = set(graph.results())
    for node in graph.nodes:
        used.update(value for value in node.values() if home.get(value) is not of.get(id(node)))
    return used


def _results(group: Group) -> list[Value]:
    return [result for node in group.nodes for result in node.results]
