"""The cases that come from the op table: values and refusals, derivatives of first and second order, jacobians.

The quick run takes each op's smallest inputs, in each dtype, for each check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polytape_conformance import check
from polytape_conformance.case import Case
from polytape_conformance.edges import edges
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level
from polytape_conformance.row import Inputs, Row
from polytape_conformance.subject import Subject
from polytape_conformance.table import table

Check = Callable[[Any, Row, Inputs, str], Figures | None]


def cases(subject: Subject) -> Iterator[Case]:
    """All cases of all rows."""
    seen: set[tuple[Any, ...]] = set()
    rows = table()
    for row in rows:
        for edge, inputs in edges(row, rows).items():
            for kind in _dtypes(row, inputs):
                at_edge = _run(check.value, row, inputs, kind)
                yield Case(Level.INFERENCE, row.name, "value", at_edge, kind, edge, quick=False)
        for level, name, dtype, case, run in _of(row):
            key = (row.name, name, dtype)
            variant = "-".join(filter(None, (row.variant.replace(" ", "-"), case)))
            yield Case(level, row.name, name, run, dtype, variant, quick=key not in seen)
            seen.add(key)


def _of(row: Row) -> Iterator[tuple[Level, str, str | None, str, Callable[[Subject], Figures | None]]]:
    """The level, check, dtype, number and run of each case of a row, the smallest inputs first."""
    numbered = sorted(enumerate(row.cases), key=lambda pair: (_size(pair[1]) == 0, _size(pair[1])))
    for rank, (number, inputs) in enumerate(numbered):
        place = str(number) if len(numbered) > 1 else ""
        for dtype in _dtypes(row, inputs):
            yield Level.INFERENCE, "value", dtype, place, _run(check.value, row, inputs, dtype)
            if any(np.ndim(item) for item in inputs):
                yield Level.INFERENCE, "value of views", dtype, place, _run(check.value_of_views, row, inputs, dtype)
        if row.complex:
            for dtype in ("complex64", "complex128"):
                yield Level.INFERENCE, "value", dtype, place, _run(check.value, row, inputs, dtype)
                if row.positions(inputs):
                    run = _run(check.complex_derivative, row, inputs, dtype)
                    yield Level.TRAINING, "first derivative", dtype, place, run
        if not row.positions(inputs):
            continue
        for dtype in _precisions(row):
            yield Level.TRAINING, "first derivative", dtype, place, _run(check.first_derivative, row, inputs, dtype)
            if row.second:
                yield (
                    *(Level.HIGHER_ORDER, "second derivative", dtype, place),
                    _run(check.second_derivative, row, inputs, dtype),
                )
            if rank == 0:
                yield Level.HIGHER_ORDER, "forward mode", dtype, place, _run(check.forward_mode, row, inputs, dtype)
                for name, in_one_pass in (("jacobian", True), ("jacobian row by row", False)):
                    whole = _whole(in_one_pass)
                    yield Level.HIGHER_ORDER, name, dtype, place, _run(whole, row, inputs, dtype)
    if row.rejects:
        yield Level.INFERENCE, "refusals", None, "", lambda subject: _refusals(subject, row)
    if row.alias_of:
        yield Level.INFERENCE, "other names", None, "", lambda subject: check.aliases(subject.tf, row)


def _refusals(subject: Subject, row: Row) -> None:
    check.refusals(subject.tf, row)
    subject.violations.clear()  # to say what was wrong a backend may look at values


def _run(function: Check, row: Row, inputs: Inputs, dtype: str) -> Callable[[Subject], Figures | None]:
    return lambda subject: function(subject.tf, row, inputs, dtype)


def _whole(in_one_pass: bool) -> Check:
    return lambda tf, row, inputs, dtype: check.whole_jacobian(tf, row, inputs, dtype, in_one_pass)


def _dtypes(row: Row, inputs: Inputs) -> tuple[str, ...]:
    """The dtypes in which a case runs: those of the row; that of the inputs where these have no fractions."""
    arrays = [np.asarray(item) for item in inputs]
    if not arrays:
        return row.dtypes[:1]
    if any(array.dtype.kind == "f" for array in arrays):
        return row.dtypes if "float16" in row.dtypes or not row.half else (*row.dtypes, "float16")
    return (arrays[0].dtype.name,)


def _precisions(row: Row) -> tuple[str, ...]:
    """The dtypes in which derivatives are checked."""
    if not row.dtypes:
        return ()
    return tuple(dtype for dtype in ("float32", "float64") if dtype in row.dtypes) or ("float32", "float64")


def _size(inputs: Inputs) -> int:
    return sum(np.asarray(item).size for item in inputs)
