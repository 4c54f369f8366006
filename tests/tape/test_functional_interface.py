"""The functional interface of early eager mode, `tf.contrib.eager`."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

import polytape as tf

tfe = tf.contrib.eager


def polynomial(x, y):
    return x**2 * y + y**3


def floats(gradients):
    return [None if gradient is None else float(gradient) for gradient in gradients]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (None, [12.0, 31.0]),
        ([0], [12.0]),
        ([1], [31.0]),
        ([1, 0], [31.0, 12.0]),
        (["y"], [31.0]),
        (("y", "x"), [31.0, 12.0]),
        (range(2), [12.0, 31.0]),
    ],
)
def test_arguments_by_position_and_by_name(params, expected: list[float]) -> None:
    assert floats(tfe.gradients_function(polynomial, params)(2.0, 3.0)) == expected
    value, gradients = tfe.value_and_gradients_function(polynomial, params=params)(2.0, tf.constant(3.0))
    assert float(value) == 39.0 and floats(gradients) == expected


def test_decorators_keep_the_name() -> None:
    @tfe.gradients_function
    def squares(x, y):
        """Two squares."""
        return x * x + y * y

    @partial(tfe.gradients_function, params=["y"])
    def by_y(x, y):
        return x * y

    assert floats(squares(1.0, 2.0)) == [2.0, 4.0] and floats(by_y(3.0, 2.0)) == [3.0]
    assert squares.__name__ == "squares" and squares.__doc__ == "Two squares."


def test_methods_defaults_and_any_number_of_arguments() -> None:
    class Model:
        def energy(self, x, scale=2.0):
            return scale * x * x

        def __call__(self, x):
            return x * x

    assert floats(tfe.gradients_function(Model().energy)(3.0)) == [12.0]
    assert floats(tfe.gradients_function(Model().energy, ["scale"])(3.0, 1.0)) == [9.0]
    assert floats(tfe.gradients_function(Model())(3.0)) == [6.0]
    assert floats(tfe.gradients_function(lambda *xs: xs[0] * xs[1])(3.0, 4.0)) == [4.0, 3.0]


def test_every_order() -> None:
    def derivative(f):
        return lambda x: tfe.gradients_function(f)(x)[0]

    f = lambda x: x**4
    x = tf.constant(2.0, tf.float64)
    found = []
    for _ in range(5):
        found.append(float(f(x)))
        f = derivative(f)
    assert found == [16.0, 32.0, 48.0, 48.0, 24.0]


def test_one_tensor_in_two_places() -> None:
    x = tf.constant(3.0)
    assert floats(tfe.gradients_function(lambda x, y: x * x * y)(x, x)) == [18.0, 9.0]
    with tf.GradientTape() as tape:
        tape.watch(x)
        first, second = tfe.gradients_function(lambda x, y: x * x * y)(x, x)
        total = first + second
    assert float(tape.gradient(total, x)) == 18.0  # d/dx of 2·x² + x²


def test_weights_structures_and_unused_arguments() -> None:
    f = tfe.value_and_gradients_function(lambda x, y: {"a": x * x, "b": [x * 2.0]})
    value, (first, second) = f(tf.constant([1.0, 2.0]), 5.0)
    assert second is None and first.numpy().tolist() == [4.0, 6.0]
    assert set(value) == {"a", "b"} and value["a"].numpy().tolist() == [1.0, 4.0]
    weighted = f([1.0, 2.0], 5.0, dy={"a": tf.constant([1.0, 0.0]), "b": [tf.constant([0.0, 10.0])]})[1][0]
    assert weighted.numpy().tolist() == [2.0, 20.0]


def test_numpy_arguments_keep_their_dtype() -> None:
    (gradient,) = tfe.gradients_function(lambda x: tf.reduce_sum(x * x))(np.array([1.5, 2.5]))
    assert gradient.dtype == tf.float64 and gradient.numpy().tolist() == [3.0, 5.0]


def test_implicit_variables_in_the_order_in_which_they_were_made() -> None:
    first, second, unused = tf.Variable(2.0), tf.Variable(3.0), tf.Variable(4.0)
    constant = tf.Variable(5.0, trainable=False)

    def loss(x, *, scale=1.0):
        return second * first * x * scale * constant

    value, pairs = tfe.implicit_value_and_gradients(loss)(10.0, scale=2.0)
    assert float(value) == 600.0
    assert [variable for _, variable in pairs if variable is unused or variable is constant] == []
    (by_first, is_first), (by_second, is_second) = pairs
    assert is_first is first and is_second is second
    assert float(by_first) == 300.0 and float(by_second) == 200.0
    assert [float(gradient) for gradient, _ in tfe.implicit_gradients(loss)(10.0)] == [150.0, 100.0]


def test_a_variable_that_is_read_without_influence_has_no_gradient() -> None:
    v, w = tf.Variable(2.0), tf.Variable(3.0)

    def loss():
        v.read_value()
        return w * w

    (without, is_v), (gradient, is_w) = tfe.implicit_gradients(loss)()
    assert without is None and is_v is v and float(gradient) == 6.0 and is_w is w
    tf.train.GradientDescentOptimizer(0.5).apply_gradients(tfe.implicit_gradients(loss)())
    assert float(v) == 2.0 and float(w) == 0.0


def test_an_outer_tape_sees_implicit_gradients() -> None:
    v = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        ((gradient, _),) = tfe.implicit_gradients(lambda: v * v * v)()
    assert float(tape.gradient(gradient, v)) == 18.0


def test_refusals() -> None:
    v = tf.Variable(1.0)
    with pytest.raises(ValueError, match=r"^No trainable variables were accessed while loss was being computed"):

        @tfe.implicit_gradients
        def loss(x):
            return x * 2.0

        loss(tf.constant(1.0))
    for call in (
        tfe.implicit_gradients(lambda: v.assign(2.0) and None),
        lambda: tfe.gradients_function(lambda x: None)(1.0),
    ):
        with pytest.raises(ValueError, match="Cannot differentiate a function that returns None"):
            call()
    for params, pattern in (
        (["z"], r"no argument 'z'.*\['x', 'y'\]"),
        ([0, "y"], "all strings or all integers"),
        ([-1], "no negative positions"),
        ([], "a list of positions or of names"),
        ("x", "a list of positions or of names"),
    ):
        with pytest.raises(ValueError, match=pattern):
            tfe.gradients_function(polynomial, params)
    with pytest.raises(ValueError, match="by argument 2, and received 2"):
        tfe.gradients_function(polynomial, [2])(1.0, 2.0)
    with pytest.raises(ValueError, match="cannot receive keyword arguments; received y"):
        tfe.gradients_function(polynomial)(1.0, y=2.0)


def test_the_rest_of_contrib_eager() -> None:
    assert tfe.enable_eager_execution() is None and tfe.executing_eagerly() and tfe.in_eager_mode()
    assert tfe.Variable is tf.Variable and tfe.GradientTape is tf.GradientTape
    assert tfe.custom_gradient is tf.custom_gradient
    assert tfe.num_gpus() == len(tf.config.list_physical_devices("GPU"))
    assert "/job:localhost/replica:0/task:0/device:CPU:0" in tfe.list_devices()
    elements = tfe.Iterator(tf.data.Dataset.range(4))
    assert int(elements.next()) == 0 and int(next(elements)) == 1 and [int(x) for x in elements] == [2, 3]
    with pytest.raises(AttributeError, match="no attribute 'Network'"):
        tfe.Network  # noqa: B018
    with pytest.raises(AttributeError, match="there is eager"):
        tf.contrib.layers  # noqa: B018
