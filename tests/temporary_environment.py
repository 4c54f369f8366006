"""Throw-away distributions on disk and fresh interpreters that see them: an environment with no installer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGES = ("polytape", "polytape_numpy", "polytape_losses", "polytape_datasets", "polytape_conformance")

Entries = dict[str, str]


class Environment:
    """A folder of distributions, like a `site-packages`, and interpreters that have it on their path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            distribution("polytape")
        except PackageNotFoundError:
            self._add_polytape()

    def add(
        self,
        name: str,
        modules: Entries,
        *,
        backends: Entries | None = None,
        plugins: Entries | None = None,
        api: Entries | None = None,
        version: str = "1.0",
        folder: Path | None = None,
    ) -> None:
        """Write a distribution; `api` is what it states, by default v1 for each of its modules."""
        folder = folder or self.folder
        folder.mkdir(exist_ok=True)
        for module, source in modules.items():
            (folder / f"{module}.py").write_text(dedent(source))
        if api is None:
            api = dict.fromkeys(modules, "polytape.plugins.api:v1")
        groups = {"backends": backends or {}, "plugins": plugins or {}, "api": api}
        self._write_metadata(folder, name, version, {f"polytape.{group}": groups[group] for group in groups})

    def run(self, *arguments: str, timeout: float = 120, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a fresh interpreter with no `POLYTAPE_*` variables but those given."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("POLYTAPE_")}
        homes = {str(Path(spec.origin).parents[1]) for spec in map(find_spec, PACKAGES) if spec and spec.origin}
        path = os.pathsep.join([str(self.folder), *sorted(homes)])
        environment |= {"PYTHONPATH": path, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"} | variables
        return subprocess.run(
            [sys.executable, *arguments],
            env=environment,
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
        )

    def python(self, source: str, **variables: str) -> str:
        """Run a program that has to succeed; return what it prints."""
        done = self.run("-c", dedent(source), **variables)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def polytape(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the program `polytape`."""
        return self.run("-m", "polytape", *arguments, **variables)

    def listing(self, command: str, *names: str, **variables: str) -> dict[str, dict[str, Any]]:
        """The rows of `polytape COMMAND --json`, by qualified name."""
        rows = json.loads(self.polytape(command, "--json", *names, **variables).stdout)
        return {row["qualified_name"]: row for row in rows}

    def _add_polytape(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        self._write_metadata(self.folder, "polytape", "0", project["entry-points"])

    @staticmethod
    def _write_metadata(folder: Path, name: str, version: str, groups: dict[str, Entries]) -> None:
        metadata = folder / f"{name.replace('-', '_')}-{version}.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        lines = []
        for group, entries in groups.items():
            lines += [f"[{group}]", *(f"{entry} = {value}" for entry, value in entries.items()), ""]
        (metadata / "entry_points.txt").write_text("\n".join(lines))
