"""Where in the user's program an op was asked for."""

from __future__ import annotations

import linecache
import sys
import sysconfig
from functools import cache
from types import FrameType

from polytape import backward
from polytape.plugins.discovery import installed


def user_line() -> tuple[str, str]:
    """`("file.py:31", source)` of the innermost line that is the user's own; empty strings if none is.

    That is neither polytape nor a backend or plugin, nor the standard library. Other installed packages count only if
    there is nothing else.
    """
    fallback: FrameType | None = None
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__")  # what plans of gradients generate belongs to none
        if module is not None and not _is_machinery(module.partition(".")[0], frame.f_code.co_filename):
            if not frame.f_code.co_filename.startswith(_site()):
                break
            fallback = fallback or frame
        frame = frame.f_back
    frame = frame or fallback
    if frame is None:
        return "", ""
    path, line = frame.f_code.co_filename, frame.f_lineno
    return f"{path}:{line}", linecache.getline(path, line, frame.f_globals).strip()


def differentiated_op() -> str | None:
    """The op whose gradient rule runs, if one does."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code is backward.walk.__code__:
            plan = frame.f_locals.get("plan")
            return None if plan is None else plan.op.name
        frame = frame.f_back
    return None


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
    return frozenset(plugins | {"polytape", "polytape_conformance", "numpy"})


@cache
def _site() -> tuple[str, ...]:
    return tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})


@cache
def _standard_library() -> str:
    return sysconfig.get_path("stdlib")
