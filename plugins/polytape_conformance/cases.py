"""All cases of the kit."""

from __future__ import annotations

from collections import Counter

from polytape_conformance import arrays, conventions, graphs, rows_of_ops, training
from polytape_conformance.case import Case
from polytape_conformance.level import Level
from polytape_conformance.subject import Subject

SOURCES = (arrays, rows_of_ops, conventions, training, graphs)
"""The modules that have cases: each has a function `cases(subject)`."""


def cases(subject: Subject, *, level: Level = Level.GRAPH, quick: bool = False) -> list[Case]:
    """The cases for a backend, up to and including a level, level by level.

    Cases in dtypes that the device under test does not have are left out.

    Raises:
        ValueError: if two cases have one id.
    """
    found = [case for source in SOURCES for case in source.cases(subject)]
    ids = [case.id for case in found]
    twice = {each for each in ids if ids.count(each) > 1} if len(set(ids)) < len(ids) else set()
    if twice:
        raise ValueError(f"Two cases have one id: {', '.join(sorted(twice))}.")
    chosen = [case for case in found if _wanted(case, level, quick) and _at_hand(case, subject)]
    return sorted(chosen, key=lambda case: case.level)


def left_out(subject: Subject, *, level: Level = Level.GRAPH, quick: bool = False) -> Counter[str]:
    """How many cases there are besides, by dtypes that the device under test does not have."""
    found = [case for source in SOURCES for case in source.cases(subject)]
    return Counter(
        case.dtype for case in found if case.dtype and _wanted(case, level, quick) and not _at_hand(case, subject)
    )


def _wanted(case: Case, level: Level, quick: bool) -> bool:
    return case.level <= level and (case.quick or not quick)


def _at_hand(case: Case, subject: Subject) -> bool:
    return case.dtype is None or subject.has(case.dtype)
