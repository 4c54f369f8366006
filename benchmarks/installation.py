"""What comes before the first line of work: the time of an import, and the size of what is installed."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Collection
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from benchmarks import quantity
from benchmarks.frameworks import environment

IMPORTED = {
    "polytape": "polytape",
    "numpy": "numpy",
    "torch": "torch",
    "tensorflow": "tensorflow",
    "jax": "jax",
    "keras_tensorflow": "keras",
    "keras_torch": "keras",
    "keras_jax": "keras",
    "autograd": "autograd",
    "mlx": "mlx.core",
}
INSTALLED = {
    "polytape": ("polytape",),
    "polytape[jit]": ("polytape", "numba"),
    "torch": ("torch",),
    "tensorflow": ("tensorflow-cpu", "tensorflow"),
    "jax": ("jax",),
    "keras": ("keras",),
    "autograd": ("autograd",),
    "mlx": ("mlx",),
}
"""Distributions; of several one may be missing under that name. Keras counts without any of its backends."""
_PROGRAM = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
_COMPILED = (".pyc", ".pyo")


def import_rows(families: Collection[str] | None, rounds: int) -> list[dict[str, Any]]:
    """The time of the import in a fresh process, after one that warms the disk's cache."""
    names = [
        name
        for name, module in IMPORTED.items()
        if importlib.util.find_spec(module.partition(".")[0])
        and all(importlib.util.find_spec(part) for part in name.split("_")[1:])
        and (families is None or name in ("polytape", "numpy") or name.partition("_")[0] in families)
    ]
    found: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        for name in names:
            seconds = _import_seconds(name)
            if turn:
                found[name].append(seconds * 1e3)
    return quantity.rows("import", "ms", found, "polytape")


def size_rows(families: Collection[str] | None, rounds: int) -> list[dict[str, Any]]:
    """The size of each framework's files and of those of all that it requires; compiled Python is left out."""
    found = {}
    for name, wanted in INSTALLED.items():
        if families is None or name.startswith("polytape") or name in families:
            installed = [one for one in map(_distribution, wanted) if one is not None]
            if installed and (name != "polytape[jit]" or len(installed) == len(wanted)):
                found[name] = [sum(_sizes(installed).values()) / 2**20]
    return quantity.rows("size", "MiB", found, "polytape[jit]")


def _import_seconds(name: str) -> float:
    command = [sys.executable, "-c", _PROGRAM.format(IMPORTED[name])]
    variables = environment(name)
    variables.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled: a checkout is by the first round
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=variables)
    return float(done.stdout.splitlines()[-1])


def _distribution(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _sizes(wanted: list[Distribution]) -> dict[str, int]:
    """The bytes of these distributions and of all that they require, without extras, by their names."""
    found: dict[str, int] = {}
    left = list(wanted)
    while left:
        one = left.pop()
        name = re.sub(r"[-_.]+", "-", one.name).lower()
        if name in found:
            continue
        found[name] = _size(one)
        for requirement in one.requires or ():
            required = re.match(r"[A-Za-z0-9._-]+", requirement)
            if required and "extra ==" not in requirement:  # a requirement of another system is not installed here
                left += [one for one in [_distribution(required[0])] if one is not None]
    return found


def _size(one: Distribution) -> int:
    url = json.loads(one.read_text("direct_url.json") or "{}")
    if url.get("dir_info", {}).get("editable"):  # its files are where they are developed
        root = Path(url["url"].removeprefix("file://"))
        paths = [path for part in ("core", "backends", "plugins") for path in (root / part).rglob("*")]
    else:
        paths = [Path(str(one.locate_file(file))) for file in one.files or ()]
    return sum(path.stat().st_size for path in paths if path.suffix not in _COMPILED and path.is_file())
