"""Tapes that listen while a function is replayed: gradients are those of the Python function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polytape as tf

layers = tf.keras.layers


def test_gradients_of_variables_and_arguments() -> None:
    tf.random.set_seed(1)
    model = tf.keras.Sequential([layers.Conv2D(3, 2, activation="relu"), layers.Flatten(), layers.Dense(4, "tanh")])
    random = np.random.default_rng(0)
    images = [tf.constant(random.normal(size=(2, 5, 5, 1)).astype("float32")) for _ in range(4)]
    model(images[0])
    compiled = tf.function(model)

    def gradients(function: Any, x: Any) -> list[Any]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(function(x) ** 2)
        return tape.gradient(loss, [x, *model.trainable_variables])

    for x in images:
        for found, expected in zip(gradients(compiled, x), gradients(model, x)):
            np.testing.assert_array_equal(found, expected)
    assert compiled.experimental_get_tracing_count() == 1


def test_only_what_is_watched_gets_a_gradient() -> None:
    @tf.function
    def product(x: Any, y: Any) -> Any:
        return x * y

    x, y = tf.constant(3.0), tf.constant(4.0)
    for _ in range(2):
        with tf.GradientTape() as tape:
            tape.watch(x)
            z = product(x, y)
        assert [None if g is None else float(g) for g in tape.gradient(z, [x, y])] == [4.0, None]
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            z = product(x, y)
        assert [float(g) for g in tape.gradient(z, [x, y])] == [4.0, 3.0]
        with tf.GradientTape() as tape:
            tape.watch(x)
            z = product(x, x)
        assert float(tape.gradient(z, x)) == 6.0
    assert product.experimental_get_tracing_count() == 2


def test_second_derivatives_through_two_tapes() -> None:
    @tf.function
    def power(x: Any) -> Any:
        return x**3

    for value in (2.0, 5.0):
        x = tf.Variable(value)
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                y = power(x)
            slope = inner.gradient(y, x)
        assert (float(slope), float(outer.gradient(slope, x))) == (3 * value**2, 6 * value)


def test_variables_that_are_not_watched_when_read() -> None:
    v, w = tf.Variable(2.0), tf.Variable(5.0)

    @tf.function
    def product() -> Any:
        return v * w

    for watched, expected in ((v, [5.0, None]), (w, [None, 2.0]), (v, [5.0, None])):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(watched)
            z = product()
        assert [None if g is None else float(g) for g in tape.gradient(z, [v, w])] == expected


def test_a_gradient_of_the_user_is_called_with_the_values_of_the_call() -> None:
    @tf.custom_gradient
    def clipped(x: Any) -> Any:
        return x * x, lambda gradient: gradient * x * 10.0

    compiled = tf.function(clipped)
    for value in (1.0, 2.0, 3.0):
        x = tf.constant(value)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = compiled(x)
        assert (float(y), float(tape.gradient(y, x))) == (value**2, 10 * value)


def test_watched_tensors_that_are_no_arguments() -> None:
    x = tf.constant(3.0)

    @tf.function
    def square() -> Any:
        return x * x

    for _ in range(3):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = square()
        assert float(tape.gradient(y, x)) == 6.0
    assert float(square()) == 9.0


def test_a_branch_and_several_results() -> None:
    @tf.function
    def both(x: Any) -> Any:
        y = x * 2.0 if tf.reduce_sum(x) > 0 else x * -3.0
        return {"y": y, "x": x, "parts": tf.split(x, 2)}

    for value, expected in ((1.0, 2.0), (-1.0, -3.0), (2.0, 2.0)):
        x = tf.constant([value, value])
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            found = both(x)
            first = tf.reduce_sum(found["y"]) + 5.0 * tf.reduce_sum(found["x"])
            last = tf.reduce_sum(found["parts"][1])
        np.testing.assert_array_equal(tape.gradient(first, x), [expected + 5] * 2)
        np.testing.assert_array_equal(tape.gradient(last, x), [0, 1])


def test_a_forward_accumulator_sees_each_op() -> None:
    @tf.function
    def cube(x: Any) -> Any:
        return x**3

    x = tf.constant(2.0)
    for _ in range(2):
        with tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as accumulator:
            y = cube(x)
        assert float(accumulator.jvp(y)) == pytest.approx(12.0)
