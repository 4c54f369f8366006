"""One run of the kit: what was asked for, and what has come of it so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter

from polytape_conformance.case import Case
from polytape_conformance.level import Level
from polytape_conformance.run import Outcome
from polytape_conformance.subject import Subject


@dataclass
class Session:
    """One run of the kit.

    Attributes:
        subject: the backend under test.
        level: the level up to which cases were asked for.
        quick: whether the quick run was asked for.
        cases: the cases that belong to such a run.
        left_out: how many cases there are besides, by dtypes that the device does not have.
        selection: how the user asked for fewer of them (`-k exp`), if so.
        outcomes: what has come of the cases so far, by their ids.
        complaints: what is wrong with the backend's declarations; `None` as long as nobody has looked.
        date: when it began.
    """

    subject: Subject
    level: Level
    quick: bool
    cases: list[Case]
    left_out: Counter[str]
    selection: str | None = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    complaints: list[str] | None = None
    date: datetime = field(default_factory=lambda: datetime.now(UTC))
    started: float = field(default_factory=perf_counter)

    def add(self, outcome: Outcome) -> None:
        """Keep what came of a case; of a case that ran again, the last."""
        self.outcomes[outcome.case.id] = outcome

    @property
    def partial(self) -> str | None:
        """Why it says nothing about levels: not all that belongs to it has run."""
        missing = sum(case.id not in self.outcomes for case in self.cases)
        if missing:
            return f"{len(self.cases) - missing} of {len(self.cases)} cases ran ({self.selection or 'it was stopped'})"
        if self.complaints is None:
            return f"the test of the declarations did not run ({self.selection or 'it was stopped'})"
        return None
