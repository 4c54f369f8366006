"""A graph as a picture, drawn by Graphviz."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path as File

from polytape.errors import NotFoundError
from polytape.graph.graph import Graph, Kind, Value
from polytape.graph.text import described


class Drawing:
    """A graph in Graphviz's language; notebooks show it where the program `dot` is installed.

    Attributes:
        source: the drawing in the language DOT.
    """

    def __init__(self, graph: Graph) -> None:
        self.source = _dot(graph)

    def save(self, path: str | File) -> None:
        """Write the drawing to a file: of the language itself for `.dot`, else in the format of the ending.

        Raises:
            NotFoundError: for other endings than `.dot`, if Graphviz is not installed.
        """
        file = File(path)
        if file.suffix in (".dot", ".gv"):
            file.write_text(self.source, encoding="utf-8")
        else:
            file.write_bytes(self._drawn(file.suffix.removeprefix(".")))

    def _repr_svg_(self) -> str | None:
        return self._drawn("svg").decode() if shutil.which("dot") else None

    def __repr__(self) -> str:
        return self.source

    def _drawn(self, kind: str) -> bytes:
        program = shutil.which("dot")
        if program is None:
            raise NotFoundError(
                "The program `dot` is not found, which draws graphs; install Graphviz, or save the drawing as .dot."
            )
        return subprocess.run(
            [program, f"-T{kind}"], input=self.source.encode(), capture_output=True, check=True
        ).stdout


def _dot(graph: Graph) -> str:
    lines = ["digraph {", "    node [shape=box, fontname=sans, fontsize=10]; edge [fontname=sans, fontsize=8];"]
    places: dict[Value, str] = {}
    for number, value in enumerate(graph.arguments):
        places[value] = f"x{number}"
        lines.append(f'    x{number} [label="argument {number}\\n{described(value)}", shape=ellipse];')
    for number, (cell, value) in enumerate(graph.reads):
        places[value] = f"s{number}"
        lines.append(f'    s{number} [label="{_quoted(cell.name)}\\n{described(value)}", shape=cylinder];')
    for number, node in enumerate(graph.nodes):
        shapes = ", ".join(described(result) for result in node.results)
        style = ', style=filled, fillcolor="#ffe9a8"' if node.kind is not Kind.CALL else ""
        lines.append(f'    n{number} [label="{_quoted(node.name)}\\n{shapes}"{style}];')
        lines += [f"    {places[value]} -> n{number};" for value in node.values()]
        places |= dict.fromkeys(node.results, f"n{number}")
    for number, (cell, value) in enumerate(graph.writes):
        lines.append(f'    w{number} [label="{_quoted(cell.name)}", shape=cylinder];')
        lines += [f"    {places[value]} -> w{number};"] if type(value) is Value else []
    for number, output in enumerate(graph.outputs):
        lines.append(f'    o{number} [label="result {number}", shape=ellipse];')
        lines += [f"    {places[output]} -> o{number};"] if type(output) is Value else []
    return "\n".join([*lines, "}"])


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
