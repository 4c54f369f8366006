"""What holds for element-wise ops as a family: dtypes, silence, limits, gradients at special points."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import polytape as tf

FLOATING = {
    **{name: getattr(tf, name) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")},
    **{name: getattr(tf, name) for name in ("asinh", "acosh", "atanh", "exp", "square", "sqrt", "negative", "abs")},
    **{name: getattr(tf, name) for name in ("sigmoid", "sign", "floor", "round", "identity", "stop_gradient")},
    **{name: getattr(tf.math, name) for name in ("log", "log1p", "expm1", "reciprocal", "rsqrt", "softplus", "erf")},
    **{name: getattr(tf.math, name) for name in ("erfc", "erfinv", "ndtri", "lgamma", "digamma", "log_sigmoid")},
    **{name: getattr(tf.math, name) for name in ("bessel_i0", "bessel_i0e", "bessel_i1", "bessel_i1e", "ceil")},
}
BINARY = {
    **{
        name: getattr(tf, name)
        for name in ("add", "subtract", "multiply", "divide", "maximum", "minimum", "pow", "atan2")
    },
    **{name: getattr(tf.math, name) for name in ("xlogy", "xlog1py", "xdivy", "floordiv", "floormod", "zeta")},
    **{
        name: getattr(tf.math, name) for name in ("divide_no_nan", "multiply_no_nan", "squared_difference", "polygamma")
    },
    **{name: getattr(tf, name) for name in ("truncatediv", "truncatemod")},
}
WIDTHS = ("float16", "float32", "float64")


@pytest.mark.parametrize("dtype", WIDTHS)
@pytest.mark.parametrize("shape", [(), (3,), (0,)])
@pytest.mark.parametrize("function", FLOATING.values(), ids=FLOATING)
def test_one_operand_keeps_its_dtype(function, shape, dtype) -> None:
    x = tf.Variable(np.full(shape, 0.5, dtype))
    with tf.GradientTape() as tape:
        y = function(x)
    gradient = tape.gradient(y, x)
    assert (y.dtype.name, y.shape) == (dtype, shape)
    assert gradient is None or (gradient.dtype.name, gradient.shape) == (dtype, shape)


@pytest.mark.parametrize("dtype", WIDTHS)
@pytest.mark.parametrize("function", BINARY.values(), ids=BINARY)
def test_two_operands_keep_their_dtype(function, dtype) -> None:
    x, y = tf.Variable(np.full((2, 1), 3, dtype)), tf.Variable(np.full(3, 2, dtype))
    with tf.GradientTape() as tape:
        z = function(x, y)
    assert (z.dtype.name, z.shape) == (dtype, (2, 3))
    for variable, gradient in zip((x, y), tape.gradient(z, (x, y))):
        assert gradient is None or (gradient.dtype.name, gradient.shape) == (dtype, variable.shape)


@pytest.mark.parametrize("function", FLOATING.values(), ids=FLOATING)
def test_nothing_is_said_of_infinities(function) -> None:
    values = np.array([-np.inf, -1e30, -2.0, -1.0, -0.0, 0.0, 1.0, 2.0, 1e30, np.inf, np.nan], np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = tf.Variable(values)
        with tf.GradientTape() as tape:
            y = function(x)
        tape.gradient(y, x)
        function(tf.constant(np.float32(0.0)))


@pytest.mark.parametrize("function", BINARY.values(), ids=BINARY)
def test_nothing_is_said_of_two_infinities(function) -> None:
    values = np.array([-np.inf, -1e30, -1.0, 0.0, 1.0, 1e30, np.inf, np.nan], np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x, y = tf.Variable(values[:, None]), tf.Variable(values)
        with tf.GradientTape() as tape:
            z = function(x, y)
        tape.gradient(z, (x, y))


def test_powers_of_zero_have_finite_gradients() -> None:
    x = tf.Variable([0.0, 0.0, 0.0, -2.0], dtype=tf.float64)
    y = tf.Variable([0.0, 1.0, 2.0, 3.0], dtype=tf.float64)
    with tf.GradientTape() as tape:
        z = x**y
    base, exponent = tape.gradient(z, (x, y))
    assert base.numpy().tolist() == [0.0, 1.0, 0.0, 12.0]
    assert exponent.numpy()[:3].tolist() == [0.0, 0.0, 0.0]


def test_ties_send_the_gradient_to_the_first() -> None:
    for function in (tf.maximum, tf.minimum):
        x, y = tf.Variable(2.0), tf.Variable(2.0)
        with tf.GradientTape() as tape:
            z = function(x, y)
        assert [float(part) for part in tape.gradient(z, (x, y))] == [1.0, 0.0]


def test_gradients_at_the_bounds_of_a_clip_flow() -> None:
    x = tf.Variable([-1.0, 0.0, 1.0, 1.5])
    with tf.GradientTape() as tape:
        y = tf.clip_by_value(x, -1.0, 1.0)
    assert tape.gradient(y, x).numpy().tolist() == [1.0, 1.0, 1.0, 0.0]


def test_no_gradient_flows_through_integers_and_truth_values() -> None:
    x = tf.Variable([1.5, 2.5])
    for function in (
        lambda x: tf.cast(tf.cast(x, tf.int32), tf.float32),
        lambda x: tf.cast(x > 2.0, tf.float32),
        tf.round,
        tf.stop_gradient,
    ):
        with tf.GradientTape() as tape:
            y = function(x)
        assert tape.gradient(y, x) is None


def test_casting_to_the_same_dtype_is_the_tensor_itself() -> None:
    x = tf.constant([1.0])
    assert tf.cast(x, tf.float32) is x
    assert tf.cast(x, "float32") is x


def test_casting_a_variable_reads_it() -> None:
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.cast(v, tf.float64)
    assert tape.gradient(y, v).dtype is tf.float32


def test_saturation_at_every_width() -> None:
    for source in (np.float16, np.float32, np.float64, np.int64, np.uint64):
        floating = np.dtype(source).kind == "f"
        top = np.finfo(source).max if floating else np.iinfo(source).max
        for name in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64"):
            wanted = np.iinfo(name)
            found = int(tf.saturate_cast(tf.constant(np.array([top], source)), name)[0])
            expected = min(int(top), wanted.max)
            assert 0 <= expected - found <= (expected * np.finfo(source).eps if floating else 0), (
                source,
                name,
            )


def test_clip_by_norm_of_zeros_has_a_gradient() -> None:
    x = tf.Variable([0.0, 0.0])
    with tf.GradientTape() as tape:
        y = tf.clip_by_norm(x, 1.0)
    assert tape.gradient(y, x).numpy().tolist() == [1.0, 1.0]


def test_clip_by_global_norm_keeps_slices_and_none() -> None:
    table = tf.Variable([[1.0, 1.0], [2.0, 2.0]])
    with tf.GradientTape() as tape:
        y = tf.gather(table, [1])
    slices = tape.gradient(y, table, output_gradients=tf.constant([[3.0, 4.0]]))
    (clipped, nothing), norm = tf.clip_by_global_norm([slices, None], 1.0)
    assert isinstance(clipped, tf.IndexedSlices)
    assert nothing is None
    assert float(norm) == 5.0
    np.testing.assert_allclose(clipped.values, [[0.6, 0.8]], rtol=1e-6)


def test_clip_by_global_norm_of_an_infinity_is_nan() -> None:
    clipped, norm = tf.clip_by_global_norm([tf.constant([math.inf]), tf.constant([1.0])], 1.0)
    assert math.isinf(float(norm))
    assert all(math.isnan(float(part[0])) for part in clipped)


@pytest.mark.parametrize("call", [tf.math.floordiv, tf.math.floormod, tf.truncatediv, tf.truncatemod])
def test_division_of_integers_by_zero_says_so(call) -> None:
    with pytest.raises(ValueError, match="integer division by zero"):
        call(tf.constant([1, 2]), tf.constant([1, 0]))
    assert (
        np.isnan(call(tf.constant([1.0]), 0.0).numpy()).all() or np.isinf(call(tf.constant([1.0]), 0.0).numpy()).all()
    )
