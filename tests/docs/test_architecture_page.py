"""docs/architecture.md speaks of what is there: rooms, files, dependencies."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "core" / "polytape"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = sorted(path.parent.name for path in CORE.glob("*/__init__.py"))
BACKENDS = [ROOT / "backends" / name for name in ("polytape_numpy", "polytape_cupy")]
SOURCES = (CORE, CORE / "plugins", CORE / "graph", *BACKENDS, ROOT)


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_named(room: str) -> None:
    assert f"`{room}/`" in PAGE, f"docs/architecture.md does not say what core/polytape/{room} is for"


def test_every_file_that_is_named_is_there() -> None:
    named = re.findall(r"`([\w/]+\.py)`", PAGE)
    assert len(named) >= 50
    assert not [name for name in named if not any((source / name).is_file() for source in SOURCES)]


def test_dependencies_are_those_of_the_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"always": project["dependencies"], **project["optional-dependencies"]}
    declared = {
        (re.match(r"[\w-]+", requirement)[0], group)
        for group, requirements in groups.items()
        for requirement in requirements
        if not requirement.startswith("polytape[")
    }
    assert set(re.findall(r"^\| ([\w-]+) \| `?(\w+)`? \| \S", PAGE, re.MULTILINE)) - {("package", "needed")} == declared
