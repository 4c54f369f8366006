"""From docstrings to reStructuredText, to which `|x|`, `*xs` and a backtick before a letter mean other things."""

from __future__ import annotations

import re
from typing import Any

from sphinx.ext.napoleon import Config, GoogleDocstring

GOOGLE = Config(napoleon_numpy_docstring=False, napoleon_use_ivar=True)
VALUES = ("attribute", "property", "data")
IMPORT = ">>> import polytape as tf"
"""What every example begins with, and the reference says once."""
CODE = re.compile(r"(\w?)`([^`]+)`(\w?)")


def translate(app: Any, what: str, name: str, value: Any, options: Any, lines: list[str]) -> None:
    """Rewrite a docstring: its text, then its sections."""
    escaped = escape([line for line in lines if line.strip() != IMPORT])
    # Of a value's docstring, Google's style would take what stands before a colon for the type.
    kind = "function" if what in VALUES else what
    made = GoogleDocstring(escaped, GOOGLE, app, kind, name, value, options).lines()
    lines[:] = [re.sub(r"^(:param \w+)_:", r"\1\\_:", line) for line in made]


def escape(lines: list[str]) -> list[str]:
    """Text without other markup than code, paragraph by paragraph; examples and blocks behind `::` stay."""
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
    return found[:-1]


def text(paragraph: list[str]) -> list[str]:
    """A paragraph in reStructuredText: code as literals, all else without markup. Code may cross lines."""
    parts = CODE.split("\n".join(paragraph))
    for number in range(0, len(parts), 4):
        parts[number] = re.sub(r"([|*])", r"\\\1", parts[number])
    for number in range(2, len(parts), 4):
        before, code, after = parts[number - 1 : number + 2]
        parts[number] = ("\\ " if before else "") + f"``{code}``" + ("\\ " if after else "")
    return "".join(parts).split("\n") if paragraph else []
