"""Sums of rows by their places in native code, against sums in Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape_numpy import indexing, native

if not native.is_available():
    pytest.skip("needs Numba: tox -e jit", allow_module_level=True)

from polytape_numpy.native import scattering

BACKEND = tf.constant(0.0)._backend
RANDOM = np.random.default_rng(29)


@pytest.fixture(autouse=True)
def everything_is_worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows go to native code as well, and columns to several cores."""
    monkeypatch.setattr(scattering, "_WORTHWHILE", 0)
    monkeypatch.setattr(scattering, "part_count", lambda outer, elements: max(1, min(2, outer)))


def sums(shape: Any, places: Any, rows: Any) -> Any:
    """Added up one after the other, in float64."""
    found = np.zeros(shape)
    for place, row in zip(places.tolist(), rows):
        found[place] += row
    return found


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("integer", ["int32", "int64"])
@pytest.mark.parametrize("shape", [(1,), (7,), (33,), (64,), (3, 5), ()])
def test_rows_are_added(shape: Any, integer: str, dtype: str) -> None:
    rows = RANDOM.integers(-9, 9, (50, *shape)).astype(dtype)
    places = RANDOM.integers(0, 11, 50).astype(integer)
    start = RANDOM.integers(-9, 9, (11, *shape)).astype(dtype)
    exact = sums(start.shape, places, rows)
    found = start.copy()
    assert scattering.add_rows(found, places, rows)
    assert found.tolist() == (start + exact).tolist()
    assert BACKEND.scatter_add(start, places, rows).tolist() == (start + exact).tolist()
    assert BACKEND.scatter_rows(rows, places, shape=start.shape).tolist() == exact.tolist()
    turned = np.asfortranarray(rows)
    assert BACKEND.scatter_rows(turned, np.repeat(places, 2)[::2], shape=start.shape).tolist() == exact.tolist()


@pytest.mark.parametrize("places", [[0, 11], [-1, 3]])
def test_places_outside_are_left_to_numpy(places: list[int]) -> None:
    assert not scattering.add_rows(np.zeros((11, 4)), np.array(places), np.ones((2, 4)))


def test_other_dtypes_are_left_to_numpy() -> None:
    places = np.array([1, 1, 0])
    for dtype in (np.float16, np.int32, np.complex64):
        assert not scattering.add_rows(np.zeros((2, 3), dtype), places, np.ones((3, 3), dtype))
        found = np.zeros((2, 3), dtype)
        indexing.add_rows(found, places, np.ones((3, 3), dtype))
        assert found.tolist() == [[1] * 3, [2] * 3]


@pytest.mark.parametrize("integer", ["int32", "int64"])
@pytest.mark.parametrize("offset", [0, 5, 1000])
def test_each_index_once(offset: int, integer: str) -> None:
    places = (RANDOM.integers(0, 9, 40) * 2 + offset).astype(integer)
    rows = RANDOM.integers(-9, 9, (40, 6)).astype(np.float32)
    indices, found = BACKEND.sum_rows(places, rows)
    expected = {place: np.zeros(6) for place in sorted(places.tolist())}
    for place, row in zip(places.tolist(), rows):
        expected[place] += row
    assert (indices.dtype, found.dtype) == (np.dtype(integer), np.float32)
    assert indices.tolist() == list(expected)
    assert found.tolist() == [row.tolist() for row in expected.values()]


@pytest.mark.parametrize("compiled", [False, True])
def test_rows_of_a_variable_are_trained(compiled: bool) -> None:
    """Adam on the rows that were looked up: of equal gradients the first step is the rate, whatever their number."""
    variable = tf.Variable(tf.zeros((9, 4)))
    optimizer = tf.keras.optimizers.Adam(0.5)

    def step(indices: Any) -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.gather(variable, indices))
        optimizer.apply_gradients([(tape.gradient(loss, variable), variable)])

    step = tf.function(step) if compiled else step
    step(tf.constant([2, 5, 2, 2]))
    np.testing.assert_allclose(variable.numpy()[:, 0], [0, 0, -0.5, 0, 0, -0.5, 0, 0, 0], rtol=1e-5)
    step(tf.constant([7, 7, 7, 8]))
    assert (variable.numpy()[7:] < 0).all() and (variable.numpy()[:2] == 0).all()
