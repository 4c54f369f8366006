"""`polytape doctor`: all that somebody needs who wants to know why something does not work."""

from __future__ import annotations

import os
import warnings
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from polytape import environment
from polytape.cli.extras import extra_rows
from polytape.cli.options import add_json
from polytape.cli.printing import console, print_json, print_problems, print_rows
from polytape.cli.records import Row, backend_rows, plugin_rows
from polytape.errors import ConfigurationError, PolytapeError
from polytape.plugins.discovery import remarks
from polytape.version import __version__


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    add_json(parser)


def run(options: Namespace) -> int:
    """Print the report; 1 if the environment makes no sense, or names a backend that can't be had."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the report itself says what polytape would warn of
        report, problems = _report()
    if options.json:
        print_json(report)
    else:
        _print(report)
    return print_problems(problems)


def _report() -> tuple[dict[str, Any], list[str]]:
    import platform
    import sys

    problems: list[str] = []
    report: dict[str, Any] = {
        "polytape": {"version": __version__, "location": str(Path(__file__).parents[1])},
        "python": {"version": platform.python_version(), "executable": sys.executable},
        "platform": platform.platform(),
        "numpy": _version("numpy"),
        "environment": _environment(),
        "backends": _listing(backend_rows, problems),
        "plugins": _listing(plugin_rows, problems),
        "extras": extra_rows(),
    }
    try:
        environment.data_directory()
        environment.shadow()
        report["remarks"] = list(remarks())
    except ConfigurationError as error:
        report["remarks"] = []
        problems.append(str(error))
    return report, list(dict.fromkeys(problems))


def _listing(rows_of: Callable[[list[str]], tuple[list[Row], list[str]]], problems: list[str]) -> list[Row]:
    try:
        rows, wrong = rows_of([])
    except PolytapeError as error:  # POLYTAPE_DISABLE_PLUGINS makes no sense
        rows, wrong = [], [str(error)]
    problems += wrong
    return rows


def _environment() -> list[dict[str, Any]]:
    known = [
        {
            "name": variable.name,
            "known": True,
            "value": os.environ.get(variable.name),
            "documentation": variable.documentation,
        }
        for variable in environment.KNOWN
    ]
    unknown = [
        {
            "name": name,
            "known": False,
            "value": os.environ[name],
            "documentation": "Unknown, and ignored." + (f" Did you mean {nearest}?" if nearest else ""),
        }
        for name, nearest in environment.unknown().items()
    ]
    return known + unknown


def _version(distribution: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _print(report: dict[str, Any]) -> None:
    output = console()
    polytape, python = report["polytape"], report["python"]
    output.print(f"polytape  {polytape['version']} in {polytape['location']}", soft_wrap=True)
    output.print(f"Python    {python['version']} at {python['executable']}", soft_wrap=True)
    output.print(f"NumPy     {report['numpy'] or 'missing'}")
    output.print(f"platform  {report['platform']}", soft_wrap=True)
    output.print("\nEnvironment", style="bold")
    for variable in report["environment"]:
        value = "unset" if variable["value"] is None else repr(variable["value"])
        output.print(f"{variable['name']}: {value}", soft_wrap=True)
        output.print(f"    {variable['documentation']}", soft_wrap=True, style="dim")
    output.print("\nBackends", style="bold")
    print_rows(report["backends"], "devices", tracebacks=True)
    output.print("\nPlugins", style="bold")
    print_rows(report["plugins"], "contributions", tracebacks=True)
    output.print("\nOptional extras", style="bold")
    for extra in report["extras"]:
        remedy = "" if extra["present"] else f"  {extra['install']}"
        output.print(f"{extra['name']:<9} {'present' if extra['present'] else 'missing'}{remedy}", soft_wrap=True)
    for remark in report["remarks"]:
        output.print(f"\n{remark}", soft_wrap=True)
