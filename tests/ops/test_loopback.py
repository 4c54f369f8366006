"""The op table on a second backend, whose arrays NumPy can't read: core computes by the contract alone.

It runs on the second of that backend's devices, so that what an op makes on the first one instead is found, too.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from loopback_backend import LoopbackBackend

import polytape as tf
from polytape.plugins import backends
from polytape_conformance import check
from polytape_conformance.table import table

ROWS = table()
BY_ID = pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])


@pytest.fixture(autouse=True)
def loopback() -> Iterator[LoopbackBackend]:
    """The backend, in use on its second device."""
    with backends.use(LoopbackBackend()) as backend, tf.device("LOOP:0"):
        yield backend


@BY_ID
def test_value(row) -> None:
    for case in row.cases:
        check.value(tf, row, case, "float64")


@BY_ID
def test_first_derivative(row) -> None:
    check.first_derivative(tf, row, min(row.cases, key=_size))


@pytest.mark.parametrize("row", ROWS[::5], ids=[row.id for row in ROWS[::5]])
def test_second_derivative_of_a_sample(row) -> None:
    if row.second:
        check.second_derivative(tf, row, min(row.cases, key=_size))


def _size(case: tuple) -> int:
    return sum(np.asarray(item).size for item in case)
