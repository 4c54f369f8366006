"""Normalisation and sums of columns in native code, against wider numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape.ops import import_families
from polytape_numpy import native

if not native.is_available():
    pytest.skip("needs Numba: tox -e jit", allow_module_level=True)

from polytape_numpy.native import normalization

DTYPES = ("float32", "float64")
CASES = [
    ((1, 1), (1,)),
    ((5, 7), (1,)),
    ((4, 1), (-1,)),
    ((3, 130), (1,)),
    ((2, 3, 4, 33), (2, 3)),
    ((300, 257), (1,)),
    ((1, 20_000), (0, 1)),
    ((1, 9), (0,)),
    ((7, 8), (0,)),
    ((130, 33), (0,)),
    ((9, 7, 5, 16), (0, 1, 2)),
    ((4001, 24), (0,)),
    ((11, 3), (0,)),  # as NumPy does it: rows too short
    ((5, 6, 7), (0, 2)),  # as NumPy does it: neither rows nor columns
    ((0, 9), (1,)),
    ((0, 9), (0,)),
]
"""Shapes and axes."""

RANDOM = np.random.default_rng(13)
BACKEND = tf.ones(1)._backend
EPSILON = 1e-3
import_families()


@pytest.fixture(autouse=True)
def everything_is_worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small arrays go to native code as well."""
    monkeypatch.setattr(normalization, "_WORTHWHILE", 1)


def real(*shape: int, dtype: str, centre: float = 0.0) -> Any:
    return RANDOM.normal(centre, 2, shape).astype(dtype)


def assert_close(found: Any, exact: Any, dtype: str, scale: float) -> None:
    assert (found.shape, found.dtype) == (exact.shape, np.dtype(dtype))
    np.testing.assert_allclose(found, exact, rtol=0, atol=16 * np.finfo(dtype).eps * scale)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_standardized(case: Any, dtype: str) -> None:
    shape, axes = case
    axes = tuple(axis % len(shape) for axis in axes)
    x = real(*shape, dtype=dtype, centre=3)
    wide = x.astype(np.longdouble)
    with np.errstate(all="ignore"):
        mean = wide.sum(axes, keepdims=True) / np.prod([shape[axis] for axis in axes])
        variance = ((wide - mean) ** 2).sum(axes, keepdims=True) / np.prod([shape[axis] for axis in axes])
    exact = (wide - mean) / np.sqrt(variance + EPSILON)
    for given in (x, np.asfortranarray(x)):
        y, found_mean, found_variance = BACKEND.standardize(given, axes=axes, epsilon=EPSILON)
        assert_close(y, exact, dtype, 10 / np.sqrt(np.min(variance, initial=1) + EPSILON))
        assert_close(found_mean, mean, dtype, 10)
        assert_close(found_variance, variance, dtype, 20)
        for keepdims in (False, True):
            found = BACKEND.mean_and_variance(given, axes=axes, keepdims=keepdims)
            for part, whole, scale in zip(found, (mean, variance), (10, 20)):
                assert_close(part, whole if keepdims else whole.squeeze(axes), dtype, scale)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_gradient(case: Any, dtype: str) -> None:
    """Against the Jacobian, as a product of its three factors: centring, the deviation, the division."""
    shape, axes = case
    axes = tuple(axis % len(shape) for axis in axes)
    x, g = real(*shape, dtype="float64", centre=3), real(*shape, dtype=dtype)
    kept = tuple(1 if axis in axes else length for axis, length in enumerate(shape))
    of_mean, of_variance = real(*kept, dtype=dtype), real(*kept, dtype=dtype)
    count = max(1, int(np.prod([shape[axis] for axis in axes])))
    with np.errstate(all="ignore"):
        mean = x.sum(axes, keepdims=True) / count
        variance = ((x - mean) ** 2).sum(axes, keepdims=True) / count
    root = np.sqrt(variance + EPSILON)
    centred, y = x - mean, (x - mean) / root
    of_root = -(g * centred).sum(axes, keepdims=True) / root**2
    of_square = of_variance + of_root / (2 * root)
    of_centred = g / root + of_square * 2 * centred / count
    exact = of_centred - of_centred.sum(axes, keepdims=True) / count + of_mean / count
    given = [array.astype(dtype) for array in (g, of_mean, of_variance, y, variance)]
    scale = 100 / np.min(root, initial=1)
    for transposed in (False, True):
        arrays = [np.asfortranarray(array) for array in given] if transposed else given
        found = BACKEND.standardize_input(*arrays, axes=axes, epsilon=EPSILON)
        assert_close(found, exact, dtype, scale)


@pytest.mark.parametrize("rows", [1, 3, 4, 7, 8, 9, 1000, 100_000])
def test_sums_of_columns(rows: int) -> None:
    for count in (1, 5, 16, 33):
        x = real(rows, count, dtype="float32", centre=1)
        found = normalization.column_sums(x, count, np.dtype(np.float64), (count,))
        np.testing.assert_allclose(found, x.sum(0, dtype=np.float64), rtol=1e-6, atol=1e-4)


def test_nan_and_infinity_stay_in_their_row() -> None:
    x = real(5, 40, dtype="float32")
    x[1, 3], x[2, 4] = np.nan, np.inf
    y, mean, _ = BACKEND.standardize(x, axes=(1,), epsilon=EPSILON)
    assert np.isnan(y[1]).all() and np.isnan(y[2, 4]) and np.isfinite(y[[0, 3, 4]]).all()
    assert np.isnan(mean[1, 0]) and np.isposinf(mean[2, 0])
    y, mean, _ = BACKEND.standardize(x, axes=(0,), epsilon=EPSILON)
    assert np.isnan(y[:, 3]).all() and np.isfinite(np.delete(y, [3, 4], axis=1)).all()


@pytest.mark.parametrize("axes", [(1,), (0,)])
def test_derivatives_of_both_orders(axes: Any) -> None:
    x, weights = tf.constant(real(6, 9, dtype="float64")), tf.constant(real(6, 9, dtype="float64"))
    from polytape.ops.normalization import standardize

    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y, mean, variance = standardize(x, axes=axes, epsilon=EPSILON)
            loss = tf.reduce_sum(y * weights) + tf.reduce_sum(mean * mean * variance)
        return tf.reduce_sum(tape.gradient(loss, x) * weights)

    with tf.GradientTape() as tape:
        tape.watch(x)
        value = slope(x)
    found = float(tf.reduce_sum(tape.gradient(value, x) * weights))
    step = 1e-6
    difference = float(slope(x + step * weights) - slope(x - step * weights)) / (2 * step)
    assert abs(found - difference) < 1e-5 * max(1, abs(found))
