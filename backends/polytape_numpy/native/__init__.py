"""Kernels in native code for the NumPy backend: compiled by Numba, kept on disk, loaded without it.

Needs the extra `jit`. Without it `is_available()` is false, and all stays with NumPy.
"""

from __future__ import annotations

import importlib.util
from functools import cache


@cache
def is_available() -> bool:
    """Whether Numba is installed."""
    return importlib.util.find_spec("numba") is not None
