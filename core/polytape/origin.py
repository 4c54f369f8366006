"""Where in the user's program something was asked for."""

from __future__ import annotations

import linecache
import sys
import sysconfig
from collections.abc import Sequence
from functools import cache
from types import CodeType, FrameType

from polytape.plugins.discovery import installed

Place = tuple[CodeType, int]
"""A function's code and the offset of the instruction that it is at, which is quicker to ask for than the line."""

_MACHINERY, _PACKAGE, _OWN = range(3)

_kinds: dict[int, int] = {}
"""Whose code it is, by the `id` of the code: its hash is computed from all that it contains, each time."""
_kept: list[CodeType] = []
"""What keeps these ids from being given to others."""


def user_line() -> tuple[str, str]:
    """`("file.py:31", source)` of the innermost line that is the user's own; empty strings if none is.

    That is neither polytape nor a backend or plugin, nor the standard library. Other installed packages count only if
    there is nothing else.
    """
    fallback: FrameType | None = None
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        kind = _kind(frame)
        if kind == _OWN:
            break
        if kind == _PACKAGE:
            fallback = fallback or frame
        frame = frame.f_back
    frame = frame or fallback
    if frame is None:
        return "", ""
    path, line = frame.f_code.co_filename, frame.f_lineno
    return f"{path}:{line}", linecache.getline(path, line, frame.f_globals).strip()


def user_stack() -> Sequence[Place]:
    """The calls of the user's program that have led here, the innermost first, by the same rules as `user_line`."""
    own: list[Place] = []
    packages: list[Place] = []
    kinds = _kinds
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        kind = kinds.get(id(code))
        if kind is None:
            kind = _kind(frame)
        if kind == _OWN:
            own.append((code, frame.f_lasti))
        elif kind:
            packages.append((code, frame.f_lasti))
        frame = frame.f_back
    return tuple(own or packages)


@cache
def line_number(place: Place) -> int:
    """The line of a place."""
    code, offset = place
    found = (line for start, end, line in code.co_lines() if start <= offset < end and line is not None)
    return next(found, code.co_firstlineno)


def _kind(frame: FrameType) -> int:
    """Whose code a frame runs, found out once for each function."""
    code = frame.f_code
    found = _kinds.get(id(code))
    if found is None:
        module = frame.f_globals.get("__name__")  # what plans of gradients generate belongs to none
        if module is None or _is_machinery(module.partition(".")[0], code.co_filename):
            found = _MACHINERY
        else:
            found = _PACKAGE if code.co_filename.startswith(_site()) else _OWN
        _kinds[id(code)] = found
        _kept.append(code)
    return found


def _is_machinery(package: str, path: str) -> bool:
    if package == "__main__":
        return path.startswith(_standard_library()) and not path.startswith(_site())
    return package in _machinery() or package in sys.stdlib_module_names


@cache
def _machinery() -> frozenset[str]:
    """The packages that run between the user's line and the op."""
    plugins = {
        record.reference.partition(":")[0].partition(".")[0]
        for kind in ("backend", "plugin")
        for record in installed(kind)
    }
    return frozenset(plugins | {"polytape", "numpy"})


@cache
def _site() -> tuple[str, ...]:
    return tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})


@cache
def _standard_library() -> str:
    return sysconfig.get_path("stdlib")
