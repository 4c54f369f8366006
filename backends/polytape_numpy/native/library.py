"""Kernels by name: from memory, else from the disk, else compiled."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from polytape.errors import BackendUnavailableError
from polytape_numpy.native import storage
from polytape_numpy.native.loading import Kernel, loaded
from polytape_numpy.native.processor import processor

_SOURCES = Path(__file__).parent / "source"


def kernel(name: str, signature: Sequence[str]) -> Kernel:
    """The kernel `"module.function"` of the folder `source`; see `compilation.compiled` for the signature."""
    return _found(name, "", tuple(signature))


def written_kernel(source: str, signature: Sequence[str]) -> Kernel:
    """The function `loop` of a source, which may use the names of `source.expressions`."""
    return _found("", source, tuple(signature))


@cache
def _found(name: str, source: str, signature: tuple[str, ...]) -> Kernel:
    key = hashlib.sha256(repr((name, source, signature, _origin())).encode()).hexdigest()[:32]
    code = storage.read(key)
    if code is None:
        code = _compiled(name, source, signature)
        storage.write(key, code)
    return loaded(code, signature)


def _compiled(name: str, source: str, signature: tuple[str, ...]) -> bytes:
    """Object code, made by Numba.

    Raises:
        BackendUnavailableError: if Numba is installed and can't be imported.
    """
    try:
        importlib.import_module("numba")
    except ImportError as error:
        raise BackendUnavailableError(
            f"Numba is installed, but can't be imported: {error} Either install versions that go together "
            '(pip install --upgrade "polytape[jit]"), or uninstall Numba: NumPy then computes without it.'
        ) from error
    from polytape_numpy.native.compilation import compiled

    if source:
        names = dict(vars(importlib.import_module("polytape_numpy.native.source.expressions")))
        exec(compile(source, "<polytape kernel>", "exec"), names)
        return compiled(names["loop"], signature)
    module, _, function = name.partition(".")
    return compiled(getattr(importlib.import_module(f"polytape_numpy.native.source.{module}"), function), signature)


@cache
def _origin() -> tuple[Any, ...]:
    """What all kernels depend on: who compiles them, for which processor, and their sources."""
    texts = [path.read_bytes() for path in sorted((*_SOURCES.glob("*.py"), _SOURCES.parent / "compilation.py"))]
    return version("numba"), version("llvmlite"), processor(), hashlib.sha256(b"".join(texts)).hexdigest()
