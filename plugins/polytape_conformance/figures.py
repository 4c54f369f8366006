"""The errors that a case has measured, beside what it may have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """The largest errors of one case.

    Attributes:
        ulp: in units in the last place of the dtype under test.
        relative: relative to the size of the numbers involved.
        budget: how much of its budget that is: 1.0 is all of it.
    """

    ulp: float
    relative: float
    budget: float

    @staticmethod
    def worst(figures: Iterable[Figures]) -> Figures | None:
        """The largest of each; `None` of nothing."""
        found = list(figures)
        if not found:
            return None
        return Figures(*[max(getattr(each, name) for each in found) for name in ("ulp", "relative", "budget")])
