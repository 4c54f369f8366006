"""`polytape run`: a program that imports TensorFlow or Keras on polytape, as `python` would run it."""

from __future__ import annotations

import builtins
import os
import runpy
import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType, TracebackType
from typing import Any

from polytape import environment
from polytape.cli import aliases
from polytape.errors import ConfigurationError

USAGE = """usage: polytape run [-h] [--shadow NAME [--record FILE]] (SCRIPT | -m MODULE | -c CODE) [ARGUMENT ...]

Run a program on polytape that says `import tensorflow` or `import keras`, without a change to it. TensorFlow
need not be installed, and nothing outside of this run is affected.

  SCRIPT         a file, or a folder or zip file with a __main__.py
  -m MODULE      a module, found as `python -m` finds it
  -c CODE        the program itself
  ARGUMENT       what the program finds in sys.argv
  --shadow NAME  compare every op with the backend NAME, and stop at the first that differs
  --record FILE  list all that differ in FILE instead
"""

_VARIABLES = {"--shadow": "POLYTAPE_SHADOW", "--record": "POLYTAPE_SHADOW_RECORD"}
"""The options that say the same as an environment variable."""


def main(arguments: list[str]) -> int:
    """Run what `arguments`, those after `polytape run`, name: 0 at its end, 2 if they make no sense."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(USAGE, end="")
        return 0
    arguments, problem = _read_options(arguments)
    if problem:
        print(f"{USAGE}polytape run: {problem}", file=sys.stderr)
        return 2
    option, values = (arguments[0], arguments[1:]) if arguments[:1] in (["-m"], ["-c"]) else ("", arguments)
    if not values or (not option and values[0].startswith("-")):
        print(f"{USAGE}polytape run: name a script, or -m and a module, or -c and code", file=sys.stderr)
        return 2
    aliases.install()
    what, sys.argv = values[0], [option or values[0], *values[1:]]
    if option == "-c":
        return _run_code(what)
    return _run_module(what) if option == "-m" else _run_script(what)


def _read_options(arguments: list[str]) -> tuple[list[str], str]:
    """Put polytape's own options, which stand first, into the environment; what follows them, and what is wrong."""
    while arguments and arguments[0].partition("=")[0] in _VARIABLES:
        name, given, value = arguments[0].partition("=")
        rest = arguments[1:]
        if not given:
            value, rest = (rest[0], rest[1:]) if rest else ("", [])
        if not value or (not given and value.startswith("-")):
            return rest, f"{name} needs a value"
        os.environ[_VARIABLES[name]] = os.path.abspath(value) if name == "--record" else value
        arguments = rest
    try:
        environment.shadow()
    except ConfigurationError as error:
        return arguments, str(error)
    return arguments, ""


def _run_script(path: str) -> int:
    if os.path.isdir(path) or (os.path.exists(path) and _is_archive(path)):
        if not sys.flags.safe_path:
            del sys.path[0]  # run_path puts its own in this place
        return _execute(lambda: runpy.run_path(path, run_name="__main__"))
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError as error:
        print(f"polytape: can't open file {os.path.abspath(path)!r}: {error}", file=sys.stderr)
        return 2
    file_name = os.path.abspath(path)
    _begin_path(os.path.dirname(os.path.realpath(path)))
    main_module = _main_module(__file__=file_name, __cached__=None)
    main_module.__loader__ = SourceFileLoader("__main__", file_name)
    return _execute(lambda: exec(_compiled(source, file_name), main_module.__dict__))


def _run_code(code: str) -> int:
    _begin_path("")
    main_module = _main_module()
    return _execute(lambda: exec(_compiled(code, "<string>"), main_module.__dict__))


def _run_module(name: str) -> int:
    from importlib.util import find_spec

    _begin_path(os.getcwd())
    try:
        spec = find_spec(name)
        missing = name if spec is None else ""
        package = spec is not None and spec.submodule_search_locations is not None
        if package and find_spec(f"{name}.__main__") is None:
            missing = f"{name}.__main__; {name!r} is a package and cannot be directly executed"
    except (ImportError, ValueError) as error:
        missing = f"{name} ({error})"
    if missing:
        print(f"polytape: No module named {missing}", file=sys.stderr)
        return 1
    return _execute(lambda: runpy.run_module(name, run_name="__main__", alter_sys=True))


def _is_archive(path: str) -> bool:
    from zipfile import is_zipfile

    return is_zipfile(path)


def _begin_path(first: str) -> None:
    """Put what `python` would put there at the head of the module search path."""
    if not sys.flags.safe_path:
        sys.path[0] = first


def _main_module(**attributes: Any) -> ModuleType:
    """A fresh `__main__`, known under that name from now on: the program may pickle what it defines."""
    module = ModuleType("__main__")
    module.__dict__.update(attributes, __builtins__=builtins, __annotations__={})
    sys.modules["__main__"] = module
    return module


def _compiled(source: bytes | str, file_name: str) -> CodeType:
    return compile(source, file_name, "exec", dont_inherit=True)


def _execute(program: Callable[[], object]) -> int:
    """Run `program`; where it raises, the interpreter shows what it shows without us, and exits as then."""
    try:
        program()
    except SystemExit:
        raise
    except BaseException as error:
        hook, shown = sys.excepthook, _of_program(error.__traceback__)

        def show(kind: type[BaseException], raised: BaseException, _: TracebackType | None) -> None:
            hook(kind, raised.with_traceback(shown), shown)

        sys.excepthook = show
        raise
    return 0


def _of_program(traceback: TracebackType | None) -> TracebackType | None:
    """A traceback without this file's entries at its head and those of the aliases' import at its end."""
    entries = []
    while traceback is not None:
        entries.append(traceback)
        traceback = traceback.tb_next
    while entries and _file(entries[0]) == __file__:
        del entries[0]
    if entries and _file(entries[-1]) == aliases.__file__:
        while entries and _file(entries[-1]) in (aliases.__file__, "<frozen importlib._bootstrap>"):
            del entries[-1]
    kept = None
    for entry in reversed(entries):
        kept = TracebackType(kept, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return kept


def _file(entry: TracebackType) -> str:
    return entry.tb_frame.f_code.co_filename
