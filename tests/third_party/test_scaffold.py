"""What `polytape new` writes passes its first tox run untouched, in clean environments, beside polytape's wheel."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from test_examples import lines_of_code

from polytape.cli import main


def _wheels_of_polytape() -> list[Path]:
    """The wheels in the folders where pip is told to look."""
    folders = os.environ.get("PIP_FIND_LINKS", "").split()
    return [wheel for folder in folders for wheel in Path(folder).glob("polytape-*.whl")]


def test_a_new_backend_has_at_most_60_lines_of_code(tmp_path: Path) -> None:
    assert main(["new", "backend", "my-lib", "--directory", str(tmp_path / "project")]) == 0
    modules = (tmp_path / "project" / "src").rglob("*.py")
    assert sum(lines_of_code(module.read_text(encoding="utf-8")) for module in modules) <= 60


@pytest.mark.skipif(not _wheels_of_polytape(), reason="needs a wheel of polytape in PIP_FIND_LINKS: tox -e third-party")
@pytest.mark.skipif(find_spec("tox") is None, reason="needs tox: tox -e third-party")
@pytest.mark.parametrize(
    ("kind", "environment", "least"),
    [("backend", "arrays", [5, 1000]), ("plugin", "unit", [15])],
    ids=["backend", "plugin"],
)
def test_first_run(tmp_path: Path, kind: str, environment: str, least: list[int]) -> None:
    """`least` is how many tests pass, of those written and of the kit."""
    assert main(["new", kind, "my-thing", "--directory", str(tmp_path / "project")]) == 0
    # An outer tox leaves its settings in the environment, which an inner one would take for its own.
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("TOX", "POLYTAPE_"))}
    command = [sys.executable, "-m", "tox", "run", "-e", environment]
    done = subprocess.run(command, cwd=tmp_path / "project", env=variables, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    passed = [int(number) for number in re.findall(r"\b(\d+) passed", done.stdout)]
    assert len(passed) == len(least) and all(map(int.__ge__, passed, least)), done.stdout
