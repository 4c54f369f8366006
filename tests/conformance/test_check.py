"""The checks of rows find what is wrong: rows whose ops have an error planted in them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape_conformance import check
from polytape_conformance.by_element import by_element
from polytape_conformance.row import Row, integers, positive, real

_PAIR = (positive(2, 3), positive(2, 3, seed=1))


def _row(
    call: Callable[..., Any], reference: Callable[..., Any], *case: Any, name: str = "multiply", **more: Any
) -> Row:
    return Row(name, call, reference, (case,), **more)


def _multiplied(call: Callable[..., Any], **more: Any) -> Row:
    return _row(call, by_element(operator.mul), *_PAIR, **more)


def _off(ulp: float) -> Callable[..., Any]:
    """A product that is off by so many units in the last place."""

    def call(tf: Any, x: Any, y: Any) -> Any:
        z = x * y
        return z + tf.constant(ulp * np.spacing(z.numpy()))

    return call


def _value(row: Row, dtype: str = "float32") -> Any:
    return check.value(tf, row, row.cases[0], dtype)


def test_what_is_right_has_figures() -> None:
    found = _value(_multiplied(lambda tf, x, y: x * y))
    assert (found.ulp, found.budget) == (0.0, 0.0)
    found = _value(_row(lambda tf, x: tf.tanh(x), np.tanh, real(40), name="tanh"))
    assert 0 < found.ulp < 4
    assert found.budget == pytest.approx(found.ulp / 4)
    assert found.relative < 1e-6


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_an_error_of_three_units(dtype: str) -> None:
    with pytest.raises(AssertionError, match=rf"off by (2|3)(\.\d+)? ULP of {dtype}.*'rounded' is 0.5 ULP"):
        _value(_multiplied(_off(3)), dtype)


def test_an_error_of_one_unit_where_results_are_rounded_once() -> None:
    with pytest.raises(AssertionError, match="off by"):
        _value(_multiplied(_off(1)))


def test_a_wrong_digit_in_a_coefficient() -> None:
    row = _row(lambda tf, x: x - x**3 / 6.00001 + x**5 / 120, np.sin, real(20, low=-0.02, high=0.02), name="sin")
    with pytest.raises(AssertionError, match="'elementary' is 4 ULP"):
        _value(row, "float64")


def test_double_precision_computed_in_single() -> None:
    row = _row(lambda tf, x: tf.cast(tf.tanh(tf.cast(x, tf.float32)), tf.float64), np.tanh, real(5), name="tanh")
    with pytest.raises(AssertionError, match="ULP of float64"):
        _value(row, "float64")


def test_adding_up_in_half_precision() -> None:
    def call(tf: Any, x: Any) -> Any:
        total = tf.zeros([], x.dtype)
        for item in tf.unstack(x):
            total = total + item
        return total

    row = _row(call, np.sum, positive(700), name="reduce_sum", differentiable=())
    with pytest.raises(AssertionError, match="ULP of float16"):
        _value(row, "float16")
    assert _value(row, "float32").budget < 1


def test_another_dtype() -> None:
    with pytest.raises(AssertionError, match="of dtype float32; expected float64"):
        _value(_multiplied(lambda tf, x, y: tf.cast(x * y, tf.float32)), "float64")
    with pytest.raises(AssertionError, match="of dtype int32; expected float32"):
        _value(_multiplied(lambda tf, x, y: tf.cast(x * y, tf.int32)))
    with pytest.raises(AssertionError, match="of dtype bool; expected int64"):
        _value(_row(lambda tf, x: x > 3, lambda x: x > 3, integers(4), name="greater", results=("int64",)), "int32")


def test_another_shape_or_number_of_results() -> None:
    with pytest.raises(AssertionError, match=r"has shape \(3, 2\); expected \(2, 3\)"):
        _value(_multiplied(lambda tf, x, y: tf.transpose(x * y)))
    with pytest.raises(AssertionError, match="2 results, 1 expected"):
        _value(_multiplied(lambda tf, x, y: [x * y, x]))


def test_what_is_no_tensor() -> None:
    with pytest.raises(AssertionError, match="is a ndarray, no tensor"):
        _value(_multiplied(lambda tf, x, y: (x * y).numpy()))


def test_nan_in_place_of_a_number_and_the_other_way_round() -> None:
    with pytest.raises(AssertionError, match="off by inf ULP"):
        _value(_multiplied(lambda tf, x, y: x * y * np.nan))
    with pytest.raises(AssertionError, match="off by inf ULP"):
        _value(_row(lambda tf, x, y: x * y, lambda x, y: x * y * np.nan, *_PAIR))


def test_an_input_that_is_written_to() -> None:
    def call(tf: Any, x: Any, y: Any) -> Any:
        product = x * y
        x._array[0] = 9
        return product

    with pytest.raises(AssertionError, match="input 0 is another one after the call"):
        _value(_multiplied(call))


def test_a_tensor_over_the_memory_it_was_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    from polytape_numpy.backend import NumpyBackend

    monkeypatch.setattr(NumpyBackend, "from_numpy", lambda self, array, device=None: array)
    with pytest.raises(AssertionError, match="multiply"):
        _value(_multiplied(lambda tf, x, y: x * y))


def test_views_of_other_tensors() -> None:
    seen = []

    def call(tf: Any, x: Any, y: Any) -> Any:
        seen.extend([x._array, y._array])
        return x * y

    row = _multiplied(call)
    check.value_of_views(tf, row, row.cases[0], "float32")
    assert [array.flags.c_contiguous for array in seen] == [False, False]


def _squared(factor: float, order: int = 1) -> Callable[..., Any]:
    """x² with a gradient, or a gradient's gradient, that is wrong by a factor."""

    def call(tf: Any, x: Any) -> Any:
        @tf.custom_gradient
        def slope(x: Any) -> Any:
            return 2 * x, lambda gradient: gradient * 2 * factor

        @tf.custom_gradient
        def square(x: Any) -> Any:
            return x * x, lambda gradient: gradient * (2 * x * factor if order == 1 else slope(x))

        return square(x)

    return call


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_wrong_gradient(dtype: str) -> None:
    row = _row(_squared(1.0001), np.square, real(3), name="square")
    assert _value(row).ulp == 0
    for checked in (check.first_derivative, check.forward_mode, check.whole_jacobian):
        with pytest.raises(AssertionError, match=r"by input 0 is off by .* ULP"):
            checked(tf, row, row.cases[0], dtype)
    right = _row(_squared(1.0), np.square, real(3), name="square")
    assert check.first_derivative(tf, right, right.cases[0], dtype).budget < 0.5


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_wrong_second_derivative(dtype: str) -> None:
    row = _row(_squared(1.0001, order=2), np.square, real(3), name="square")
    assert check.first_derivative(tf, row, row.cases[0], dtype).budget < 0.5
    with pytest.raises(AssertionError, match="the gradient by input 0 of the gradient by input 0 is off by"):
        check.second_derivative(tf, row, row.cases[0], dtype)


