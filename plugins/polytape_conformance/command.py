"""`polytape conformance`: shows a report of the kit, compares two, or runs the kit."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from polytape_conformance.report.building import Report
from polytape_conformance.report.comparison import BETTER, OTHER, WORSE, Change, compare
from polytape_conformance.report.files import ReportError, load
from polytape_conformance.report.summary import lines
from polytape_conformance.report.words import headline
from polytape_conformance.report.writing import WRITERS

HEADINGS = {WORSE: "worse", BETTER: "better", OTHER: "otherwise"}
EPILOG = """\
polytape conformance run BACKEND [OPTIONS]
  runs the kit: pytest --pyargs polytape_conformance --polytape-backend=BACKEND.
  --quick, --level=LEVEL, --json=FILE, --html=FILE and --badge=FILE stand for
  pytest's options of the same names that begin with --polytape-; all else is
  passed to pytest as it is.

The exit code is 1 if a comparison finds that something got worse, and 2 if a
file is no report.
"""
SHORT = ("--quick", "--level", "--json", "--html", "--badge", "--allow-unavailable")


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    if arguments[:1] == ["run"]:
        return _run(arguments[1:])
    options = _parser().parse_args(arguments)
    try:
        if options.compare:
            return _compare(*options.compare, as_json=options.json)
        return _show(load(options.report), options)
    except (ReportError, OSError) as error:
        print(f"polytape: {error}", file=sys.stderr)
        return 2


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="polytape conformance",
        description="Show a report of the conformance kit, or what changed between two.",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("report", nargs="?", type=Path, metavar="REPORT.json", help="a file that --polytape-json wrote")
    asked.add_argument("--compare", nargs=2, type=Path, metavar=("BEFORE", "AFTER"), help="tell what has changed")
    parser.add_argument("--json", action="store_true", help="print JSON: the report without its ops, or the changes")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as one HTML page")
    parser.add_argument("--badge", type=Path, metavar="FILE", help="write a badge, .svg or .json")
    return parser


def _show(report: Report, options: Namespace) -> int:
    for kind in ("html", "badge"):
        path = getattr(options, kind)
        if path is not None:
            WRITERS[kind](report, path)
    if options.json:
        _print_json({key: value for key, value in report.items() if key != "ops"})
    elif options.html is None and options.badge is None:
        print("\n".join(lines(report)))
    return 0


def _compare(first: Path, second: Path, *, as_json: bool) -> int:
    before, after = load(first), load(second)
    changes = compare(before, after)
    if as_json:
        _print_json([vars(change) for change in changes])
    else:
        print("\n".join(_comparison(before, after, changes)))
    return 1 if any(change.verdict == WORSE for change in changes) else 0


def _comparison(before: Report, after: Report, changes: list[Change]) -> list[str]:
    said = [f"before  {before['date'][:10]}  {headline(before)}", f"after   {after['date'][:10]}  {headline(after)}"]
    for verdict, heading in HEADINGS.items():
        found = [change for change in changes if change.verdict == verdict]
        if found:
            said += ["", f"{heading}:", *(f"  {change.text}" for change in found)]
    return said if changes else [*said, "", "nothing has changed"]


def _print_json(content: Any) -> None:
    print(json.dumps(content, indent=2))


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0].startswith("-"):
        print(
            "polytape: say which backend: polytape conformance run BACKEND. `polytape backends` lists them.",
            file=sys.stderr,
        )
        return 2
    try:
        import pytest
    except ImportError:
        print("polytape: the kit runs on pytest, which is not installed: python -m pip install pytest", file=sys.stderr)
        return 1
    options = [_long(argument) for argument in arguments[1:]]
    return int(pytest.main(["--pyargs", "polytape_conformance", f"--polytape-backend={arguments[0]}", *options]))


def _long(argument: str) -> str:
    return argument.replace("--", "--polytape-", 1) if argument.partition("=")[0] in SHORT else argument
