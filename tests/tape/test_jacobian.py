"""Jacobians, in one pass and row by row, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf

A = np.random.default_rng(5).normal(size=(3, 2))


@pytest.mark.parametrize("in_one_pass", [True, False])
def test_jacobian_of_a_linear_map_is_the_map(in_one_pass: bool) -> None:
    x = tf.Variable([[0.3], [0.7]], dtype=tf.float64)
    with tf.GradientTape() as tape:
        y = tf.matmul(tf.constant(A), x)
    found = tape.jacobian(y, x, experimental_use_pfor=in_one_pass)
    assert found.shape == (3, 1, 2, 1)
    np.testing.assert_allclose(found.numpy().reshape(3, 2), A, rtol=1e-14)


@pytest.mark.parametrize("in_one_pass", [True, False])
def test_jacobian_of_nonlinear_functions_of_several_sources(in_one_pass: bool) -> None:
    x, w = tf.Variable([1.0, 2.0, 3.0], dtype=tf.float64), tf.Variable(2.0, dtype=tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        y = tf.concat([tf.exp(x) * w, tf.reshape(tf.reduce_sum(x * x), [1])], axis=0)
    to_x, to_w = tape.jacobian(y, [x, w], experimental_use_pfor=in_one_pass)
    e = np.exp([1.0, 2.0, 3.0])
    np.testing.assert_allclose(to_x, np.vstack([np.diag(2 * e), [2.0, 4.0, 6.0]]), rtol=1e-13)
    np.testing.assert_allclose(to_w, [*e, 0.0], rtol=1e-13)


def test_jacobian_of_a_scalar_is_the_gradient() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(x**3)
    assert tape.jacobian(y, x).numpy().tolist() == [3.0, 12.0]


def test_unconnected_jacobians() -> None:
    x, y = tf.Variable([1.0, 2.0]), tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        z = x * 2.0
    assert tape.jacobian(z, y) is None
    assert tape.jacobian(z, y, unconnected_gradients="zero").numpy().tolist() == [0.0, 0.0]


def test_a_jacobian_uses_up_the_tape() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = x * x
    tape.jacobian(y, x)
    with pytest.raises(RuntimeError, match="persistent=True"):
        tape.jacobian(y, x)


@pytest.mark.parametrize("in_one_pass", [True, False])
def test_batch_jacobian(in_one_pass: bool) -> None:
    x = tf.constant(np.random.default_rng(6).normal(size=(4, 2)))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.matmul(x, tf.constant(A.T)) ** 2
    found = tape.batch_jacobian(y, x, experimental_use_pfor=in_one_pass).numpy()
    expected = 2 * (x.numpy() @ A.T)[:, :, None] * A[None]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_batch_jacobian_needs_one_batch() -> None:
    x = tf.Variable(tf.ones((4, 2)))
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(x, axis=0)
    with pytest.raises(ValueError, match=r"same first axis; received \(2,\) and \(4, 2\)"):
        tape.batch_jacobian(y, x)


def test_a_hessian_from_nested_tapes() -> None:
    x = tf.Variable([1.0, 2.0], dtype=tf.float64)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x[0] ** 2 * x[1] ** 3
        gradient = inner.gradient(y, x)
    found = outer.jacobian(gradient, x)
    np.testing.assert_allclose(found, [[16.0, 24.0], [24.0, 12.0]], rtol=1e-12)
