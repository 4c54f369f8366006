"""The op table: the rows of every family."""

from __future__ import annotations

import importlib
import pkgutil

from polytape_conformance import rows
from polytape_conformance.row import Row


def table() -> list[Row]:
    """Return every row, family by family."""
    found: list[Row] = []
    for module in sorted(pkgutil.iter_modules(rows.__path__), key=lambda info: info.name):
        found.extend(importlib.import_module(f"{rows.__name__}.{module.name}").ROWS)
    return found
