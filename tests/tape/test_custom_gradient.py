"""`custom_gradient`, `recompute_grad` and forward mode."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf


@tf.custom_gradient
def _log1pexp(x):
    e = tf.exp(x)
    return tf.math.log1p(e), lambda upstream: upstream * (1.0 - 1.0 / (1.0 + e))


def test_the_author_s_gradient_is_used() -> None:
    x = tf.constant(100.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = _log1pexp(x)
    assert float(tape.gradient(y, x)) == 1.0  # the plain formula gives NaN


def test_it_differentiates_to_second_order() -> None:
    x = tf.constant(0.5, tf.float64)

    @tf.custom_gradient
    def cube(x):
        return x**3, lambda upstream: upstream * 3.0 * x**2

    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = cube(x)
        slope = inner.gradient(y, x)
    assert float(slope) == pytest.approx(0.75)
    assert float(outer.gradient(slope, x)) == pytest.approx(3.0)


def test_several_arguments_outputs_keywords_and_nesting() -> None:
    @tf.custom_gradient
    def scaled(a, b, *, factor):
        inner = _log1pexp(a)
        return (inner * factor, b), lambda da, db: (da * 7.0, db * 11.0)

    a, b = tf.Variable(1.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y, z = scaled(a, b, factor=3.0)
        total = 2.0 * y + z
    assert [float(g) for g in tape.gradient(total, [a, b])] == [14.0, 11.0]


def test_with_variables() -> None:
    w = tf.Variable(3.0)

    @tf.custom_gradient
    def product(x):
        def grad_fn(upstream, variables=None):
            assert [v is w for v in variables] == [True]
            return upstream * 100.0, [upstream * 1000.0]

        return x * w, grad_fn

    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = product(x)
    assert [float(g) for g in tape.gradient(y, [x, w])] == [100.0, 1000.0]


def test_errors() -> None:
    w = tf.Variable(1.0)
    with pytest.raises(ValueError, match=r"must return \(result, grad_fn\)"):
        tf.custom_gradient(lambda x: x)(1.0)
    with pytest.raises(ValueError, match=r"reads the variables .* must take a keyword argument `variables`"):
        tf.custom_gradient(lambda x: (x * w, lambda up: up))(1.0)
    wrong = tf.custom_gradient(lambda x: (x * 2.0, lambda up: (up, up)))
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = wrong(x)
    with pytest.raises(ValueError, match="returned 2 gradients for 1 arguments"):
        tape.gradient(y, x)


def test_recompute_grad_gives_the_same_gradients() -> None:
    w = tf.Variable([[1.0, 2.0], [3.0, 4.0]], dtype=tf.float64)
    x = tf.Variable([[0.5, -1.0]], dtype=tf.float64)

    def block(x):
        return tf.tanh(tf.matmul(x, w))

    def gradients(function):
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(function(x) ** 2)
        return [g.numpy() for g in tape.gradient(y, [x, w])]

    for found, expected in zip(gradients(tf.recompute_grad(block)), gradients(block)):
        np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_forward_mode() -> None:
    x = tf.Variable([1.0, 2.0, 3.0], dtype=tf.float64)
    v = np.array([1.0, 0.0, 2.0])
    with tf.autodiff.ForwardAccumulator(x, tf.constant(v)) as accumulator:
        y = tf.exp(x) * x
        z = tf.reduce_sum(y)
        other = tf.constant(1.0) * 2.0
    e = np.exp([1.0, 2.0, 3.0])
    derivative = e * (np.array([1.0, 2.0, 3.0]) + 1.0)
    np.testing.assert_allclose(accumulator.jvp(y), derivative * v, rtol=1e-13)
    np.testing.assert_allclose(accumulator.jvp(z), derivative @ v, rtol=1e-13)
    assert accumulator.jvp(other) is None
    assert float(accumulator.jvp(other, unconnected_gradients="zero")) == 0.0


def test_hessian_vector_product_forward_over_backward() -> None:
    x = tf.Variable([1.0, 2.0], dtype=tf.float64)
    v = tf.constant([1.0, -1.0], tf.float64)
    with tf.autodiff.ForwardAccumulator(x, v) as accumulator:
        with tf.GradientTape() as tape:
            y = x[0] ** 2 * x[1] ** 3
        gradient = tape.gradient(y, x)
    np.testing.assert_allclose(
        accumulator.jvp(gradient), np.array([[16.0, 24.0], [24.0, 12.0]]) @ [1.0, -1.0], rtol=1e-12
    )


def test_forward_accumulator_checks_tangents() -> None:
    x = tf.Variable([1.0, 2.0])
    with pytest.raises(ValueError, match="has the shape of its primal"):
        tf.autodiff.ForwardAccumulator(x, tf.ones(3))
