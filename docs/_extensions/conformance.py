"""The matrix of the first-party backends, from the reports in `docs/conformance`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tables import table

from polytape_conformance.level import Level
from polytape_conformance.report import matrix
from polytape_conformance.report.building import Report
from polytape_conformance.report.files import load
from polytape_conformance.report.page import part
from polytape_conformance.report.summary import COUNTS
from polytape_conformance.report.words import library, state_of_level, verdict

FOLDER = Path(__file__).parents[1] / "conformance"
ORDER = ("numpy", "cupy", "mlx")
"""The first-party backends; others follow by name."""
SCHEMES = """
body[data-theme="light"] .conformance { color-scheme: light; }
body[data-theme="dark"] .conformance { color-scheme: dark; }
.conformance { --paper: var(--color-background-primary) !important; margin: 1rem 0; }
"""
"""The pages have a switch between light and dark of their own."""


@cache
def reports() -> dict[str, Report]:
    """The reports by the names of their files."""
    found = {path.stem: load(path) for path in FOLDER.glob("*.json")}
    return dict(sorted(found.items(), key=lambda item: (ORDER.index(item[0]) if item[0] in ORDER else 9, item[0])))


def conformance_summary() -> str:
    """A table of the backends: what was tried, and the level that was reached."""
    rows = [
        (
            f"[{report['backend']['name']}](#{name})",
            f"{library(report)}, {report['backend']['device']}",
            f"{report['platform']['system']}, {report['platform']['machine']}",
            report["date"][:10],
            f"**{verdict(report)}**",
            *(str(sum(level[state] for level in report["levels"].values())) for state in COUNTS),
        )
        for name, report in reports().items()
    ]
    head = ("backend", "tried with", "machine", "date", "level reached", "passed", "failed", "skipped", "deviate")
    return table(head, rows)


def conformance_matrices() -> str:
    """A section for each backend: its levels, what it lacks, its matrix."""
    sections = "\n\n".join(_section(name, report) for name, report in reports().items())
    style = _raw(f"<style>{part('page.css')}{SCHEMES}</style>")
    return f"{style}\n\n{sections}"


def conformance_legend() -> str:
    """What the colours and signs mean."""
    return _raw(f'<div class="conformance">{matrix.legend()}</div>')


def _section(name: str, report: Report) -> str:
    backend = report["backend"]
    run = "quick" if report["options"]["quick"] else "full"
    intro = (
        f"{library(report)} on {backend['device']}, polytape {report['polytape']}, {report['date'][:10]}; a {run} run "
        f"of {report['seconds']:.0f} seconds."
    )
    levels = [(level.title, state_of_level(report, level.slug)) for level in Level]
    lacks = [
        (f"`{entry}`", said, reason)
        for key, said in (("lacks", "lacks"), ("on_host", "computes on the host"), ("deviations", "fails"))
        for entry, reason in report["capabilities"][key].items()
    ]
    return "\n\n".join(
        [
            f"({name})=",
            f"### {backend['name']}",
            intro,
            table(("level", "result"), levels),
            *([table(("what", "the backend declares that it", "because"), lacks)] if lacks else []),
            _raw(f'<div class="conformance"><div class="wide tall">{matrix.table(report, intro)}</div></div>'),
        ]
    )


def _raw(html: str) -> str:
    return f"```{{raw}} html\n{html}\n```"


FUNCTIONS = (conformance_summary, conformance_matrices, conformance_legend)
