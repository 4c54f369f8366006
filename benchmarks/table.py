"""Rows as tables on the terminal."""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.frameworks import OWN


def show(rows: list[dict[str, Any]]) -> None:
    """Print the rows of a workload: one form for times, one for other quantities."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    timed = [row for row in rows if "median_us" in row]
    if timed:
        console.print(_times(timed))
    others = [row for row in rows if "median_us" not in row]
    if others:
        console.print(_quantities(others))


def _times(rows: list[dict[str, Any]]) -> Table:
    head = ("workload", "framework", "median µs", "min to max", "CPU µs", "first ms", "peak MiB")
    found = Table(*head, "eager ÷ it", "function ÷ it", "memory ÷ it")
    for row in rows:
        low, high = row["spread_us"]
        found.add_row(
            row["workload"],
            row["framework"],
            *(f"{row['median_us']:,.2f}", f"{low:,.2f} to {high:,.2f}", f"{row['cpu_us']:,.2f}"),
            *(f"{row['first_ms']:,.0f}", f"{row['peak_mib']:,.0f}"),
            *(_number(row, f"{own}_ratio") for own in OWN),
            _number(row, f"{OWN[0]}_memory_ratio"),
        )
    return found


def _quantities(rows: list[dict[str, Any]]) -> Table:
    found = Table("workload", "framework", "value", "unit", "min to max", "polytape ÷ it")
    for row in rows:
        low, high = row["spread"]
        spread = f"{low:,.1f} to {high:,.1f}"
        found.add_row(
            row["workload"],
            escape(row["framework"]),
            f"{row['value']:,.1f}",
            row["unit"],
            spread,
            _number(row, "ratio"),
        )
    return found


def _number(row: dict[str, Any], key: str) -> str:
    return f"{row[key]:.2f}" if key in row else ""
