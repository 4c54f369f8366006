"""Ops by family: a file each, an entry an op."""

from __future__ import annotations


def import_families() -> None:
    """Import every family, so that all ops are known by their names."""
    import importlib
    import pkgutil

    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
