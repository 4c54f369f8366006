"""Tensors from outside of a function are constants of its graph, wherever they go."""

from __future__ import annotations

import numpy as np

import polytape as tf


def test_a_gradient_from_outside() -> None:
    v, gradient, optimizer = tf.Variable([1.0, 2.0]), tf.constant([1.0, -1.0]), tf.keras.optimizers.SGD(0.5)

    @tf.function
    def step() -> None:
        optimizer.apply_gradients([(gradient, v)])

    for expected in ([0.5, 2.5], [0.0, 3.0], [-0.5, 3.5]):
        step()
        np.testing.assert_array_equal(v.numpy(), expected)


def test_values_that_variables_are_given() -> None:
    v, value = tf.Variable(1.0), tf.constant(5.0)

    @tf.function
    def reset(x: tf.Tensor) -> tf.Tensor:
        before = v.read_value()
        v.assign(value)
        v.assign_add(x)
        v.assign_sub(1.0)
        return before

    assert [float(reset(tf.constant(x))) for x in (1.0, 2.0, 3.0)] == [1.0, 5.0, 6.0]
    assert float(v) == 7.0


def test_a_result_that_is_a_constant_or_an_argument() -> None:
    value = tf.constant([3.0])

    @tf.function
    def trivial(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, float]:
        return value, x, 1.5

    for number in (1.0, 2.0):
        constant, same, plain = trivial(tf.constant(number))
        assert (constant.numpy().tolist(), float(same), plain) == ([3.0], number, 1.5)
