"""The op table and a training script on `array-api-strict`, which refuses what the array API standard does not have."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points

import numpy as np
import pytest

import polytape as tf
from polytape.backend import Backend
from polytape.plugins import backends
from polytape_conformance import check
from polytape_conformance.row import Inputs, Row
from polytape_conformance.table import table

pytest.importorskip("array_api_strict", reason="needs array-api-strict: tox -e third-party")
if not entry_points(group="polytape.backends", name="strict"):
    pytest.skip("needs examples/third_party/polytape_strict: tox -e third-party", allow_module_level=True)

ROWS = table()
BY_ID = pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])


@pytest.fixture(autouse=True)
def strict() -> Iterator[Backend]:
    """The backend, in use."""
    with backends.use("strict") as backend:
        yield backend


def _size(case: Inputs) -> int:
    return sum(np.asarray(item).size for item in case)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@BY_ID
def test_value(row: Row, dtype: str) -> None:
    if dtype not in row.dtypes:
        pytest.skip(f"the row states {', '.join(row.dtypes)} only")
    for case in row.cases:
        check.value(tf, row, case, dtype)


@BY_ID
def test_first_derivative(row: Row) -> None:
    check.first_derivative(tf, row, min(row.cases, key=_size))
