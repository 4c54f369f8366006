"""Imports what an entry point refers to, so that no failure of it reaches anybody who did not ask for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from polytape.plugins.record import Installed


def load(record: Installed, prepare: Callable[[Installed, Any], Any]) -> bool:
    """Import what `record` refers to, once, and keep what `prepare(record, object)` makes of it; is it there?

    `prepare` returns `None` after noting in the record what is wrong. A record that was judged unusable, and
    one whose import is under way, started here or by who imported the module directly, is left as it is.
    """
    with record.lock:
        if record.loaded is not None:
            return True
        if record.loading or _under_way(record.reference) or record.state not in ("found", "ambiguous"):
            return False
        record.loading = True
        started = perf_counter()
        try:
            found = record.attempt(lambda: _import(record), f"importing {record.reference!r}")
            if found is not None:
                record.loaded = record.attempt(lambda: prepare(record, found), f"preparing {record.reference!r}")
        finally:
            record.loading = False
            record.load_time = perf_counter() - started
        return record.loaded is not None


def _under_way(reference: str) -> bool:
    """Whether the module is half imported: not all of its hooks are there yet."""
    module = sys.modules.get(reference.partition(":")[0])
    return getattr(getattr(module, "__spec__", None), "_initializing", False) is True


def _import(record: Installed) -> Any:
    from importlib.metadata import EntryPoint

    found = EntryPoint(record.name, record.reference, record.kind).load()
    if found is None:
        raise TypeError(f"{record.reference!r} is None; an entry point must refer to an object")
    return found
