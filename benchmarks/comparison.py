"""Workloads in interleaved rounds, a process for each measurement, and what their rows hold."""

from __future__ import annotations

import importlib
import json
import statistics
import subprocess
import sys
from collections.abc import Collection
from typing import Any

import numpy as np

from benchmarks.frameworks import FRAMEWORKS, OWN, environment

Row = dict[str, Any]


def rows_of(name: str, families: Collection[str] | None, rounds: int) -> list[Row]:
    """The rows of a workload: one for each of its cases and frameworks that can be run here.

    Args:
        name: the workload's name, or one of its cases', as "matmul:512".
        families: the peers that are wanted; `None` for all.
        rounds: how many measurements of each.
    """
    module = importlib.import_module(f"benchmarks.workloads.{name.partition(':')[0]}")
    frameworks = [framework for framework in module.FRAMEWORKS if _wanted(framework, families)]
    cases = getattr(module, "CASES", ()) if ":" not in name else ()
    return [
        row
        for workload in [f"{name}:{case}" for case in cases] or [name]
        for row in _compared(module, workload, frameworks, rounds)
    ]


def measured(workload: str, framework: str, *options: str, **variables: str) -> Row:
    """What `benchmarks.measure` finds, in a process of its own with these options and environment variables."""
    command = [sys.executable, "-m", "benchmarks.measure", workload, framework, *options]
    process_environment = {**environment(framework), **variables}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=process_environment)
    if done.returncode:
        raise RuntimeError(f"{workload} with {framework} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def _wanted(framework: str, families: Collection[str] | None) -> bool:
    known = FRAMEWORKS[framework]
    return known.installed and (families is None or known.family == "polytape" or known.family in families)


def _compared(module: Any, workload: str, frameworks: list[str], rounds: int) -> list[Row]:
    found: dict[str, list[Row]] = {framework: [] for framework in frameworks}
    for _ in range(rounds):  # interleaved: what slows the machine for a while slows all of them
        for framework in list(found):
            one = measured(workload, framework)
            if "unavailable" in one:
                print(f"{workload} with {framework} is left out: {one['unavailable']}", file=sys.stderr)
                del found[framework]
            else:
                found[framework].append(one)
    if not found:
        return []
    first, *others = found
    expected = np.array(found[first][0]["result"])
    for framework in others:
        tolerance = getattr(module, "TOLERANCES", {}).get(framework, module.TOLERANCE)
        np.testing.assert_allclose(
            found[framework][0]["result"],
            expected,
            rtol=tolerance,
            atol=tolerance * float(np.abs(expected).max()),  # late in a training that has learnt its batch by heart
            err_msg=f"{workload}: {framework} against {first}",
        )
    return [_row(workload, framework, found) for framework in found]


def _row(workload: str, framework: str, found: dict[str, list[Row]]) -> Row:
    own = found[framework]
    seconds = [one["seconds"] for one in own]
    row: Row = {"workload": workload, "framework": framework, "rounds": len(own)}
    row["median_us"] = statistics.median(seconds) * 1e6
    row["spread_us"] = [min(seconds) * 1e6, max(seconds) * 1e6]
    row["cpu_us"] = statistics.median(one["cpu_seconds"] for one in own) * 1e6
    row["first_ms"] = statistics.median(one["first_seconds"] for one in own) * 1e3
    row["peak_mib"] = statistics.median(one["peak_bytes"] for one in own) / 2**20
    if framework not in OWN:
        for ours in OWN:
            if ours in found:
                row[f"{ours}_ratio"] = _ratio("seconds", found[ours], own)
                row[f"{ours}_memory_ratio"] = _ratio("peak_bytes", found[ours], own)
    return row


def _ratio(key: str, ours: list[Row], theirs: list[Row]) -> float:
    """The median of the rounds' ratios: what disturbs a round disturbs both of its sides."""
    return statistics.median(one[key] / other[key] for one, other in zip(ours, theirs))
