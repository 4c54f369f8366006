"""Run workloads for polytape and for each peer that is installed, in turn, and print medians and ratios."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

WORKLOADS = ("add", "add_under_tape", "chain", "chain_of_products", "huber", "dense_memory", "mlx_dense_step")
OWN = "polytape"
_VERSIONS = ("polytape", "numpy", "torch", "mlx", "mlx-cpu")


def main() -> int:
    """Parse the command line, measure, print; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("workloads", nargs="*", default=WORKLOADS, help=f"some of {', '.join(WORKLOADS)}")
    parser.add_argument("--peers", help="comma-separated; by default every one that is installed")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each, taken in turn")
    parser.add_argument("--json", type=Path, help="where to write the results")
    arguments = parser.parse_args()
    wanted = None if arguments.peers is None else arguments.peers.split(",")
    rows = [row for name in arguments.workloads for row in _workload(name, wanted, arguments.rounds)]
    _print(rows)
    if arguments.json:
        about = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "python": platform.python_version(),
            "machine": platform.machine(),
            "cores": os.cpu_count(),
            "versions": {d.name: d.version for d in distributions() if d.name in _VERSIONS},
        }
        arguments.json.write_text(json.dumps({"about": about, "rows": rows}, indent=1) + "\n")
    return 0


def _workload(name: str, wanted: list[str] | None, rounds: int) -> list[dict[str, Any]]:
    module = importlib.import_module(f"benchmarks.workloads.{name}")
    missing = [package for package in getattr(module, "NEEDS", ()) if not importlib.util.find_spec(package)]
    if missing:
        print(f"{name} is left out: {', '.join(missing)} is not installed")
        return []
    peers = [peer for peer in module.PEERS if importlib.util.find_spec(peer) and (wanted is None or peer in wanted)]
    frameworks = [OWN, *peers]
    found: dict[str, list[dict[str, Any]]] = {framework: [] for framework in frameworks}
    for _ in range(rounds):  # interleaved: what slows the machine for a while slows all of them
        for framework in frameworks:
            found[framework].append(_measure(name, framework))
    for peer in peers:
        np.testing.assert_allclose(
            found[OWN][0]["result"], found[peer][0]["result"], rtol=module.TOLERANCE, err_msg=name
        )
    rows = []
    for framework in frameworks:
        seconds = [one["seconds"] for one in found[framework]]
        row: dict[str, Any] = {"workload": name, "framework": framework, "rounds": rounds}
        row["median_us"] = statistics.median(seconds) * 1e6
        row["spread_us"] = [min(seconds) * 1e6, max(seconds) * 1e6]
        row["peak_mib"] = statistics.median(one["peak_bytes"] for one in found[framework]) / 2**20
        if framework != OWN:
            pairs = list(zip(found[OWN], found[framework]))
            row["time_ratio"] = statistics.median(own["seconds"] / peer["seconds"] for own, peer in pairs)
            row["memory_ratio"] = statistics.median(own["peak_bytes"] / peer["peak_bytes"] for own, peer in pairs)
        rows.append(row)
    return rows


def _measure(workload: str, framework: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.measure", workload, framework]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{workload} with {framework} failed:\n{done.stderr}")
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def _print(rows: list[dict[str, Any]]) -> None:
    table = Table("workload", "framework", "median µs", "min to max", "peak MiB", "polytape ÷ it", "memory ÷ it")
    for row in rows:
        ratios = [f"{row[key]:.2f}" if key in row else "" for key in ("time_ratio", "memory_ratio")]
        low, high = row["spread_us"]
        spread = f"{low:.2f} to {high:.2f}"
        table.add_row(
            row["workload"], row["framework"], f"{row['median_us']:.2f}", spread, f"{row['peak_mib']:.0f}", *ratios
        )
    Console(width=None if sys.stdout.isatty() else 120).print(table)


if __name__ == "__main__":
    sys.exit(main())
