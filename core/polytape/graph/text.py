"""A graph as text, a line for each node."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array
from polytape.graph.graph import Cell, Graph, Kind, Node, Value
from polytape.graph.live import Live


def text(graph: Graph) -> str:
    """The graph, with the shapes and dtypes of what it computes and the lines of the program that asked for it."""
    names = _named(graph)
    lines = [f"{graph.name}({', '.join(f'{names[v]}: {described(v)}' for v in graph.arguments)}):"]
    lines += [f"    {names[value]}: {described(value)} = {_title(cell)}" for cell, value in graph.reads]
    lines += [f"    {_line(node, names)}" for node in graph.nodes]
    lines += [f"    {_title(cell)} := {shown(value, names)}" for cell, value in graph.writes]
    lines.append(f"    return {', '.join(shown(output, names) for output in graph.outputs) or None}")
    return "\n".join(lines)


def described(value: Value) -> str:
    """A value's dtype and shape; of what is no array, that it is an object."""
    if value.dtype is None:
        return "object"
    dtype = str(value.dtype).rpartition(".")[2]
    return f"{dtype}[{','.join(map(str, value.shape))}]"


def shown(argument: Any, names: dict[Value, str]) -> str:
    """An argument as people read it."""
    if type(argument) is Value:
        return names[argument]
    if type(argument) in (tuple, list):
        return f"({', '.join(shown(item, names) for item in argument)})"
    if type(argument) is Live:
        return "a number of this step"
    if hasattr(argument, "shape") and hasattr(argument, "dtype"):
        return _constant(argument)
    return repr(argument)


def _constant(array: Array) -> str:
    shape = tuple(array.shape)
    return f"constant {array}" if not shape else f"constant[{','.join(map(str, shape))}]"


def _named(graph: Graph) -> dict[Value, str]:
    names = {value: f"x{number}" for number, value in enumerate(graph.arguments)}
    names |= {value: f"s{number}" for number, (_, value) in enumerate(graph.reads)}
    made = [result for node in graph.nodes for result in node.results]
    return names | {value: f"v{number}" for number, value in enumerate(made, 1)}


def _title(cell: Cell) -> str:
    return f"<{type(cell).__name__.removesuffix('Cell').lower()} {cell.name}>"


def _line(node: Node, names: dict[Value, str]) -> str:
    arguments = [shown(argument, names) for argument in node.arguments]
    if node.kind is Kind.GUARD:
        outcome = repr(node.outcome) if node.name not in ("numpy", "written", "variables") else "what it was"
        line = f"guard {node.name}({arguments[0]}) = {outcome}"
    elif node.kind is Kind.HOST:
        results = ", ".join(f"{names[result]}: {described(result)}" for result in node.results)
        line = f"{results}{' = ' if results else ''}call {node.name}({', '.join(arguments)})"
    else:
        options = [f"{name}={shown(value, names)}" for name, value in node.options.items()]
        results = ", ".join(f"{names[result]}: {described(result)}" for result in node.results)
        line = f"{results} = {node.name}({', '.join((*arguments, *options))})"
    return f"{line}  # {node.place}" if node.place else line
