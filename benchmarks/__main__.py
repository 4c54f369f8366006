"""Run workloads for polytape and for each peer that is installed, in turn, and print medians and ratios."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from benchmarks import comparison, first_call, installation, table
from benchmarks.frameworks import FAMILIES

WORKLOADS = (
    *("huber", "points", "dense", "cnn", "lstm", "transformer"),
    *("add", "add_under_tape", "chain", "chain_of_products", "matmul", "epoch", "dense_memory", "mlx_dense_step"),
    "cupy_dense_step",
)
OTHERS = {"first_call": first_call.rows, "import": installation.import_rows, "size": installation.size_rows}
_VERSIONS = (
    *("polytape", "numpy", "numba", "torch", "tensorflow-cpu", "tensorflow_cpu"),
    *("jax", "keras", "autograd", "mlx", "cupy-cuda12x", "cupy-cuda13x"),
)


def main() -> int:
    """Parse the command line, measure, print; returns the exit status."""
    names = (*WORKLOADS, *OTHERS)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("workloads", nargs="*", default=names, help=f"some of {', '.join(names)}; all by default")
    parser.add_argument("--peers", help=f"some of {','.join(FAMILIES)}; by default every one that is installed")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each, taken in turn")
    parser.add_argument("--json", type=Path, help="where to write the results, after each workload")
    parser.add_argument("--plot", type=Path, help="where to write a plot of the ratios, as PNG")
    arguments = parser.parse_args()
    families = None if arguments.peers is None else arguments.peers.split(",")
    for name in arguments.workloads:
        if name.partition(":")[0] not in names:
            parser.error(f"there is no workload {name!r}; there are {', '.join(names)}")
    for family in families or ():
        if family not in FAMILIES:
            parser.error(f"there is no peer {family!r}; there are {', '.join(FAMILIES)}")
    rows: list[comparison.Row] = []
    failed = []
    for name in arguments.workloads:
        try:
            found = OTHERS.get(name, lambda *given, name=name: comparison.rows_of(name, *given))(
                families, arguments.rounds
            )
        except (RuntimeError, AssertionError) as error:  # of one workload: the others are measured all the same
            print(error, file=sys.stderr)
            failed.append(name)
            continue
        table.show(found)
        rows += found
        if arguments.json:
            arguments.json.write_text(json.dumps({"about": _about(), "rows": rows}, indent=1) + "\n")
    if arguments.plot:
        from benchmarks import plot

        plot.write(rows, arguments.plot)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def _about() -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "versions": {found.name: found.version for found in distributions() if found.name in _VERSIONS},
    }


def _processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


if __name__ == "__main__":
    sys.exit(main())
