"""`tf.debugging`: what assertions let through, and what their errors say."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf

debugging = tf.debugging
nan, inf = float("nan"), float("inf")


@pytest.mark.parametrize(
    "name, good, bad, sign",
    [
        ("assert_equal", ([1, 2], [1, 2]), ([1, 2], [1, 3]), "=="),
        ("assert_none_equal", ([1, 2], [2, 1]), ([1, 2], [2, 2]), "!="),
        ("assert_less", ([1, 2], [2, 3]), ([1, 3], [2, 3]), "<"),
        ("assert_less_equal", ([1, 3], [2, 3]), ([1, 4], [2, 3]), "<="),
        ("assert_greater", ([3, 4], [2, 3]), ([3, 3], [2, 3]), ">"),
        ("assert_greater_equal", ([3, 3], [2, 3]), ([3, 2], [2, 3]), ">="),
    ],
)
def test_comparisons(name, good, bad, sign) -> None:
    assertion = getattr(debugging, name)
    assert assertion(*good) is None
    assert assertion(tf.Variable(good[0]), good[1]) is None
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        assertion(*bad, message="Labels differ.")
    assert str(caught.value).splitlines() == [
        "Labels differ.",
        f"Condition x {sign} y did not hold.",
        "Indices of the first 1 elements that fail: [[1]]",
        f"Their values in x: [{bad[0][1]}]",
        f"Their values in y: [{bad[1][1]}]",
    ]


@pytest.mark.parametrize(
    "name, good, bad, sign",
    [
        ("assert_positive", [1.0, 2.0], [1.0, 0.0], ">"),
        ("assert_negative", [-1.0, -2.0], [-1.0, 0.0], "<"),
        ("assert_non_negative", [0.0, 2.0], [0.0, -1.0], ">="),
        ("assert_non_positive", [0.0, -2.0], [0.0, 1.0], "<="),
    ],
)
def test_signs(name, good, bad, sign) -> None:
    assertion = getattr(debugging, name)
    assert assertion(good) is None
    assert assertion(tf.cast(good, tf.int32)) is None
    with pytest.raises(ValueError, match=rf"^Condition x {sign} 0 did not hold.\nIndices of the first 1 elements"):
        assertion(bad)
    with pytest.raises(TypeError, match="a tensor of a dtype among"):
        assertion(True)


def test_broadcast_operands_are_shown_whole() -> None:
    debugging.assert_less([[1, 2], [3, 4]], 5)
    with pytest.raises(ValueError, match=r"x = \[\[1 2\]\n \[3 4\]\] of shape \(2, 2\)\ny = 4 of shape \(\)"):
        debugging.assert_less([[1, 2], [3, 4]], 4)


def test_how_many_elements_are_shown() -> None:
    x, y = tf.range(9), tf.zeros([9], tf.int32)
    with pytest.raises(ValueError, match=r"first 3 elements that fail: \[\[1\], \[2\], \[3\]\]\n.*x: \[1 2 3\]"):
        debugging.assert_equal(x, y)
    with pytest.raises(ValueError, match=r"first 8 elements that fail.*\n.*x: \[1 2 3 4 5 6 7 8\]"):
        debugging.assert_equal(x, y, summarize=-1)


def test_comparisons_refuse_other_dtypes_and_shapes() -> None:
    with pytest.raises(TypeError, match="float32"):
        debugging.assert_equal(tf.constant([1]), tf.constant([1.0]))
    with pytest.raises(ValueError, match="incompatible shapes"):
        debugging.assert_less([1, 2], [1, 2, 3])


def test_assert_near() -> None:
    debugging.assert_near(1.0, 1.0 + 5e-7)
    debugging.assert_near([1.0, 100.0], [1.05, 101.0], rtol=0.0, atol=2.0)
    debugging.assert_near(tf.constant(1 + 1j), tf.constant(1 + 1j))
    with pytest.raises(ValueError, match=r"Condition \|x - y\| < 0.1 \+ 0 \* \|y\| did not hold"):
        debugging.assert_near([1.0], [1.5], rtol=0.0, atol=0.1)
    with pytest.raises(ValueError, match="Condition"):
        debugging.assert_near(nan, nan)
    with pytest.raises(TypeError, match="assert_near: a tensor of a dtype among"):
        debugging.assert_near(1, 1)


def test_check_numerics() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = debugging.check_numerics(x, "x") * 2.0
    assert tape.gradient(y, x).numpy().tolist() == [2.0, 2.0]
    with pytest.raises(ValueError, match=r"loss : Tensor had Inf and NaN values; of its 3 elements 2, first at \[1\]"):
        debugging.check_numerics([1.0, nan, -inf], "loss")
    with pytest.raises(ValueError, match="w : Tensor had Inf values; of its 1 elements"):
        debugging.assert_all_finite(inf, "w")
    with pytest.raises(TypeError, match="check_numerics: a tensor of a dtype among float16"):
        debugging.check_numerics([1], "x")


def test_assert() -> None:
    assert tf.Assert is debugging.Assert
    debugging.Assert(tf.constant(True), [1])
    with pytest.raises(ValueError, match=r"to be true. Summarized data: x is \[1 2 3 ... 7 8 9\] 5"):
        debugging.Assert(tf.constant(False), ["x is", tf.range(1, 10), 5])
    with pytest.raises(ValueError, match="data must be a list of what to show"):
        debugging.Assert(True, "text")


def test_ranks() -> None:
    x = tf.zeros([2, 3])
    debugging.assert_rank(x, 2)
    debugging.assert_rank(x, tf.constant(2))
    debugging.assert_rank_at_least(x, 1)
    debugging.assert_rank_in(x, [1, 2])
    with pytest.raises(ValueError, match=r"^x: The tensor must have rank 1; received rank 2, shape \(2, 3\).$"):
        debugging.assert_rank(x, 1, message="x:")
    with pytest.raises(ValueError, match="must have rank at least 3; received rank 2"):
        debugging.assert_rank_at_least(x, 3)
    with pytest.raises(ValueError, match=r"must have rank among \[0, 1\]; received rank 2"):
        debugging.assert_rank_in(x, (0, 1))
    with pytest.raises(TypeError, match="assert_rank: rank must be an integer"):
        debugging.assert_rank(x, 1.5)


def test_scalars() -> None:
    assert int(debugging.assert_scalar(tf.constant(3))) == 3
    with pytest.raises(ValueError, match=r"A tensor without axes is expected; received shape \(1,\)"):
        debugging.assert_scalar([1])


def test_shapes() -> None:
    x, y, v = tf.zeros([10, 3]), tf.ones([10, 7]), tf.Variable([1.0, 2.0, 3.0])
    debugging.assert_shapes([(x, ("N", "Q")), (y, ("N", "D")), (v, ("Q",)), (1.0, ())])
    debugging.assert_shapes([(x, (10, None)), (y, (".", 7)), (v, "Q"), (v, 3)])
    debugging.assert_shapes({v.ref(): (3,)})
    debugging.assert_shapes([(tf.zeros([2, 3, 10, 4]), ("...", "N", 4)), (y, ("N", "*")), (x, (..., 3))])


@pytest.mark.parametrize(
    "forms, message",
    [
        ([((10, 3), ("N", "N"))], "Axis 1 of tensor 0, of shape (10, 3), must have length N = 10."),
        ([((2,), ("N",)), ((3,), ("N",))], "Axis 0 of tensor 1, of shape (3,), must have length N = 2."),
        ([((2,), (5,))], "Axis 0 of tensor 0, of shape (2,), must have length 5."),
        ([((2,), ("N", "D"))], "Tensor 0, of shape (2,), must have 2 axes, by its form ('N', 'D')."),
        ([((), ("...", "D"))], "Tensor 0, of shape (), must have at least 1 axes, by its form ('...', 'D')."),
        ([((2, 2), ("A", "...", "B"))], "may have '...' once, at its beginning or its end."),
    ],
)
def test_shapes_that_differ(forms, message) -> None:
    with pytest.raises(ValueError) as caught:
        debugging.assert_shapes([(tf.zeros(shape), form) for shape, form in forms], message="Shapes:")
    assert str(caught.value).startswith("Shapes: ")
    assert message in str(caught.value)


def test_dtypes() -> None:
    debugging.assert_type(tf.constant(1.0), tf.float32)
    debugging.assert_integer(tf.constant(1, tf.uint8))
    with pytest.raises(TypeError, match="must be of dtype int32; received float32"):
        debugging.assert_type(1.0, tf.int32)
    with pytest.raises(TypeError, match=r"^n: The tensor must be of an integer dtype; received float32"):
        debugging.assert_integer(1.0, message="n:")


def test_same_float_dtype() -> None:
    same = debugging.assert_same_float_dtype
    assert same([tf.constant(1.0, tf.float64), None, tf.constant(2.0, tf.float64)]) is tf.float64
    assert same() is tf.float32
    assert same(dtype=tf.float16) is tf.float16
    with pytest.raises(ValueError, match="Tensor 1 must be of dtype float32; received float64"):
        same([tf.constant(1.0), tf.constant(1.0, tf.float64)])
    with pytest.raises(ValueError, match="A floating-point dtype is expected; received int32"):
        same([tf.constant(1)])


@pytest.mark.parametrize("value", [tf.zeros([1]), tf.Variable(1.0), np.zeros(1), "text", 5])
def test_what_is_no_proper_iterable(value) -> None:
    debugging.assert_proper_iterable((value,))
    with pytest.raises(TypeError, match="neither a tensor nor a string, is expected; received"):
        debugging.assert_proper_iterable(value)


def test_is_numeric_tensor() -> None:
    assert debugging.is_numeric_tensor(tf.Variable(1.0))
    assert not debugging.is_numeric_tensor(tf.constant(True))
    assert not debugging.is_numeric_tensor(np.zeros(1))


def test_names_at_the_top() -> None:
    for name in ("assert_equal", "assert_greater", "assert_less", "assert_rank"):
        assert getattr(tf, name) is getattr(debugging, name)
