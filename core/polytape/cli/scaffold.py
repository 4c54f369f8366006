"""Writes a distribution from the templates beside this file: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from polytape.errors import FailedPreconditionError

SUFFIX = ".template"
"""The end of the templates' names: so no tool takes them for the files that they become."""


def render(kind: str, placeholders: dict[str, str]) -> dict[str, str]:
    """The files of a distribution: their contents, by their paths with `/` between the folders."""
    folder = files("polytape.cli") / "templates" / kind
    rendered = {
        Template(path).substitute(placeholders): Template(file.read_text(encoding="utf-8")).substitute(placeholders)
        for path, file in _templates(folder, "")
    }
    return dict(sorted(rendered.items()))


def write(contents: dict[str, str], target: Path) -> None:
    """Write the files into a new or an empty folder; where that fails, nothing is left behind.

    Raises:
        FailedPreconditionError: if there is something in the place of the folder, or no folder to put it into.
        OSError: if the system refuses.
    """
    _check_target(target)
    with TemporaryDirectory(prefix=".polytape-new-", dir=target.parent) as temporary:
        # A folder of its own within: a temporary one is for nobody else to read, and keeps that when it is renamed.
        complete = Path(temporary) / "complete"
        for path, content in contents.items():
            file = complete / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8", newline="\n")
        if target.exists():
            _move_entries(complete, target)
        else:
            complete.rename(target)


def _templates(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _templates(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(SUFFIX):
            yield prefix + entry.name.removesuffix(SUFFIX), entry


def _check_target(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise FailedPreconditionError(f"{target} exists, and is no folder. Name another by --directory.")
    if target.is_dir() and any(target.iterdir()):
        raise FailedPreconditionError(f"The folder {target} is not empty. Empty it, or name another by --directory.")
    if not target.parent.is_dir():
        raise FailedPreconditionError(f"There is no folder {target.parent} to put {target.name} into. Make it first.")


def _move_entries(source: Path, target: Path) -> None:
    """Move all that is in one folder to an empty one, which may be somebody's current folder and has to stay."""
    moved: list[Path] = []
    try:
        for entry in sorted(source.iterdir()):
            moved.append(entry.rename(target / entry.name))
    except BaseException:
        for entry in moved:
            entry.rename(source / entry.name)
        raise
