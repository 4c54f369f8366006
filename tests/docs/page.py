"""Runs the Python on a page of the documentation, and compares what it prints with what the page says.

    python page.py PAGE

All blocks of a page run in order, as one program. A comment beside a `print`, or on the lines below it, is what
it prints; `...` stands for anything. `<!-- not run: REASON -->` above a block says that it can't be run here.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from contextlib import redirect_stdout
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^\n]+) -->\n\n?)?^```python\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
CHECKER = OutputChecker()


class Block(NamedTuple):
    """One block of Python on a page."""

    code: str
    line: int
    """The page's line above its first one."""
    reason: str | None
    """Why it can't be run."""


def blocks(text: str) -> Iterator[Block]:
    """The blocks of Python in a page's text."""
    for match in BLOCK.finditer(text):
        yield Block(match["code"], text.count("\n", 0, match.start("code")), match["reason"])


def run(path: Path) -> int:
    """Run a page; raise what a block raises, or `AssertionError`; return how many outputs were compared."""
    module = ModuleType("__main__")
    compared = 0
    for block in blocks(path.read_text(encoding="utf-8")):
        if block.reason is None:
            compared += run_block(block, path, module.__dict__)
    return compared


def run_block(block: Block, path: Path, namespace: dict[str, object]) -> int:
    """Run a block, statement by statement; return how many outputs were compared."""
    comments = comments_by_line(block.code)
    tree = ast.parse(block.code)
    compared = 0
    for statement in tree.body:
        said = stated_output(statement, comments)
        printed = io.StringIO()
        last = statement.end_lineno or statement.lineno
        ast.increment_lineno(statement, block.line)
        with redirect_stdout(printed):
            exec(compile(ast.Module([statement], []), str(path), "exec"), namespace)
        if said is not None:
            compared += 1
            matches = CHECKER.check_output(said, printed.getvalue(), ELLIPSIS | NORMALIZE_WHITESPACE)
            place = f"{path}:{block.line + last}"
            assert matches, f"{place}: the page says\n{said}\nand the program prints\n{printed.getvalue()}"
    return compared


def stated_output(statement: ast.stmt, comments: dict[int, tuple[bool, str]]) -> str | None:
    """What the comments beside or below a `print` say that it prints; `None` if there are none."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"):
        return None
    line = statement.end_lineno or statement.lineno
    if line in comments:
        return comments[line][1]
    lines = []
    while comments.get(line + 1, (False, ""))[0]:
        line += 1
        lines.append(comments[line][1])
    return "\n".join(lines) if lines else None


def comments_by_line(code: str) -> dict[int, tuple[bool, str]]:
    """The comments of a program: whether each has its line for itself, and its text."""
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            alone = not token.line[: token.start[1]].strip()
            found[token.start[0]] = (alone, token.string.removeprefix("#").removeprefix(" "))
    return found


if __name__ == "__main__":
    print(run(Path(sys.argv[1])))
