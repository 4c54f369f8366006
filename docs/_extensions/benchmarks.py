"""The results of the benchmarks, from the files in `benchmarks/results`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tables import table

FILE = Path(__file__).parents[2] / "benchmarks" / "results" / "peers.json"
OWN = ("polytape", "polytape_function")


def benchmark_machine() -> str:
    """Where and with what the results were measured; a sentence in their place where there are none."""
    if not FILE.exists():
        return "No results have been recorded yet."
    about = json.loads(FILE.read_text(encoding="utf-8"))["about"]
    versions = ", ".join(f"{name} {version}" for name, version in sorted(about["versions"].items()))
    return (
        f"Measured on {about['date'][:10]} on {about['cores']} cores of a {about['processor'] or about['machine']}, "
        f"Python {about['python']}, with {versions}."
    )


def benchmark_times() -> str:
    """A row for each workload and framework: the median, the spread, the ratios, the memory."""
    head = ("workload", "framework", "median", "min to max", "eager ÷ it", "function ÷ it", "peak memory")
    return table(head, [_time(row) for row in _rows() if "median_us" in row])


def benchmark_quantities() -> str:
    """First calls, imports and sizes."""
    head = ("what", "framework", "median", "polytape ÷ it")
    rows, key = [row for row in _rows() if "unit" in row], "ratio"
    return table(
        head,
        [
            (f"`{row['workload']}`", f"`{row['framework']}`", f"{row['value']:,.0f} {row['unit']}", _ratio(row, key))
            for row in rows
        ],
    )


def _rows() -> list[dict[str, Any]]:
    return json.loads(FILE.read_text(encoding="utf-8"))["rows"] if FILE.exists() else []  # type: ignore[no-any-return]


def _time(row: dict[str, Any]) -> tuple[str, ...]:
    low, high = row["spread_us"]
    ratios = [_ratio(row, f"{own}_ratio") for own in OWN]
    memory = f"{row['peak_mib']:,.0f} MiB"
    spread = f"{_duration(low)} to {_duration(high)}"
    return f"`{row['workload']}`", f"`{row['framework']}`", _duration(row["median_us"]), spread, *ratios, memory


def _duration(microseconds: float) -> str:
    return f"{microseconds / 1000:,.2f} ms" if microseconds >= 1000 else f"{microseconds:.3g} µs"


def _ratio(row: dict[str, Any], key: str) -> str:
    return f"{row[key]:.2f}" if key in row else ""


FUNCTIONS: tuple[Any, ...] = (benchmark_machine, benchmark_times, benchmark_quantities)
