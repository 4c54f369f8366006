"""Dropout: what is kept, how much of it, and that gradients go where values went."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf
from polytape_conformance import check
from polytape_conformance.row import Row, real


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_share_and_scale(rate, dtype) -> None:
    tf.random.set_seed(3)
    x = np.random.default_rng(0).uniform(1, 2, (200, 100)).astype(dtype)
    y = tf.nn.dropout(tf.constant(x), rate)
    kept = y.numpy() != 0
    assert y.dtype == dtype
    assert abs(kept.mean() - (1 - rate)) < 4 * np.sqrt(rate * (1 - rate) / x.size)
    tolerance = 2e-3 if dtype == "float16" else 1e-6
    np.testing.assert_allclose(y.numpy()[kept], (x / (1 - rate))[kept], rtol=tolerance)


def test_gradients() -> None:
    def call(tf, x):
        tf.random.set_seed(5)
        return tf.nn.dropout(x, 0.4) * x

    tf.random.set_seed(5)
    kept = tf.nn.dropout(tf.ones([3, 4], tf.float64), 0.4).numpy()
    row = Row("dropout", call, lambda x: kept * x * x, ((real(3, 4),),))
    for case in row.cases:
        check.first_derivative(tf, row, case)
        check.second_derivative(tf, row, case)


def test_noise_shape_shares_one_fate() -> None:
    x = tf.ones([50, 4, 3])
    for noise_shape in ((50, 1, 3), [None, 1, None], tf.constant([50, 1, 3])):
        y = tf.nn.dropout(x, 0.5, noise_shape=noise_shape).numpy()
        assert (y == y[:, :1]).all()
        assert 0 < (y[:, 0] == 0).mean() < 1


def test_the_same_seed_draws_the_same() -> None:
    draws = []
    for _ in range(2):
        tf.random.set_seed(7)
        draws.append(tf.nn.dropout(tf.ones([100]), 0.5, seed=1).numpy())
    assert (draws[0] == draws[1]).all()
    assert (tf.nn.dropout(tf.ones([100]), 0.5, seed=1).numpy() != draws[0]).any()


def test_what_is_dropped_is_zero_even_if_it_was_infinite() -> None:
    y = tf.nn.dropout(tf.fill([100], np.float32(np.inf)), 0.5).numpy()
    assert set(y.tolist()) == {0.0, np.inf}


def test_rate_zero_keeps_all() -> None:
    x = tf.ones([3])
    assert tf.nn.dropout(x, 0) is x
    assert tf.nn.dropout(x, tf.constant(0.0)) is x


@pytest.mark.parametrize(
    ("call", "error", "pattern"),
    [
        (lambda: tf.nn.dropout([1.0], 1.0), ValueError, r"rate must be in \[0, 1\); received 1.0"),
        (lambda: tf.nn.dropout([1.0], -0.1), ValueError, r"rate must be in \[0, 1\)"),
        (lambda: tf.nn.dropout([1.0], "much"), TypeError, "rate must be a number"),
        (lambda: tf.nn.dropout([1], 0.5), TypeError, "received int32"),
        (lambda: tf.nn.dropout([[1.0, 2.0]], 0.5, noise_shape=[3, 2]), ValueError, "noise_shape must have"),
        (lambda: tf.nn.dropout([[1.0, 2.0]], 0.5, noise_shape=[1]), ValueError, "noise_shape must have"),
    ],
)
def test_refusals(call, error, pattern) -> None:
    with pytest.raises(error, match=pattern):
        call()
