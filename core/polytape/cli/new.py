"""`polytape new`: begins a distribution of one's own, a backend or a plugin, that passes its tests as it is."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from pathlib import Path

from polytape.cli.printing import print_problems
from polytape.cli.project_names import project_names
from polytape.cli.scaffold import render, write


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("kind", choices=("backend", "plugin"), help="what it brings: an array library, or all else")
    parser.add_argument("name", metavar="NAME", help="what users will ask for, such as my-lib")
    parser.add_argument("--directory", metavar="FOLDER", type=Path, help="a new or an empty one; else polytape-NAME")


def run(options: Namespace) -> int:
    """Write the distribution; 1 if the folder can't be written."""
    names = project_names(options.kind, options.name)
    named = options.directory if options.directory is not None else Path(names.distribution)
    contents = render(options.kind, names.placeholders())
    try:
        write(contents, named.absolute())
    except OSError as error:
        return print_problems([f"{named} can't be written: {error}"])
    print(f"The distribution {names.distribution}, in the folder {named}:")
    for path in contents:
        print(f"    {path}")
    print("\nNext:")
    for command in (f"cd {shlex.quote(str(named))}", 'python -m pip install tox --editable ".[test]"', "tox"):
        print(f"    {command}")
    return 0
