"""Special functions in units in the last place, against Python's `math` and SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest

import polytape as tf

special = pytest.importorskip("scipy.special", reason="SciPy is the oracle for what Python's math lacks")
RANDOM = np.random.default_rng(7)
SHARES = np.concatenate([RANDOM.uniform(0, 1, 4000), 10.0 ** RANDOM.uniform(-30, 0, 1000)])
SYMMETRIC = np.concatenate([RANDOM.uniform(-1, 1, 4000), 10.0 ** RANDOM.uniform(-30, 0, 1000)])
POSITIVE = np.concatenate([RANDOM.uniform(0, 12, 4000), 10.0 ** RANDOM.uniform(-20, 20, 1000)])
WIDE = RANDOM.uniform(-60, 60, 4000)


def _units(found, expected, dtype) -> float:
    return float(np.max(np.abs(found.astype(np.float64) - expected) / np.spacing(np.abs(expected).astype(dtype))))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("function", "reference", "points", "units"),
    [
        (tf.math.erf, np.vectorize(math.erf), np.concatenate([RANDOM.uniform(-6, 6, 4000), SYMMETRIC]), 8),
        (tf.math.erfc, np.vectorize(math.erfc), RANDOM.uniform(-6, 9, 4000), 12),
        (tf.math.erfinv, special.erfinv, SYMMETRIC, 10),
        (tf.math.ndtri, special.ndtri, SHARES, 10),
        (tf.math.bessel_i0e, special.i0e, WIDE, 12),
        (tf.math.bessel_i1e, special.i1e, WIDE, 12),
        (
            lambda x: tf.math.zeta(tf.constant(2.5, x.dtype), x),
            lambda x: special.zeta(2.5, x),
            RANDOM.uniform(0.1, 50, 2000),
            10,
        ),
        (
            lambda x: tf.math.polygamma(tf.constant(3, x.dtype), x),
            lambda x: special.polygamma(3, x),
            RANDOM.uniform(0.1, 50, 2000),
            10,
        ),
    ],
    ids=["erf", "erfc", "erfinv", "ndtri", "bessel_i0e", "bessel_i1e", "zeta", "polygamma"],
)
def test_units_in_the_last_place(function, reference, points, units, dtype) -> None:
    points = points.astype(dtype)
    assert _units(function(tf.constant(points)).numpy(), reference(points.astype(np.float64)), dtype) <= units


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("function", "reference"),
    [(tf.math.lgamma, special.gammaln), (tf.math.digamma, special.psi)],
    ids=["lgamma", "digamma"],
)
def test_units_of_functions_with_roots(function, reference, dtype) -> None:
    points = np.concatenate([POSITIVE, RANDOM.uniform(-20, 0, 2000)]).astype(dtype)
    points = points[np.abs(points - np.round(points)) > 1e-3]
    expected = reference(points.astype(np.float64))
    error = np.abs(function(tf.constant(points)).numpy() - expected) / np.maximum(1, np.abs(expected))
    assert error.max() <= (12 if dtype is np.float32 else 2000) * np.finfo(dtype).eps


def test_lgamma_keeps_its_digits_beside_its_roots() -> None:
    z = np.array([1e-5, -1e-6, 3e-9])
    series = -0.5772156649015329 * z + 1.6449340668482264 / 2 * z**2 - 1.2020569031595942 / 3 * z**3
    exact = (1 + z) - 1
    series *= exact / z
    np.testing.assert_allclose(tf.math.lgamma(tf.constant(1 + z)), series, rtol=2e-12)


def test_limits() -> None:
    infinity, nan = math.inf, math.nan
    for function, points, expected in (
        (tf.math.erf, [-infinity, infinity, nan], [-1, 1, nan]),
        (tf.math.erfc, [-infinity, infinity, nan], [2, 0, nan]),
        (tf.math.erfinv, [-1.0, 1.0, 1.5, nan], [-infinity, infinity, nan, nan]),
        (tf.math.ndtri, [0.0, 1.0, -0.5, nan], [-infinity, infinity, nan, nan]),
        (tf.math.lgamma, [0.0, -1.0, infinity, nan], [infinity, infinity, infinity, nan]),
        (tf.math.digamma, [-1.0, infinity, nan], [nan, infinity, nan]),
        (tf.math.bessel_i0, [infinity, -infinity, nan], [infinity, infinity, nan]),
        (tf.math.bessel_i1, [infinity, -infinity, nan], [infinity, -infinity, nan]),
    ):
        for dtype in (tf.float32, tf.float64):
            np.testing.assert_array_equal(function(tf.constant(points, dtype)), expected)
    np.testing.assert_array_equal(
        tf.math.zeta([1.0, 0.5, 2.0, 2.0], [1.0, 1.0, 0.0, -1.5]), [infinity, nan, infinity, nan]
    )
    np.testing.assert_array_equal(tf.math.polygamma([0.5, -1.0], [1.0, 1.0]), [nan, nan])
