"""Object code on disk, in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path


def folder() -> Path:
    """Where object code is kept."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "polytape" / "kernels"


def read(key: str) -> bytes | None:
    """What was kept under a key, if it is whole."""
    for place in _folders():
        try:
            found = (place / f"{key}.o").read_bytes()
        except OSError:
            continue
        digest, code = found[:32], found[32:]
        if hashlib.sha256(code).digest() == digest:
            return code
    return None


def write(key: str, code: bytes) -> None:
    """Keep code. A file is put in its place whole, so that another process never reads half of it.

    Where no folder can be written to there is a warning, and the next process compiles the kernel again.
    """
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
    warnings.warn(
        f"No folder for compiled kernels can be written to (tried {folder()}): each process compiles them again, which "
        "takes seconds. Set XDG_CACHE_HOME to a folder that can be written to.",
        RuntimeWarning,
        stacklevel=2,
    )


def _folders() -> Iterator[Path]:
    """The places to look at: for homes that can't be written to one for temporary files, unless it is a stranger's."""
    yield folder()
    user = os.getuid() if hasattr(os, "getuid") else 0
    try:
        shared = Path(tempfile.gettempdir()) / f"polytape-kernels-{user}"
        shared.mkdir(mode=0o700, exist_ok=True)
        owner = shared.lstat().st_uid
    except OSError:  # nor is there a place for temporary files
        return
    if owner == user:
        yield shared
