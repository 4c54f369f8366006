"""Docstrings are plain text with code in single backticks; reStructuredText gives `|`, `*` and `` `x`s `` other meanings."""

from __future__ import annotations

import re
from typing import Any

CODE = re.compile(r"(\w?)`([^`]+)`(\w?)")


def translate(app: Any, what: str, name: str, value: Any, options: Any, lines: list[str]) -> None:
    """Rewrite a docstring's text, paragraph by paragraph; examples and indented blocks behind `::` stay."""
    found: list[str] = []
    paragraph: list[str] = []
    block: int | None = None
    """The indentation of the line that began a block; -1 in an example, which ends with an empty line."""
    for line in [*lines, ""]:
        indentation = len(line) - len(line.lstrip())
        if block is not None and ((block >= 0 and line and indentation <= block) or (block < 0 and not line)):
            block = None
        if line.lstrip().startswith(">>>") and block is None:
            block = -1
        if block is None and line:
            paragraph.append(line)
        else:
            found += [*text(paragraph), line]
            paragraph = []
        if block is None and line.endswith("::"):
            block = indentation
    lines[:] = found[:-1]


def text(paragraph: list[str]) -> list[str]:
    """A paragraph in reStructuredText: code as literals, all else without markup. Code may cross lines."""
    parts = CODE.split("\n".join(paragraph))
    for number in range(0, len(parts), 4):
        parts[number] = re.sub(r"([|*])", r"\\\1", parts[number])
    for number in range(2, len(parts), 4):
        before, code, after = parts[number - 1 : number + 2]
        parts[number] = ("\\ " if before else "") + f"``{code}``" + ("\\ " if after else "")
    return "".join(parts).split("\n") if paragraph else []