def test_a_gradient_that_is_missing() -> None:
    row = _row(lambda tf, x: x * tf.stop_gradient(x), np.square, real(3), name="square")
    with pytest.raises(AssertionError, match="the gradient by input 0 is off by"):
        check.first_derivative(tf, row, row.cases[0])


def test_a_gradient_that_is_not_conjugated() -> None:
    def call(tf: Any, x: Any) -> Any:
        @tf.custom_gradient
        def square(x: Any) -> Any:
            return x * x, lambda gradient: gradient * 2 * x

        return square(x)

    row = _row(call, np.square, real(3), name="square")
    with pytest.raises(AssertionError, match="of complex128"):
        check.complex_derivative(tf, row, row.cases[0])


def test_a_kink_can_not_be_checked() -> None:
    row = _row(lambda tf, x: tf.abs(x), np.abs, np.array([1.0, 1e-5]), name="abs")
    with pytest.raises(AssertionError, match="do not converge"):
        check.first_derivative(tf, row, row.cases[0])


def test_refusals() -> None:
    def refusing(call: Callable[[Any], Any], error: type[Exception], pattern: str) -> Row:
        return _multiplied(lambda tf, x, y: x * y, rejects=((call, error, pattern),))

    check.refusals(tf, refusing(lambda tf: tf.reshape([1, 2], [3]), ValueError, "reshape"))
    with pytest.raises(AssertionError, match="must raise ValueError; it gives"):
        check.refusals(tf, refusing(lambda tf: tf.reshape([1, 2], [2]), ValueError, "reshape"))
    with pytest.raises(AssertionError, match="must say something like 'nonsense'"):
        check.refusals(tf, refusing(lambda tf: tf.reshape([1, 2], [3]), ValueError, "nonsense"))


def test_other_names() -> None:
    check.aliases(tf, _multiplied(lambda tf, x, y: x * y, alias_of=("math.multiply",)))
    with pytest.raises(AssertionError, match=r"math\.add is another function"):
        check.aliases(tf, _multiplied(lambda tf, x, y: x * y, alias_of=("math.add",)))
