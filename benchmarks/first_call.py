"""The first call of a compiled training step: with empty caches on disk, and in a new process after that.

It begins when the model is there and lasts until the step's loss is known. `cold` is what a user waits for once,
`cached` at each later start of the program. JAX keeps nothing on disk unless it is told to; here it is told.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from benchmarks import quantity
from benchmarks.comparison import measured
from benchmarks.frameworks import FRAMEWORKS, OWN

WORKLOADS = ("dense", "cnn", "lstm", "transformer")
COMPILING = ("polytape_function", "torch_compile", "tensorflow_function", "tensorflow_xla", "jax")


def rows(families: Collection[str] | None, rounds: int) -> list[dict[str, Any]]:
    """Two rows for each workload and framework."""
    frameworks = [
        name
        for name in COMPILING
        if FRAMEWORKS[name].installed and (families is None or name in OWN or FRAMEWORKS[name].family in families)
    ]
    return [row for workload in WORKLOADS for row in _of_workload(workload, frameworks, rounds)]


def _of_workload(workload: str, frameworks: list[str], rounds: int) -> list[dict[str, Any]]:
    cold: dict[str, list[float]] = {name: [] for name in frameworks}
    cached: dict[str, list[float]] = {name: [] for name in frameworks}
    for _ in range(rounds):
        for name in frameworks:
            with tempfile.TemporaryDirectory() as folder:
                for found in (cold, cached):
                    seconds = measured(workload, name, "--first", **_caches(Path(folder)))["first_seconds"]
                    found[name].append(seconds * 1e3)
    return [
        row
        for kind, found in (("cold", cold), ("cached", cached))
        for row in quantity.rows(f"first_call:{workload}:{kind}", "ms", found, "polytape_function")
    ]


def _caches(folder: Path) -> dict[str, str]:
    """Where each framework keeps what it has compiled."""
    return {
        "XDG_CACHE_HOME": str(folder / "cache"),
        "TORCHINDUCTOR_CACHE_DIR": str(folder / "inductor"),
        "JAX_COMPILATION_CACHE_DIR": str(folder / "jax"),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }
