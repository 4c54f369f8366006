"""Every row of polytape's op table on this backend: values, and first derivatives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import polytape as tf
from polytape_conformance import check
from polytape_conformance.row import Row
from polytape_conformance.table import table

ROWS = table()


@pytest.fixture(autouse=True)
def strict() -> Iterator[None]:
    """The backend, in use."""
    with tf.use("strict"):
        assert tf.zeros([]).backend == "strict"
        yield


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_value(row: Row) -> None:
    for case in row.cases:
        for dtype in {"float32", "float64"} & set(row.dtypes):
            check.value(tf, row, case, dtype)


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_first_derivative(row: Row) -> None:
    for case in row.cases:
        check.first_derivative(tf, row, case)
