"""Python's operators on tensors and variables."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf


@pytest.fixture(params=["tensor", "variable"])
def operand(request):
    """Makes a tensor or a variable."""
    return tf.constant if request.param == "tensor" else tf.Variable


@pytest.mark.parametrize(
    "name",
    [
        *("__add__", "__sub__", "__mul__", "__truediv__", "__floordiv__", "__mod__", "__pow__"),
        *("__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__"),
    ],
)
@pytest.mark.parametrize("other", [2.0, np.float32(2), np.array([2.0, 3.0], np.float32), "tensor", "variable"])
def test_binary(operand, name, other) -> None:
    values = np.array([1.5, 3.0], np.float32)
    left = operand(values)
    made = {"tensor": tf.constant, "variable": tf.Variable}
    right = made[other](2.0) if isinstance(other, str) else other
    expected = getattr(values, name)(2.0 if isinstance(other, str) else other)
    found = getattr(left, name)(right)
    assert type(found) is tf.Tensor
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("number", [7.0, np.array([7.0, 8.0], np.float32), np.float32(7)])
def test_reflected(operand, number) -> None:
    values = np.array([1.5, 3.0], np.float32)
    x = operand(values)
    pairs = [
        (number + x, number + values),
        (number - x, number - values),
        (number * x, number * values),
        (number / x, number / values),
        (number // x, number // values),
        (number % x, number % values),
        (number**x, number**values),
        (number < x, number < values),
    ]
    for found, expected in pairs:
        assert type(found) is tf.Tensor
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_matmul_reflected(operand) -> None:
    x = operand([[1.0, 2.0]])
    np.testing.assert_array_equal(np.ones((1, 1), np.float32) @ x, [[1.0, 2.0]])
    np.testing.assert_array_equal(x @ [[1.0], [1.0]], [[3.0]])


def test_logic_and_bits(operand) -> None:
    truths, numbers = operand([True, False]), operand([5, 6])
    assert (truths & True).numpy().tolist() == (True & truths).numpy().tolist() == [True, False]
    assert (
        (truths | [False, True]).numpy().tolist() == (False | truths | truths ^ True).numpy().tolist() == [True, True]
    )
    assert (~truths).numpy().tolist() == [False, True]
    assert (numbers & 3).numpy().tolist() == (3 & numbers).numpy().tolist() == [1, 2]
    assert (numbers | 3).numpy().tolist() == (3 | numbers).numpy().tolist() == [7, 7]
    assert (numbers ^ 3).numpy().tolist() == (3 ^ numbers).numpy().tolist() == [6, 5]
    assert (~numbers).numpy().tolist() == [-6, -7]


def test_unary(operand) -> None:
    x = operand([1.5, -2.0])
    assert (-x).numpy().tolist() == [-1.5, 2.0]
    assert abs(x).numpy().tolist() == [1.5, 2.0]


def test_integers_divide_to_floating_point(operand) -> None:
    assert (operand([7, -7]) / 2).dtype is tf.float64
    assert (operand(np.array([7], np.int16)) / np.int16(2)).dtype is tf.float32
    assert (operand([7, -7]) // 2).numpy().tolist() == [3, -4]


def test_squares_by_operator_have_the_gradient_of_squares() -> None:
    x = tf.Variable([0.0, -3.0])
    with tf.GradientTape() as tape:
        y = x**2
    assert tape.gradient(y, x).numpy().tolist() == [0.0, -6.0]


@pytest.mark.parametrize("other", [None, "text", object(), {"a": 1}, ["a"]])
def test_what_cannot_be_a_tensor_is_unequal(operand, other) -> None:
    x = operand([1.0, 2.0])
    assert (x == other) is False
    assert (x != other) is True
    assert (other == x) is False


def test_shapes_that_do_not_broadcast_are_unequal_as_a_whole(operand) -> None:
    x = operand([1.0, 2.0])
    same, differ = x == [1.0, 2.0, 3.0], x != tf.zeros((3,))
    assert (same.numpy(), differ.numpy()) == (False, True)
    assert same.shape == differ.shape == ()


def test_equality_of_two_dtypes_is_refused(operand) -> None:
    with pytest.raises(TypeError, match="float32 and int32"):
        operand([1.0]) == tf.constant([1])  # noqa: B015


def test_equality_leaves_the_other_side_a_say() -> None:
    class Anything:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None

    assert tf.constant([1.0, 2.0]) == Anything()


def test_comparisons_are_not_hashable(operand) -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(operand(1.0))


def test_variables_are_iterable() -> None:
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        a, b = v
        y = 3 * a + b
    assert tape.gradient(y, v).numpy().tolist() == [3.0, 1.0]


def test_adding_to_a_variable_in_place_gives_a_tensor() -> None:
    v = kept = tf.Variable([1.0])
    v += 1.0
    assert type(v) is tf.Tensor
    assert kept.numpy().tolist() == [1.0]


@pytest.mark.parametrize(
    "call", [lambda x: x + "a", lambda x: x * None, lambda x: None - x, lambda x: x & x, lambda x: ~x]
)
def test_refusals_are_type_or_value_errors(operand, call) -> None:
    with pytest.raises((TypeError, ValueError), match=r"can't be converted|must be of a dtype"):
        call(operand([1.0, 2.0]))
