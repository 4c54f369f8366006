"""Reports that are made of outcomes which are written down here, so that no kit has to run for them."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from typing import Any

from polytape_conformance.case import Case
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level
from polytape_conformance.report.building import Report, build
from polytape_conformance.report.session import Session
from polytape_conformance.run import Outcome, State
from polytape_conformance.subject import Subject

REASON = "its kernels are for 32 bits <and> more"


def case(level: Level, op: str, check: str, dtype: str | None = "float32", variant: str = "") -> Case:
    """A case that nobody runs."""
    return Case(level, op, check, lambda subject: None, dtype=dtype, variant=variant)


def outcomes() -> list[Outcome]:
    """What came of a run that reached Training."""
    return [
        Outcome(case(Level.ARRAYS, "sort", "value"), State.PASSED, figures=Figures(0.0, 0.0, 0.0), seconds=0.25),
        Outcome(case(Level.ARRAYS, "sort", "value", "float16"), State.SKIPPED, REASON),
        Outcome(case(Level.ARRAYS, "threads", "exclusion", None), State.PASSED),
        Outcome(case(Level.INFERENCE, "exp", "value"), State.PASSED, figures=Figures(0.51234567, 3.1e-8, 0.25617)),
        Outcome(
            case(Level.INFERENCE, "exp", "value", "float32", "large"), State.PASSED, figures=Figures(1.0, 1e-9, 0.1)
        ),
        Outcome(
            case(Level.TRAINING, "exp", "first derivative", "float64"), State.PASSED, figures=Figures(2, 1e-16, 0.75)
        ),
        Outcome(case(Level.TRAINING, "qr", "first derivative", "float64"), State.DEVIATES, "signs differ"),
    ]


def session(found: list[Outcome] | None = None, complaints: list[str] | None = None, **options: Any) -> Session:
    """A run of NumPy in which all that is given has run."""
    found = outcomes() if found is None else found
    made = Session(
        Subject.named("numpy"),
        **{"level": Level.GRAPH, "quick": False, "left_out": Counter(complex128=3)} | options,
        cases=[outcome.case for outcome in found],
    )
    for outcome in found:
        made.add(outcome)
    made.complaints = [] if complaints is None else complaints
    return made


def report(found: list[Outcome] | None = None, **changes: Any) -> Report:
    """Its report; `changes` replaces parts of it."""
    return deepcopy(build(session(found))) | changes
