"""The words in which every form of a report speaks: its title, its states, its shares of budgets."""

from __future__ import annotations

from typing import Any

from polytape_conformance.level import Level
from polytape_conformance.report.building import Report

STATES = {
    "passed": "passed",
    "failed": "failed",
    "skipped": "skipped: the backend declares to lack all that it needs",
    "partial": "only in part",
    "not asked": "not asked for",
}


def title(slug: str | None) -> str:
    """The name of a level as people read it."""
    return "no level" if slug is None else Level.named(slug).title


def state_of_level(report: Report, slug: str) -> str:
    """What came of a level, in words."""
    state = report["levels"][slug]["state"]
    if state == "empty":
        return f"not there yet in polytape {'.'.join(report['polytape'].split('.')[:2])}"
    return STATES[state]


def verdict(report: Report) -> str:
    """The level that was reached, or why there is none, in a word or two."""
    if report["reached"] is not None:
        return title(report["reached"]) + (" (quick)" if report["options"]["quick"] else "")
    return "partial run" if report["partial"] is not None else "no level"


def library(report: Report) -> str:
    """The library and its version: `numpy 2.4.0`."""
    libraries = report["backend"]["libraries"]
    return next((f"{name} {version}" for name, version in libraries.items()), report["backend"]["name"])


def headline(report: Report) -> str:
    """The one line that says it all."""
    return f"polytape conformance: {verdict(report)} ({library(report)}, {report['backend']['device']})"


def share(budget: float) -> str:
    """A share of a budget: `31 %`."""
    if budget == 0:
        return "exact"
    return f"{budget:.0%}".replace("%", " %") if budget >= 0.005 else "< 1 %"


def figures(cell: dict[str, Any]) -> str:
    """The errors of a cell: `0.5 ulp, 5.9e-08 relative, 12 % of the budget`; empty if none were measured."""
    parts = []
    if "ulp" in cell:
        parts.append(f"{cell['ulp']:.3g} ulp")
    if "relative" in cell:
        parts.append(f"{cell['relative']:.2g} relative")
    if "budget" in cell:
        parts.append("exact" if cell["budget"] == 0 else f"{share(cell['budget'])} of the budget")
    return ", ".join(parts)


def counted(number: int, noun: str) -> str:
    """`1 case`, `2 cases`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
