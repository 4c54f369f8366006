"""Every row of the op table, on NumPy: the conformance kit's cases of ops."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from polytape_conformance import rows_of_ops
from polytape_conformance.case import Case
from polytape_conformance.run import State, run
from polytape_conformance.subject import Subject
from polytape_conformance.table import table

NUMPY = Subject.named("numpy")
CASES = list(rows_of_ops.cases(NUMPY))


@pytest.fixture(scope="module")
def numpy() -> Iterator[Subject]:
    """The backend, in use and watched."""
    with NUMPY.in_use():
        yield NUMPY


def test_ids_are_unique() -> None:
    ids = [row.id for row in table()]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_case(case: Case, numpy: Subject) -> None:
    outcome = run(case, numpy)
    if outcome.error is not None:
        raise outcome.error
    assert outcome.state is State.PASSED, outcome.reason
