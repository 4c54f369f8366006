"""Softmax, cross-entropies and their gradients in native code, against wider numbers row by row."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape.ops import import_families
from polytape_numpy import native

if not native.is_available():
    pytest.skip("needs Numba: tox -e jit", allow_module_level=True)

from polytape_numpy.native import rows

DTYPES = ("float32", "float64")
SHAPES = [(1, 1), (1, 7), (5, 1), (3, 64), (130, 17), (2, 3, 4, 33), (40, 5000), (1, 100_000), (0, 5), (4, 0)]
RANDOM = np.random.default_rng(12)
BACKEND = tf.ones(1)._backend
import_families()


@pytest.fixture(autouse=True)
def everything_is_worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small arrays go to native code as well."""
    monkeypatch.setattr(rows, "_WORTHWHILE", 1)


def real(*shape: int, dtype: str) -> Any:
    return RANDOM.normal(0, 3, shape).astype(dtype)


def logarithms(x: Any) -> Any:
    """log softmax in wider numbers, by the function that adds exponentials."""
    wide = x.astype(np.longdouble)
    return wide - np.logaddexp.reduce(wide, axis=-1, keepdims=True, initial=-np.inf)


def assert_close(found: Any, exact: Any, dtype: str, scale: float = 1.0) -> None:
    assert (found.shape, found.dtype) == (exact.shape, np.dtype(dtype))
    np.testing.assert_allclose(found, exact, rtol=30 * np.finfo(dtype).eps, atol=8 * np.finfo(dtype).eps * scale)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_probabilities_and_their_gradients(shape: Any, dtype: str) -> None:
    x, gradient = real(*shape, dtype=dtype), real(*shape, dtype=dtype)
    exact, g = logarithms(x), gradient.astype(np.longdouble)
    probabilities, axis = np.exp(exact), len(shape) - 1
    scale = 1 + math.sqrt(shape[-1])
    found = BACKEND.softmax(x, axis=axis)
    assert_close(found, probabilities, dtype, 0)
    assert_close(BACKEND.log_softmax(x, axis=axis), exact, dtype, 20)
    of_x = found * (g - (g * found).sum(-1, keepdims=True))
    assert_close(BACKEND.softmax_input(gradient, found, axis=axis), of_x, dtype, 10)
    of_x = g - probabilities * g.sum(-1, keepdims=True)
    assert_close(BACKEND.log_softmax_input(gradient, exact.astype(dtype), axis=axis), of_x, dtype, 30 * scale)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_cross_entropies_and_their_gradients(shape: Any, dtype: str) -> None:
    x, labels, gradient = real(*shape, dtype=dtype), np.abs(real(*shape, dtype=dtype)), real(*shape[:-1], dtype=dtype)
    exact, axis = logarithms(x), len(shape) - 1
    weights, g = labels.astype(np.longdouble), gradient.astype(np.longdouble)[..., None]
    total = weights.sum(-1, keepdims=True)
    losses, excess = -(weights * exact).sum(-1), np.exp(exact) * total - weights
    scale = 20 * float(total.max(initial=1))
    assert_close(BACKEND.softmax_cross_entropy(labels, x, axis=axis), losses, dtype, scale)
    found = BACKEND.softmax_cross_entropy_input(gradient, labels, x, axis=axis)
    assert_close(found, g * excess, dtype, scale)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("integers", ["uint8", "int32", "int64"])
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape[-1]], ids=str)
def test_cross_entropies_of_classes(shape: Any, integers: str, dtype: str) -> None:
    x, gradient = real(*shape, dtype=dtype), real(*shape[:-1], dtype=dtype)
    classes = RANDOM.integers(0, min(shape[-1], 255), shape[:-1]).astype(integers)
    exact = logarithms(x)
    hot = np.arange(shape[-1]) == classes[..., None]
    assert_close(BACKEND.sparse_softmax_cross_entropy(classes, x), -exact[hot].reshape(classes.shape), dtype, 20)
    found = BACKEND.sparse_softmax_cross_entropy_input(gradient, classes, x)
    assert_close(found, gradient.astype(np.longdouble)[..., None] * (np.exp(exact) - hot), dtype, 20)


def test_one_row_of_classes() -> None:
    x = np.array([0.0, math.log(3.0)], np.float32)
    loss = BACKEND.sparse_softmax_cross_entropy(np.int64(1), x)
    assert loss.shape == () and abs(float(loss) - math.log(4 / 3)) < 1e-6
    found = BACKEND.sparse_softmax_cross_entropy_input(np.float32(2), np.int64(1), x)
    np.testing.assert_allclose(found, [0.5, -0.5], rtol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
def test_infinities_and_nan(dtype: str) -> None:
    x = np.array(
        [
            [1, -math.inf, 2, -math.inf],
            [1, math.nan, 2, 3],
            [-math.nan, 1, 2, 3],
            [math.inf, 1, 2, 3],
            [-math.inf] * 4,
            [1e30, -1e30, 1e30, 0],
        ],
        dtype,
    )
    high = 1 / (1 + math.exp(-1))
    nothing = [math.nan] * 4
    expected = [[1 - high, 0, high, 0], nothing, nothing, nothing, nothing, [0.5, 0, 0.5, 0]]
    np.testing.assert_allclose(BACKEND.softmax(x, axis=1), expected, rtol=1e-6)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(BACKEND.log_softmax(x, axis=1)[:5], np.log(expected)[:5], rtol=1e-6)


def test_what_is_not_contiguous() -> None:
    x, gradient = real(60, 40, dtype="float32"), real(40, 60, dtype="float32")
    found = BACKEND.softmax(x.T, axis=1)
    np.testing.assert_array_equal(found, BACKEND.softmax(np.ascontiguousarray(x.T), axis=1))
    every = np.broadcast_to(np.float32(0.5), (40, 60))
    np.testing.assert_allclose(BACKEND.softmax_input(every, found, axis=1), 0, atol=1e-6)
    turned = BACKEND.softmax_input(gradient[::-1], found, axis=1)
    np.testing.assert_array_equal(turned, BACKEND.softmax_input(gradient[::-1].copy(), found, axis=1))


def test_derivatives_of_both_orders() -> None:
    x = tf.constant(real(6, 50, dtype="float64"))
    classes, weights = tf.constant(RANDOM.integers(0, 50, 6)), tf.constant(np.abs(real(6, 50, dtype="float64")))

    def losses(x: Any) -> Any:
        return [
            tf.nn.sparse_softmax_cross_entropy_with_logits(classes, x),
            tf.nn.softmax_cross_entropy_with_logits(weights, x),
            tf.nn.softmax(x) * weights,
            tf.nn.log_softmax(x) * weights,
        ]

    for number in range(4):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                loss = tf.reduce_sum(losses(x)[number])
            first = inner.gradient(loss, x)
            slope = tf.reduce_sum(first * weights)
        second = outer.gradient(slope, x)
        step = 1e-5 * weights
        above, below = (tf.reduce_sum(losses(x + sign * step)[number]) for sign in (1, -1))
        assert abs(float(slope) - float(above - below) / 2e-5) < 1e-6 * abs(float(slope)) + 1e-5
        assert second.shape == x.shape and bool(tf.reduce_all(tf.math.is_finite(second)))
