"""Inputs at the edge, made from the ordinary ones of element-wise ops: without axes, and without elements."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from polytape.op import OPS
from polytape.ops import import_families
from polytape_conformance.row import Inputs, Row


def edges(row: Row, all_rows: Sequence[Row]) -> dict[str, Inputs]:
    """What no row of an element-wise op has itself, by name."""
    if row.variant or not row.cases or not is_elementwise(row):
        return {}
    arrays = [tuple(map(np.asarray, case)) for other in all_rows if other.name == row.name for case in other.cases]
    first = tuple(map(np.asarray, row.cases[0]))
    found: dict[str, Inputs] = {}
    if not any(all(x.ndim == 0 for x in case) for case in arrays):
        found["zero-dimensional"] = tuple(x.reshape(-1)[:1].reshape(()) for x in first)
    if not any(any(x.size == 0 for x in case) for case in arrays):
        found["empty"] = tuple(np.zeros((0, 3), x.dtype) for x in first)
    return found


def is_elementwise(row: Row) -> bool:
    """Whether the row's op works element by element on operands that broadcast."""
    import_families()
    call = OPS.get(row.name.rpartition(".")[2])
    return bool(getattr(getattr(call, "op", None), "broadcasts", False))
