"""What an op is composed of, for arrays that an override does not take."""

from __future__ import annotations

from typing import Any

from polytape.backend import COMPOSITIONS, Array


def composed(backend: Any, name: str, *arrays: Array, **options: Any) -> Any:
    """The op of that name, without guards around the functions that it is composed of: within one guard."""
    return COMPOSITIONS[name](backend.unguarded, *arrays, **options)
