"""Reports on disk: JSON with a line for each op, so that a change of one op is a change of one line."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from polytape.errors import PolytapeError
from polytape_conformance.report.building import SCHEMA, Report
from polytape_conformance.report.validation import problem

BY_LINE = ("levels", "not_passed", "ops")
"""The parts that have a line for each entry."""


class ReportError(PolytapeError, ValueError):
    """A file is no report of the kit, or one that this version can't read."""


@cache
def schema() -> Any:
    """The JSON Schema of reports."""
    return json.loads((Path(__file__).parent / "schema.json").read_text(encoding="utf-8"))


def dumps(report: Report) -> str:
    """A report as JSON."""
    parts = [f'  "{key}": {_part(key, value)}' for key, value in report.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _part(key: str, value: Any) -> str:
    if key not in BY_LINE or not value:
        return _compact(value)
    if isinstance(value, list):
        return "[\n    " + ",\n    ".join(map(_compact, value)) + "\n  ]"
    entries = [f"{_compact(name)}: {_compact(item)}" for name, item in value.items()]
    return "{\n    " + ",\n    ".join(entries) + "\n  }"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def load(path: Path) -> Report:
    """The report in a file.

    Raises:
        ReportError: if it can't be read, is no report, or is one of another version of the schema.
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(f"{path} can't be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise ReportError(f"{path} is no conformance report: it is no JSON ({error}).") from error
    if not isinstance(report, dict) or "schema" not in report:
        raise ReportError(
            f"{path} is no conformance report: it has no key 'schema'. `--polytape-json FILE` writes reports."
        )
    if report["schema"] != SCHEMA:
        raise ReportError(
            f"{path} has version {report['schema']!r} of the schema, and this polytape reads version {SCHEMA}. "
            f"Read it with the release of polytape that wrote it ({report.get('polytape', 'unknown')}), or run the "
            "kit again."
        )
    found = problem(report, schema())
    if found is not None:
        raise ReportError(f"{path} is no conformance report: {found}.")
    return report
