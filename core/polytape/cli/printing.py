"""Prints rows: as JSON, or as a table that fits 80 columns with the causes of what is not ready below it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from polytape.cli.records import Row

STYLES = {"ready": "green", "found": "dim", "blocked": "dim", "broken": "red", "unavailable": "yellow"}


def print_json(content: Any) -> None:
    """Print JSON that a program can read, whatever the encoding of the terminal."""
    print(json.dumps(content, indent=2))


def console() -> Console:
    """A console that prints text as it is: causes hold brackets, and commands to be copied."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False)


def print_rows(rows: list[Row], last_column: str, tracebacks: bool = False) -> None:
    """Print a table whose last column is `devices` or `contributions`, then every cause and remark."""
    from rich.table import Table
    from rich.text import Text

    output = console()
    if not rows:
        output.print("none installed")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("name", "distribution", "state", last_column):
        table.add_column(heading, overflow="fold")
    table.add_column("load time", justify="right", no_wrap=True)
    for row in rows:
        load_time = "" if row["load_time_s"] is None else f"{row['load_time_s'] * 1e3:.0f} ms"
        state = Text(row["state"], style=STYLES.get(row["state"], "yellow"))
        distribution = f"{row['distribution']} {row['version']}"
        table.add_row(_name(row), distribution, state, _joined(row[last_column]), load_time)
    output.print(table)
    for row in rows:
        print_notes(output, row, tracebacks)


def print_notes(output: Console, row: Row, tracebacks: bool) -> None:
    """Print why a row is not ready and what is odd about it; long lines stay whole, to be copied."""
    about = f"{row['kind']} {row['name']!r} ({row['distribution']} {row['version']})"
    if row["cause"]:
        output.print(f"\n{about} is {row['state']}: {row['cause'].rstrip()}", soft_wrap=True)
    if row["traceback"] and tracebacks:
        output.print(row["traceback"].rstrip(), soft_wrap=True)
    elif row["traceback"]:
        output.print("`polytape doctor` shows the traceback.", soft_wrap=True)
    for remark in row.get("remarks", ()):
        output.print(f"\n{about}: {remark}", soft_wrap=True)


def print_problems(problems: list[str]) -> int:
    """Print what was named and can't be had to the error stream; return the exit code."""
    for problem in problems:
        print(f"polytape: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _name(row: Row) -> str:
    return f"{row['name']} (selected)" if row.get("selected") else str(row["name"])


def _joined(cell: list[str] | dict[str, list[str]]) -> str:
    if isinstance(cell, dict):
        return "; ".join(f"{kind}: {', '.join(names)}" for kind, names in cell.items())
    return ", ".join(cell)
