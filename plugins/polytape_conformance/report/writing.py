"""Writes a report in each of its forms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from polytape_conformance.report.badge import write_badge
from polytape_conformance.report.building import Report
from polytape_conformance.report.files import dumps
from polytape_conformance.report.page import page


def write_json(report: Report, path: Path) -> None:
    """Write the report itself."""
    path.write_text(dumps(report), encoding="utf-8")


def write_html(report: Report, path: Path) -> None:
    """Write the report as one page that needs nothing else."""
    path.write_text(page(report), encoding="utf-8")


WRITERS: dict[str, Callable[[Report, Path], None]] = {"json": write_json, "html": write_html, "badge": write_badge}
