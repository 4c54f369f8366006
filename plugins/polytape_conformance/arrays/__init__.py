"""The Arrays level: every function of the contract, called directly on bare arrays."""

from __future__ import annotations

from collections.abc import Iterator

from polytape_conformance.arrays import (
    accumulation,
    aliasing,
    concurrency,
    creation,
    exchange,
    immutability,
    integer_extremes,
    random_streams,
    refusals,
    special_values,
    values,
)
from polytape_conformance.case import Case
from polytape_conformance.subject import Subject

SOURCES = (
    *(values, special_values, integer_extremes, creation, immutability, accumulation),
    *(exchange, aliasing, random_streams, concurrency, refusals),
)
"""The modules that have cases of this level."""


def cases(subject: Subject) -> Iterator[Case]:
    """All cases of the level."""
    for source in SOURCES:
        yield from source.cases(subject)
