"""Rows of what is no time of a unit of work: times of imports and first calls, sizes."""

from __future__ import annotations

import statistics
from typing import Any


def rows(workload: str, unit: str, found: dict[str, list[float]], own: str) -> list[dict[str, Any]]:
    """A row for each framework, with the ratio of `own` to it where `own` is among them."""
    made = []
    for framework, values in found.items():
        row: dict[str, Any] = {"workload": workload, "framework": framework, "rounds": len(values), "unit": unit}
        row["value"] = statistics.median(values)
        row["spread"] = [min(values), max(values)]
        if own in found and framework != own:
            row["ratio"] = statistics.median(ours / theirs for ours, theirs in zip(found[own], values))
        made.append(row)
    return made
