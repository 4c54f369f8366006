"""Every row of the op table, on NumPy: values, first and second derivatives, refusals."""

from __future__ import annotations

import pytest

import polytape as tf
from polytape_conformance import check
from polytape_conformance.table import table

ROWS = table()
BY_ID = pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])


def test_ids_are_unique() -> None:
    ids = [row.id for row in ROWS]
    assert sorted(set(ids)) == sorted(ids)


@BY_ID
def test_value(row) -> None:
    for case in row.cases:
        for dtype in row.dtypes:
            check.value(tf, row, case, dtype)


@pytest.mark.parametrize("row", [row for row in ROWS if row.complex], ids=[row.id for row in ROWS if row.complex])
def test_complex_value(row) -> None:
    for case in row.cases:
        check.complex_value(tf, row, case)


@BY_ID
def test_first_derivative(row) -> None:
    for case in row.cases:
        check.first_derivative(tf, row, case)


@pytest.mark.parametrize("row", [row for row in ROWS if row.second], ids=[row.id for row in ROWS if row.second])
def test_second_derivative(row) -> None:
    for case in row.cases:
        check.second_derivative(tf, row, case)


@BY_ID
def test_refusals(row) -> None:
    for call, error, pattern in row.rejects:
        with pytest.raises(error, match=pattern):
            call(tf)
