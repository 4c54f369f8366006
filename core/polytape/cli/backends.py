"""`polytape backends`: what can compute here, on which devices."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from polytape.cli.options import add_json, add_names
from polytape.cli.printing import print_json, print_problems, print_rows
from polytape.cli.records import backend_rows


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    add_json(parser)
    add_names(parser)


def run(options: Namespace) -> int:
    """List the backends; 1 if one that was named, here or in `POLYTAPE_BACKEND`, can't be had."""
    rows, problems = backend_rows(options.names)
    if options.json:
        print_json(rows)
    else:
        print_rows(rows, "devices")
    return print_problems(problems)
