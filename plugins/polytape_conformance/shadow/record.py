"""The list of a shadow run that does not stop: a file of JSON lines."""

from __future__ import annotations

import atexit
import json
import math
import sys
from pathlib import Path
from threading import RLock
from typing import Any

from polytape.version import __version__
from polytape_conformance.shadow.mismatch import Mismatch

_records: dict[Path, Record] = {}


class Record:
    """What a process has found, in a file.

    The first line sums up. Each of the others is a mismatch: one op at one line of the program, with inputs of the same
    dtypes and shapes; `count` says how often it was found, the other entries speak of the first time. The file is
    written whenever something new is found, and when the process ends.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.calls = 0
        self.backends: set[str] = set()
        self.not_compared: dict[str, str] = {}
        self._found: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._lock = RLock()
        atexit.register(self.close)

    @classmethod
    def at(cls, path: Path) -> Record:
        """The record in that file, one for all backends of the process."""
        return _records.setdefault(path, cls(path)) if path not in _records else _records[path]

    def seen(self, key: tuple[Any, ...]) -> bool:
        """Count a mismatch once more, if it has been added; was it?"""
        with self._lock:
            entry = self._found.get(key)
            if entry is not None:
                entry["count"] += 1
            return entry is not None

    def add(self, key: tuple[Any, ...], mismatch: Mismatch) -> None:
        """Add a mismatch that has not been seen."""
        with self._lock:
            self._found[key] = _entry(mismatch)
            self.write()

    def write(self) -> None:
        """Write the file anew."""
        summary = {
            "polytape": __version__,
            "backends": sorted(self.backends),
            "calls": self.calls,
            "mismatches": len(self._found),
            "not_compared": self.not_compared,
        }
        lines = [json.dumps(each, ensure_ascii=False) for each in (summary, *self._found.values())]
        self.path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def close(self) -> None:
        """Write the file for the last time, and say so; nothing if nothing was computed."""
        if not self.calls:
            return
        with self._lock:
            self.write()
        ops = sorted({entry["op"] for entry in self._found.values()})
        found = f"{len(self._found)} mismatches in {', '.join(ops)}" if ops else "no mismatch"
        print(f"polytape shadow: {self.calls} calls compared, {found}; see {self.path}", file=sys.stderr)


def _entry(mismatch: Mismatch) -> dict[str, Any]:
    difference = mismatch.difference
    return {
        "op": mismatch.op,
        "line": mismatch.where,
        "count": 1,
        "problem": difference.problem,
        "error_ulp": _number(difference.ulp),
        "budget_ulp": difference.budget,
        "worst": list(difference.place) if difference.place is not None else None,
        "found": _value(difference.found),
        "expected": _value(difference.expected),
        "inputs": list(mismatch.inputs),
        "options": list(mismatch.options),
        "outputs": list(mismatch.outputs),
        "differentiating": mismatch.differentiating,
        "backend": mismatch.backend,
        "reference": mismatch.reference,
        "script": str(mismatch.script) if mismatch.script else None,
        "note": mismatch.unscripted or None,
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _value(value: Any) -> Any:
    """A number as JSON has it; words for those that it has not."""
    if isinstance(value, complex) or (isinstance(value, float) and not math.isfinite(value)):
        return str(value)
    return value if isinstance(value, (bool, int, float, str, list)) or value is None else repr(value)
