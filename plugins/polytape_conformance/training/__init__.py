"""Training: optimizers and layers over ten steps."""

from __future__ import annotations

from collections.abc import Iterator

from polytape_conformance.case import Case
from polytape_conformance.subject import Subject
from polytape_conformance.training import layer_cases, optimizer_cases


def cases(subject: Subject) -> Iterator[Case]:
    """Every optimizer, and every layer whose formula stands in `layer_rows`."""
    yield from optimizer_cases.cases(subject)
    yield from layer_cases.cases(subject)
