"""Kernels by name: from memory, else from the disk, else compiled."""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from polytape.errors import BackendUnavailableError
from polytape_numpy.native import storage
from polytape_numpy.native.loading import SYMBOL, Kernel, loaded, name_code
from polytape_numpy.native.processor import processor

_SOURCES = Path(__file__).parent / "source"


def kernel(name: str, signature: Sequence[str]) -> Kernel:
    """The kernel `"module.function"` of the folder `source`; see `compilation.compiled` for the signature."""
    return _found(name, "", tuple(signature))


@cache
def kernel_of(dtype: np.dtype[Any], name: str, signature: tuple[str, ...]) -> Kernel:
    """The kernel of that name for a dtype, by which its own name ends, and which its arrays, `"array"`, have."""
    return kernel(f"{name}_{dtype.name}", [dtype.name if kind == "array" else kind for kind in signature])


def written_kernel(source: str, signature: Sequence[str]) -> Kernel:
    """The function `loop` of a source, which may use the names of `source.expressions`."""
    return _found("", source, tuple(signature))


def part(name: str, signature: Sequence[str]) -> str:
    """The name by which kernels call another one; it is compiled once for all of them."""
    symbol = SYMBOL + name
    if symbol not in _PARTS:
        _PARTS[symbol] = name, tuple(signature)
        name_code(symbol, _NOWHERE)
    return symbol


_PARTS: dict[str, tuple[str, tuple[str, ...]]] = {}
"""The name and signature of each kernel that others call."""

_NOWHERE = 1
"""Where a kernel is that is not loaded yet: Numba loads what it compiles, and is content with any address."""


@cache
def _load_part(name: str, signature: tuple[str, ...]) -> None:
    name_code(part(name, signature), kernel(name, signature).code)


@cache
def _found(name: str, source: str, signature: tuple[str, ...]) -> Kernel:
    key = hashlib.sha256(repr((name, source, signature, _origin())).encode()).hexdigest()[:32]
    stored = storage.read(key)
    if stored is None:
        stored = _compiled(name, source, signature)
        storage.write(key, stored)
    parts, _, code = stored.partition(b"\n")
    for called, kinds in json.loads(parts):
        _load_part(called, tuple(kinds))
    return loaded(code, signature)


def _compiled(name: str, source: str, signature: tuple[str, ...]) -> bytes:
    """What to keep of a kernel: a line that says which others it calls, and its object code, made by Numba.

    Raises:
        BackendUnavailableError: if Numba is installed and can't be imported.
    """
    try:
        importlib.import_module("polytape_numpy.native.target")
    except ImportError as error:
        raise BackendUnavailableError(
            f"Numba is installed, but can't be imported: {error} Either install versions that go together "
            '(pip install --upgrade "polytape[jit]"), or uninstall Numba: NumPy then computes without it.'
        ) from error
    from polytape_numpy.native.compilation import compiled

    if source:
        names = dict(vars(importlib.import_module("polytape_numpy.native.source.expressions")))
        exec(compile(source, "<polytape kernel>", "exec"), names)
        function = names["loop"]
    else:
        module, _, attribute = name.partition(".")
        function = getattr(importlib.import_module(f"polytape_numpy.native.source.{module}"), attribute)
    code, called = compiled(function, signature)
    return json.dumps([_PARTS[symbol] for symbol in called]).encode() + b"\n" + code


@cache
def _origin() -> tuple[Any, ...]:
    """What all kernels depend on: who compiles them, for which processor, and their sources."""
    compilers = [_SOURCES.parent / name for name in ("compilation.py", "target.py")]
    texts = [path.read_bytes() for path in (*sorted(_SOURCES.glob("*.py")), *compilers)]
    return version("numba"), version("llvmlite"), processor(), hashlib.sha256(b"".join(texts)).hexdigest()
