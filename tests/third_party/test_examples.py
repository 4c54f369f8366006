"""The examples of other people's distributions: their metadata and size, read without installing them."""

from __future__ import annotations

import ast
import tokenize
import tomllib
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "third_party"
EXAMPLES = sorted(path.parent for path in FOLDER.glob("*/pyproject.toml"))
EACH = pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
MARKS = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    *(tokenize.ENCODING, tokenize.ENDMARKER),
}


def _project(example: Path) -> dict[str, Any]:
    return tomllib.loads((example / "pyproject.toml").read_text(encoding="utf-8"))


def lines_of_code(source: str) -> int:
    """How many lines hold code: not blank, not only a comment, not part of a docstring."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(iter(source.splitlines(keepends=True)).__next__):
        if token.type not in MARKS:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            lines -= set(range(docstring.lineno, (docstring.end_lineno or docstring.lineno) + 1))
    return len(lines)


def test_lines_of_code_are_counted() -> None:
    source = '"""A docstring\nof two lines."""\n\nx = (  # begins\n    1,\n)\n\n# a comment\ndef f():\n    """One."""\n'
    assert lines_of_code(source + '    return """not a\n    docstring"""\n') == 6


def test_the_examples_are_found() -> None:
    assert {"polytape_focal", "polytape_strict", "polytape_torch"} <= {example.name for example in EXAMPLES}


def test_the_backend_on_array_api_strict_has_at_most_60_lines_of_code() -> None:
    modules = list((FOLDER / "polytape_strict" / "src").rglob("*.py"))
    assert [module.name for module in modules] == ["polytape_strict.py"]
    assert lines_of_code(modules[0].read_text(encoding="utf-8")) <= 60


@EACH
def test_metadata(example: Path) -> None:
    found = _project(example)
    project = found["project"]
    assert found["build-system"]["build-backend"] == "hatchling.build"
    assert project["name"] == example.name.replace("_", "-")
    assert any(requirement.startswith("polytape") for requirement in project["dependencies"])
    assert project["requires-python"] == ">=3.11" and project["license"] == "Apache-2.0"
    assert (example / project["readme"]).read_text(encoding="utf-8").startswith(f"# {project['name']}\n")


@EACH
def test_entry_points_refer_to_what_is_there(example: Path) -> None:
    groups = _project(example)["project"]["entry-points"]
    stated = groups.pop("polytape.api")
    assert set(stated.values()) == {"polytape.plugins.api:v1"}
    assert groups and set(groups) <= {"polytape.backends", "polytape.plugins"}
    for reference in [reference for group in groups.values() for reference in group.values()]:
        module, _, attribute = reference.partition(":")
        assert module.partition(".")[0] in stated
        path = example / "src" / module.replace(".", "/")
        source = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8")
        defined = {node.name for node in ast.parse(source).body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
        assert not attribute or attribute in defined


@EACH
def test_tox_and_tests_are_there(example: Path) -> None:
    tox = (example / "tox.ini").read_text(encoding="utf-8")
    assert "[testenv" in tox
    assert "--polytape-backend=" in tox or list((example / "tests").glob("test_*.py"))
