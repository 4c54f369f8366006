"""Options that several commands share."""

from __future__ import annotations

from argparse import ArgumentParser


def add_json(parser: ArgumentParser) -> None:
    """Let a command print JSON in the place of a table."""
    parser.add_argument("--json", action="store_true", help="print JSON, with the keys that the docs list")


def add_names(parser: ArgumentParser) -> None:
    """Let a command list only those that are named."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="only this one; it has to be ready")
