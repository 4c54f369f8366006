"""`polytape plugins`: who contributes what."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from polytape.cli.options import add_json, add_names
from polytape.cli.printing import print_json, print_problems, print_rows
from polytape.cli.records import plugin_rows


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    add_json(parser)
    add_names(parser)


def run(options: Namespace) -> int:
    """List the plugins; 1 if one that was named here can't be had."""
    rows, problems = plugin_rows(options.names)
    if options.json:
        print_json(rows)
    else:
        print_rows(rows, "contributions")
    return print_problems(problems)
