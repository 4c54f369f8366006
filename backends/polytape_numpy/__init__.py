"""NumPy as a polytape backend: the CPU, everywhere."""

from __future__ import annotations

from typing import Any

__all__ = ["NumpyBackend"]


def __getattr__(name: str) -> Any:
    if name == "NumpyBackend":
        from polytape_numpy.backend import NumpyBackend

        return NumpyBackend
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
