"""The program `polytape`: what is installed, in what state it is, and what commands plugins contribute."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from types import ModuleType

from polytape.errors import AmbiguousNameError, NotFoundError, PolytapeError
from polytape.version import __version__

BUILT_IN = {
    "run": "run a program that imports TensorFlow or Keras on polytape, as it is",
    "backends": "list the installed backends with their devices, importing each",
    "plugins": "list the installed plugins and what they contribute, importing each",
    "doctor": "show all that is needed to tell why something does not work",
    "new": "begin a backend or a plugin: a whole distribution that passes its tests as it is",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the program with `arguments` (those of the process if `None`) and return its exit code.

    0: all is well. 1: something that was named can't be had, or a contributed command says so. 2: the command
    line can't be understood.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["run"]:
        from polytape.cli import run

        return run.main(arguments[1:])
    try:
        if arguments and not arguments[0].startswith("-") and arguments[0] not in BUILT_IN:
            return _run_contributed(arguments[0], arguments[1:])
        return _run_built_in(arguments)
    except PolytapeError as error:
        return _complain(str(error), 1)


def _run_built_in(arguments: list[str]) -> int:
    wants_help = not arguments or arguments[0] in ("-h", "--help")
    parser = ArgumentParser(
        prog="polytape",
        description="Eager code in the style of TensorFlow, on any array library that has a plugin.",
        epilog=_contributed_help() if wants_help else None,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"polytape {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, documentation in BUILT_IN.items():
        command = commands.add_parser(name, help=documentation, description=documentation.capitalize() + ".")
        if arguments[:1] == [name]:  # no other needs importing
            _module(name).add_arguments(command)
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    code: int = _module(options.command).run(options)
    return code


def _module(name: str) -> ModuleType:
    """The module of a built-in command, with its functions `add_arguments` and `run`."""
    from importlib import import_module

    return import_module(f"polytape.cli.{name}")


def _run_contributed(name: str, arguments: list[str]) -> int:
    from polytape.plugins.contributions import Contributions
    from polytape.spelling import did_you_mean

    contributed = Contributions("commands")
    try:
        command = contributed.get(name)
    except AmbiguousNameError as error:
        return _complain(str(error), 2)
    except NotFoundError as error:
        commands = [*BUILT_IN, *(offered for offered in contributed.names() if offered not in BUILT_IN)]
        complaints = "\n".join(str(error).splitlines()[1:])
        return _complain(
            f"there is no command {name!r}.{did_you_mean(name, commands)} "
            f"The commands are {', '.join(commands)}.\n{complaints}".rstrip(),
            2,
        )
    return command(arguments) or 0


def _contributed_help() -> str:
    from polytape.plugins.contributions import Contributions

    names = Contributions("commands").names()
    lines = [f"  {name}" + ("  (hidden by the built-in one)" if name in BUILT_IN else "") for name in names]
    return "\n".join(["commands contributed by plugins:", *lines]) if lines else ""


def _complain(message: str, code: int) -> int:
    print(f"polytape: {message}", file=sys.stderr)
    return code
