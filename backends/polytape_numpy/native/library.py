"""Kernels by name: from memory, else from the disk, else compiled."""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from polytape_numpy.native.processor import processor

Kernel = Callable[..., None]
"""Takes arrays and numbers, and writes to some of the arrays; other threads run meanwhile.

It trusts its caller: arrays are contiguous and of the dtypes and sizes that it was compiled for.
"""

_OF_C = ("memcpy", "memmove", "memset")
"""What LLVM takes for granted: loops that copy or fill become calls of these."""

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
    code = _read(key)
    if code is None:
        code = _compiled(name, source, signature)
        _write(key, code)
    return _loaded(code, signature)


def _compiled(name: str, source: str, signature: tuple[str, ...]) -> bytes:
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


@cache
def _engine() -> SimpleNamespace:
    """LLVM's loader of code, and all that must live as long as the code does."""
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    machine = binding.Target.from_triple(processor().triple).create_target_machine(jit=True)
    process = ctypes.CDLL(None)
    for name in _OF_C:
        binding.add_symbol(name, ctypes.cast(getattr(process, name), ctypes.c_void_p).value)
    return SimpleNamespace(binding=binding, machine=machine, engines=[])


def _loaded(code: bytes, signature: tuple[str, ...]) -> Kernel:
    from polytape_numpy.native.compilation import ENTRY

    loader = _engine()
    engine = loader.binding.create_mcjit_compiler(loader.binding.parse_assembly(""), loader.machine)
    engine.add_object_file(loader.binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    loader.engines.append(engine)
    types: dict[str, Any] = {"int": ctypes.c_ssize_t, "float": ctypes.c_double}
    prototype = ctypes.CFUNCTYPE(None, *[types.get(kind, ctypes.py_object) for kind in signature])
    return prototype(engine.get_function_address(ENTRY))


def folder() -> Path:
    """Where kernels are kept: in the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "polytape" / "kernels"


def _folders() -> Iterator[Path]:
    """The places to look at: for homes that can't be written to one for temporary files, unless it is a stranger's."""
    yield folder()
    user = os.getuid() if hasattr(os, "getuid") else 0
    shared = Path(tempfile.gettempdir()) / f"polytape-kernels-{user}"
    with suppress(FileExistsError):
        shared.mkdir(mode=0o700)
    if shared.lstat().st_uid == user:
        yield shared


def _read(key: str) -> bytes | None:
    """The code that was kept under a key, if it is whole."""
    for place in _folders():
        try:
            found = (place / f"{key}.o").read_bytes()
        except OSError:
            continue
        digest, code = found[:32], found[32:]
        if hashlib.sha256(code).digest() == digest:
            return code
    return None


def _write(key: str, code: bytes) -> None:
    """Keep code. A file is put in its place whole, so that another process never reads half of it."""
    for place in _folders():
        try:
            place.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=place, suffix=".tmp")
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(code).digest() + code)
            os.replace(temporary, place / f"{key}.o")
            return
        except OSError:  # the next place
            continue
    raise OSError(f"No folder for compiled kernels can be written to; set XDG_CACHE_HOME (tried {folder()}).")
