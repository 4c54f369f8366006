"""The matrix of ops and dtypes: what came of each pair, over all levels and checks, and how near its budget that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from polytape import dtypes
from polytape_conformance.level import Level
from polytape_conformance.report.building import Report
from polytape_conformance.report.words import figures, share

NEARNESS = ((0.0, "exact"), (0.1, "b1"), (0.25, "b2"), (0.5, "b3"), (0.75, "b4"))
"""Upper ends of shares of a budget, and the classes that the style sheet colours; what is above is `b5`."""
SIGNS = {"failed": "✗ fails", "deviates": "≠ known", "skipped": "lacks", "passed": "✓", "not had": "–", "not tried": ""}
_KINDS = ("floating", "complex", "signed", "unsigned", "bool")
_ORDER = [*(dtype.name for kind in _KINDS for dtype in dtypes.ALL if dtype.kind == kind), "none"]
_COUNTS = ("failed", "deviates", "skipped", "passed")


@dataclass
class Cell:
    """What came of one op in one dtype.

    Attributes:
        state: the worst that came of a case; "skipped" if no case ran, "not had" if the device lacks the dtype.
        budget: the largest share of a budget, if any was measured.
        notes: a line for each check, and the reasons for what did not pass.
    """

    state: str = "not tried"
    budget: float | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def style(self) -> str:
        """The class under which the style sheet colours it."""
        if self.state != "passed" or self.budget is None:
            return self.state.replace(" ", "-")
        budget = self.budget
        return next((name for limit, name in NEARNESS if budget <= limit), "b5")

    @property
    def text(self) -> str:
        """What it shows, so that colour is not needed to read it."""
        return share(self.budget) if self.state == "passed" and self.budget is not None else SIGNS[self.state]


@dataclass
class Matrix:
    """Cells by op and column.

    Attributes:
        columns: dtypes, floating-point ones first, then "none" for cases of no dtype in particular.
        rows: the ops in the order of their names, each with a cell for each column.
    """

    columns: list[str]
    rows: dict[str, list[Cell]]


def matrix(report: Report) -> Matrix:
    """The matrix of a report."""
    reasons = _reasons(report)
    found: dict[str, dict[str, Cell]] = {}
    for op, entry in report["ops"].items():
        cells = found.setdefault(op, {})
        for level, check, dtype, counts in leaves(entry):
            cell = cells.setdefault(dtype, Cell())
            _add(cell, level, check, counts, reasons.get((op, level, check, dtype), []))
    used = {dtype for cells in found.values() for dtype in cells} | set(report["left_out"])
    columns = [name for name in _ORDER if name in used]
    rows = {op: [_at(report, cells, column) for column in columns] for op, cells in found.items()}
    return Matrix(columns, rows)


def leaves(entry: dict[str, Any]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Level, check, dtype and counts of one op of a report."""
    for level in Level:
        for check, by_dtype in entry["levels"].get(level.slug, {}).items():
            for dtype, counts in by_dtype.items():
                yield level.slug, check, dtype, counts


def _reasons(report: Report) -> dict[tuple[str, str, str, str], list[str]]:
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for each in report["not_passed"]:
        key = each["op"], each["level"], each["check"], each["dtype"] or "none"
        reason = f"{each['state']}: {' '.join(each['reason'].split())[:300]}"
        if reason not in found.setdefault(key, []):
            found[key].append(reason)
    return found


def _add(cell: Cell, level: str, check: str, counts: dict[str, Any], reasons: list[str]) -> None:
    states = [state for state in _COUNTS if counts.get(state)]
    # A case that is skipped beside others that pass leaves the cell's colour to those; its reason is in the notes.
    order = ("failed", "deviates", "passed", "skipped", "not tried")
    cell.state = min((*states, cell.state), key=order.index)
    if "budget" in counts:
        cell.budget = max(counts["budget"], cell.budget or 0.0)
    measured = figures(counts)
    said = ", ".join(f"{counts[state]} {state}" for state in _COUNTS if counts.get(state))
    cell.notes.append(f"{level}, {check}: {said}" + (f"; {measured}" if measured else ""))
    cell.notes.extend(f"  {reason}" for reason in reasons)


def _at(report: Report, cells: dict[str, Cell], column: str) -> Cell:
    if column in cells:
        return cells[column]
    if column in report["left_out"] and set(cells) - {"none"}:
        return Cell("not had", notes=[f"{report['backend']['device']} does not have {column}"])
    return Cell()


def table(report: Report, caption: str) -> str:
    """The matrix as an HTML table, to be shown with `page.css`."""
    found = matrix(report)
    names = "".join(f'<th scope="col">{"other" if name == "none" else escape(name)}</th>' for name in found.columns)
    body = "\n".join(_row(op, cells) for op, cells in found.rows.items())
    return (
        f'<table class="matrix"><caption>{escape(caption)}</caption>\n<thead><tr><th scope="col">op</th>{names}</tr>'
        f"</thead>\n<tbody>\n{body}\n</tbody></table>"
    )


def _row(op: str, cells: list[Cell]) -> str:
    shown = "".join(_cell(cell) for cell in cells)
    return f'<tr><th scope="row">{escape(op)}</th>{shown}</tr>'


def _cell(cell: Cell) -> str:
    if cell.state == "not tried":
        return "<td></td>"
    return f'<td class="{cell.style}" title="{escape(chr(10).join(cell.notes))}">{escape(cell.text)}</td>'


LEGEND = (
    ("exact", "exact", "no error"),
    ("b1", "5 %", "up to 10 % of the budget"),
    ("b2", "20 %", "up to 25 %"),
    ("b3", "40 %", "up to 50 %"),
    ("b4", "60 %", "up to 75 %"),
    ("b5", "90 %", "up to all of it"),
    ("passed", "✓", "passed, nothing to measure"),
    ("failed", SIGNS["failed"], "failed"),
    ("deviates", SIGNS["deviates"], "fails, as the backend declares"),
    ("skipped", SIGNS["skipped"], "left out, as the backend declares"),
    ("not-had", SIGNS["not had"], "the device does not have the dtype"),
)


def legend() -> str:
    """What the colours and signs mean, as HTML."""
    items = "".join(f'<li><span class="{style}">{sign}</span> {text}</li>' for style, sign, text in LEGEND)
    return f'<ul class="legend">{items}</ul>'
