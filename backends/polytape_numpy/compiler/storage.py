"""Kernels on disk: a source is written to a file, from which Numba compiles it once for all processes."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

_HEAD = """import math

from numba import float32, float64, njit


@njit(fastmath={"reassoc"})
def plus(total, value):
    return total + value


"""
"""What every kernel begins with. Sums may be made in another order: so several terms are added at once."""


def folder() -> Path:
    """Where kernels are kept: in the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "polytape" / f"kernels-{sys.version_info[0]}.{sys.version_info[1]}"


@cache
def loaded(source: str) -> Any:
    """The function `loop` of a source, compiled."""
    import numba
    from numba.core.compiler import Compiler

    class Apart(Compiler):  # type: ignore[misc]
        """Numba's compiler, told that no two arrays overlap."""

        def define_pipelines(self) -> Any:
            self.state.flags.noalias = True
            return super().define_pipelines()

    text = _HEAD + source
    name = f"kernel_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    path = _written(name, text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)  # what Numba has kept refers to it by name
    spec.loader.exec_module(module)
    return numba.njit(nogil=True, cache=True, error_model="numpy", pipeline_class=Apart)(module.loop)


def _written(name: str, text: str) -> Path:
    """The file of a source. It is put in its place whole, so that another process never reads half of it."""
    for place in (
        folder(),
        Path(tempfile.gettempdir()) / f"polytape-kernels-{os.getuid() if hasattr(os, 'getuid') else 0}",
    ):
        path = place / f"{name}.py"
        try:
            if path.exists() and path.read_text(encoding="utf-8") == text:
                return path
            place.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=place, suffix=".tmp")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(temporary, path)
            return path
        except OSError:  # a home folder that can't be written to: the next place
            continue
    raise OSError(f"No folder for compiled kernels can be written to; set XDG_CACHE_HOME (tried {folder()}).")
