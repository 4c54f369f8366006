"""Makes the report of a run: a dictionary of the form that `schema.json` describes."""

from __future__ import annotations

import math
import platform
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import Any

from polytape.plugins.discovery import choose
from polytape.version import __version__
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level
from polytape_conformance.report.session import Session
from polytape_conformance.run import Outcome, State
from polytape_conformance.subject import Subject

Report = dict[str, Any]
SCHEMA = 1
"""The version of the schema; it changes when a reader of the one before would go wrong."""
LONGEST_REASON = 2000
"""In characters: NumPy's messages about large arrays can be longer."""


def build(session: Session) -> Report:
    """The report of a run."""
    outcomes = list(session.outcomes.values())
    levels = {level.slug: _level(level, session) for level in Level}
    complaints = session.complaints
    report = {
        "schema": SCHEMA,
        "polytape": __version__,
        "date": session.date.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seconds": round(perf_counter() - session.started, 1),
        "platform": {
            "python": platform.python_version(),
            "system": platform.system(),
            "machine": platform.machine(),
        },
        "backend": _backend(session.subject),
        "capabilities": _capabilities(session.subject),
        "options": {"level": session.level.slug, "quick": session.quick, "selection": session.selection},
        "partial": session.partial,
        "reached": None,
        "levels": levels,
        "declarations": {
            "state": "not run" if complaints is None else "failed" if complaints else "passed",
            "complaints": complaints or [],
        },
        "left_out": dict(sorted(session.left_out.items())),
        "not_passed": [_entry(outcome) for outcome in outcomes if outcome.state is not State.PASSED],
        "ops": _ops(outcomes),
    }
    report["reached"] = _reached(report)
    return report


def _backend(subject: Subject) -> dict[str, Any]:
    backend = subject.backend
    record = choose("backend", backend.name)
    return {
        "name": backend.name,
        "distribution": record.distribution if record else None,
        "version": record.version if record else None,
        "libraries": {name: str(version) for name, version in backend.versions().items()},
        "device": subject.device,
        "devices": list(backend.devices()),
    }


def _capabilities(subject: Subject) -> dict[str, Any]:
    backend = subject.backend
    return {
        "dtypes": {kind: sorted(dtype.name for dtype in has) for kind, has in sorted(backend.dtypes.items())},
        "lacks": dict(backend.lacks),
        "on_host": dict(backend.on_host),
        "deviations": dict(backend.deviations),
        "deterministic": backend.deterministic,
    }


def _level(level: Level, session: Session) -> dict[str, Any]:
    wanted = [case for case in session.cases if case.level is level]
    found = [session.outcomes[case.id] for case in wanted if case.id in session.outcomes]
    counts = _counts(found)
    if level > session.level:
        state = "not asked"
    elif not wanted:
        state = "empty"
    elif counts[State.FAILED]:
        state = "failed"
    elif len(found) < len(wanted):
        state = "partial"
    else:
        state = "passed" if counts[State.PASSED] else "skipped"
    return {
        "state": state,
        **{each.value: counts[each] for each in State},
        "seconds": round(sum(outcome.seconds for outcome in found), 1),
        "worst": _worst(found),
    }


def _worst(outcomes: Iterable[Outcome]) -> dict[str, Any] | None:
    """The passed case that came nearest to its budget."""
    measured = [(outcome.figures.budget, outcome) for outcome in outcomes if _measured(outcome) and outcome.figures]
    if not measured:
        return None
    budget, outcome = max(measured, key=lambda pair: pair[0])
    case = outcome.case
    return {"op": case.op, "check": case.check, "dtype": case.dtype, "budget": _rounded(budget)}


def _measured(outcome: Outcome) -> bool:
    return outcome.state is State.PASSED and outcome.figures is not None and math.isfinite(outcome.figures.budget)


def _entry(outcome: Outcome) -> dict[str, Any]:
    case = outcome.case
    return {
        "case": case.id,
        "level": case.level.slug,
        "op": case.op,
        "check": case.check,
        "dtype": case.dtype,
        "state": outcome.state.value,
        "reason": outcome.reason.strip()[:LONGEST_REASON],
    }


def _ops(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """By op, level, check and dtype: how many cases passed, failed …, and their largest errors."""
    grouped: dict[str, dict[str, dict[str, dict[str, list[Outcome]]]]] = {}
    seconds: dict[str, float] = defaultdict(float)
    for outcome in outcomes:
        case = outcome.case
        levels = grouped.setdefault(case.op, {})
        dtypes = levels.setdefault(case.level.slug, {}).setdefault(case.check, {})
        dtypes.setdefault(case.dtype or "none", []).append(outcome)
        seconds[case.op] += outcome.seconds
    return {
        op: {
            "seconds": round(seconds[op], 3),
            "levels": {
                level: {
                    check: {dtype: _cell(found) for dtype, found in dtypes.items()} for check, dtypes in checks.items()
                }
                for level, checks in levels.items()
            },
        }
        for op, levels in sorted(grouped.items())
    }


def _cell(outcomes: list[Outcome]) -> dict[str, Any]:
    counts = _counts(outcomes)
    worst = Figures.worst(outcome.figures for outcome in outcomes if outcome.figures is not None)
    figures: dict[str, float] = {} if worst is None else vars(worst)
    if worst is not None and worst.budget == worst.ulp == worst.relative == 0:
        figures = {"budget": 0.0}
    return {
        **{state.value: count for state, count in counts.items()},
        **{name: _rounded(figure) for name, figure in figures.items() if math.isfinite(figure)},
    }


def _counts(outcomes: Iterable[Outcome]) -> Counter[State]:
    return Counter(outcome.state for outcome in outcomes)


def _rounded(figure: float) -> float:
    """Two digits: more would say something about this very machine, and make files long."""
    short = float(f"{figure:.2g}")
    return int(short) if abs(short) < 1e6 and short.is_integer() else short


def _reached(report: Report) -> str | None:
    """The highest level whose cases, and those of all levels below it, have passed; `None` if there is none."""
    if report["partial"] is not None or report["declarations"]["state"] != "passed":
        return None
    reached = None
    for level in Level:
        if report["levels"][level.slug]["state"] != "passed":
            break
        reached = level.slug
    return reached
