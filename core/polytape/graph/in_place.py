"""Updates of rows at the end of a replay: which of them may write to the array that they update.

A record knows `put_rows`, which makes a copy. Where nothing needs the old value any more, and nobody else refers to
its array when a replay comes there, `put_slot_rows` does the same without the copy.
"""

from __future__ import annotations

import sys
from typing import Any

from polytape.graph.graph import Cell, Graph, Kind, Node, Value, values_in

references: Any = getattr(sys, "getrefcount", lambda _: 0)
"""How many refer to an object, the caller for this question among them; none is told where nobody counts."""
UPDATES = frozenset({"put_rows", "put_slot_rows"})


def updates_last(graph: Graph) -> list[Node]:
    """The steps, with updates of rows last, where nothing else needs their results: what fails, fails before them."""
    used: set[Value] = set()
    others: list[Node] = []
    updates: list[Node] = []
    for node in reversed(graph.nodes):
        if is_update(node) and used.isdisjoint(node.results):
            updates.append(node)
        else:
            others.append(node)
            used.update(node.values())
    return [*reversed(others), *reversed(updates)]


def is_update(node: Node) -> bool:
    """Whether it replaces rows, by the backend's own function."""
    return node.kind is Kind.CALL and node.name in UPDATES and node.function is None


def last_updates(graph: Graph, nodes: list[Node]) -> dict[Node, Cell]:
    """The updates of cells' values that nothing needs afterwards, and that nothing can undo; each with its cell."""
    cells = {value: cell for cell, value in graph.reads}
    needed = set(graph.results())
    found = {}
    for node in reversed(nodes):
        if node.kind is not Kind.CALL:
            break
        if node.name == "put_rows" and is_update(node):
            x, *others = node.arguments
            if type(x) is Value and x in cells and x not in needed.union(values_in(others)):
                found[node] = cells[x]
        needed.update(node.values())
    return found
