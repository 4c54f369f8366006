"""A report as text: what the terminal shows at the end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from textwrap import indent
from typing import Any

from polytape_conformance.level import Level
from polytape_conformance.report.building import Report
from polytape_conformance.report.words import counted, headline, share, state_of_level, title

COUNTS = ("passed", "failed", "skipped", "deviates")
MOST = 20
"""How many entries of a list are shown; the file has all."""


def lines(report: Report, *, failures: bool = True) -> list[str]:
    """A report as lines of text.

    Args:
        report: the report.
        failures: whether failures are listed; pytest has shown them already.
    """
    return [
        *_facts(report),
        "",
        *_levels(report),
        *_reasons(report, "skipped", "skipped, as the backend declares"),
        *_reasons(report, "deviates", "declared deviations"),
        *_left_out(report),
        *(_failures(report) if failures else ()),
        *_declarations(report),
        *_partial(report),
        "",
        headline(report),
    ]


def _facts(report: Report) -> Iterator[str]:
    backend, platform, options = report["backend"], report["platform"], report["options"]
    offered = f" ({backend['distribution']} {backend['version']})" if backend["distribution"] else ""
    libraries = ", ".join(f"{name} {version}" for name, version in backend["libraries"].items())
    count = sum(entry[state] for entry in report["levels"].values() for state in COUNTS)
    upto = "" if options["level"] == "graph" else f", up to {title(options['level'])}"
    yield f"backend   {backend['name']}{offered} on {backend['device']}"
    yield f"versions  {libraries}, polytape {report['polytape']}, Python {platform['python']}"
    yield f"machine   {platform['system']}, {platform['machine']}"
    yield (
        f"run       {'quick' if options['quick'] else 'full'}{upto}, {counted(count, 'case')} in "
        f"{report['seconds']:.1f} s, {report['date'][:10]}"
    )


def _levels(report: Report) -> Iterator[str]:
    yield f"{'level':<14}{'passed':>8}{'failed':>8}{'skipped':>9}{'deviates':>10}  worst share of a budget"
    for level in Level:
        entry = report["levels"][level.slug]
        if entry["state"] in ("empty", "not asked"):
            yield f"{level.title:<14}  {state_of_level(report, level.slug)}"
            continue
        passed, failed, skipped, deviates = (entry[state] for state in COUNTS)
        line = f"{level.title:<14}{passed:>8}{failed:>8}{skipped:>9}{deviates:>10}  {_worst(entry['worst'])}"
        yield line + (f" ({state_of_level(report, level.slug)})" if entry["state"] == "partial" else "")


def _worst(worst: dict[str, Any] | None) -> str:
    if worst is None:
        return "nothing measured"
    where = ", ".join(filter(None, (worst["op"], worst["check"], worst["dtype"])))
    return f"{share(worst['budget'])}: {where}"


def grouped_reasons(report: Report, state: str) -> list[tuple[str, str, int]]:
    """Level, reason and number of the cases in a state, most frequent first within a level."""
    counts = Counter((entry["level"], entry["reason"]) for entry in report["not_passed"] if entry["state"] == state)
    order = [level.slug for level in Level]
    return sorted(
        ((level, reason, count) for (level, reason), count in counts.items()),
        key=lambda group: (order.index(group[0]), -group[2], group[1]),
    )


def _reasons(report: Report, state: str, heading: str) -> Iterator[str]:
    groups = grouped_reasons(report, state)
    if groups:
        yield from ("", f"{heading}:")
    for level, reason, count in groups:
        yield f"{count:>6}  {title(level)}: {' '.join(reason.split())}"


def _left_out(report: Report) -> Iterator[str]:
    if report["left_out"]:
        counts = ", ".join(f"{counted(count, 'case')} in {dtype}" for dtype, count in report["left_out"].items())
        yield from ("", f"not tried: {counts}, which {report['backend']['device']} does not have")


def _failures(report: Report) -> Iterator[str]:
    failed = [entry for entry in report["not_passed"] if entry["state"] == "failed"]
    if failed:
        yield from ("", "failed:")
    for entry in failed[:MOST]:
        yield f"  {title(entry['level'])}: {entry['case']}"
        yield indent(entry["reason"], "      ")
    if len(failed) > MOST:
        yield f"  and {len(failed) - MOST} more"


def _declarations(report: Report) -> Iterator[str]:
    if report["declarations"]["state"] == "failed":
        yield from ("", "declarations that do not hold:")
        yield from (f"  {complaint}" for complaint in report["declarations"]["complaints"])


def _partial(report: Report) -> Iterator[str]:
    if report["partial"] is not None:
        yield from ("", f"This run is partial and reaches no level: {report['partial']}.")
