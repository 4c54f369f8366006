"""The cases that come from the op table: values and refusals, first and second derivatives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polytape_conformance import check
from polytape_conformance.case import Case
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level
from polytape_conformance.row import Inputs, Row
from polytape_conformance.subject import Subject
from polytape_conformance.table import table

Check = Callable[[Any, Row, Inputs, str], Figures | None]


def cases(subject: Subject) -> Iterator[Case]:
    """Every row, in every dtype that it names."""
    for row in table():
        for dtype in row.dtypes:
            yield _case(row, Level.INFERENCE, "value", dtype, check.value)


def _case(row: Row, level: Level, name: str, dtype: str, run: Check) -> Case:
    def on(subject: Subject) -> Figures | None:
        return Figures.worst(filter(None, [run(subject.tf, row, inputs, dtype) for inputs in row.cases]))

    return Case(level, row.name, name, on, dtype=dtype, variant=row.variant.replace(" ", "-"))


def _size(inputs: Inputs) -> int:
    return sum(np.asarray(item).size for item in inputs)
