"""Runs one case on a backend and says what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from time import perf_counter

from polytape import dtypes
from polytape.errors import CapabilityError, DTypeError
from polytape_conformance.case import Case
from polytape_conformance.figures import Figures
from polytape_conformance.subject import Subject


class State(StrEnum):
    """What can come of a case."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    """The backend declares that it does not have what the case needs."""
    DEVIATES = "deviates"
    """It failed, as the backend declares in `deviations`."""


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    Attributes:
        case: the case.
        state: passed, failed, skipped or deviates.
        reason: why it is not passed; empty if it is.
        figures: the errors that were measured, if the case got as far.
        seconds: how long it took.
        error: what a failing case raised.
    """

    case: Case
    state: State
    reason: str = ""
    figures: Figures | None = None
    seconds: float = 0.0
    error: BaseException | None = None


def run(case: Case, subject: Subject) -> Outcome:
    """Run `case` on a backend that is in use (`subject.in_use()`).

    What the backend declares not to have is left out with the declared reason. What it declares to fail must fail. A
    declaration without which the case passes is wrong, and fails it.
    """
    started = perf_counter()
    deviation = deviation_of(case, subject)
    try:
        figures = _attempt(case, subject)
    except Exception as error:
        reason = _declared(error, subject)
        if reason is not None:
            outcome = _checked_skip(case, subject, reason)
        elif deviation is not None:
            outcome = Outcome(case, State.DEVIATES, deviation)
        else:
            outcome = Outcome(case, State.FAILED, str(error), error=error)
    else:
        outcome = Outcome(case, State.PASSED, figures=figures)
        if deviation is not None:
            outcome = _failed(case, f"passes, although `deviations` says that it does not: {deviation}")
    return Outcome(case, outcome.state, outcome.reason, outcome.figures, perf_counter() - started, outcome.error)


def deviation_of(case: Case, subject: Subject) -> str | None:
    """The reason for which the backend declares that it fails this case, if it does."""
    for pattern, reason in subject.backend.deviations.items():
        if case.id == pattern or fnmatchcase(case.id, pattern):
            return reason
    return None


def _attempt(case: Case, subject: Subject) -> Figures | None:
    subject.begin()
    figures = case.run(subject)
    subject.settle()
    return figures


def _declared(error: Exception, subject: Subject) -> str | None:
    """The declaration of the backend that explains an error, if there is one."""
    if isinstance(error, CapabilityError):
        return str(error)
    if isinstance(error, DTypeError) and subject.undeclared:
        return f"{subject.backend.name!r} declares no {dtypes.names(subject.undeclared)} on {subject.device}"
    return None


def _checked_skip(case: Case, subject: Subject, reason: str) -> Outcome:
    """The case left out, or failed if it passes without the declaration that is the reason."""
    if not subject.undeclared:
        with _nothing_lacking(subject):
            try:
                _attempt(case, subject)
            except Exception:  # whatever it is that the library can't do: the declaration stands
                return Outcome(case, State.SKIPPED, reason)
        return _failed(case, f"passes without the declaration in `lacks`: {reason}")
    return Outcome(case, State.SKIPPED, reason)


def _failed(case: Case, reason: str) -> Outcome:
    return Outcome(case, State.FAILED, reason, error=AssertionError(f"{case.id}: {reason}"))


@contextmanager
def _nothing_lacking(subject: Subject) -> Iterator[None]:
    """A block in which the backend declares to have everything."""
    own = vars(subject.backend)
    before = dict(own)
    own["lacks"] = {}
    try:
        yield
    finally:
        own.clear()
        own.update(before)
