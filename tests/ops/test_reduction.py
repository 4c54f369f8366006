"""Reductions, scans, segments and sorting where the op table does not look: dtypes, nothing, ties."""

from __future__ import annotations

import math

import numpy as np
import pytest

import polytape as tf

INTEGERS = (tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.uint16, tf.uint32, tf.uint64)
REDUCTIONS = (tf.reduce_sum, tf.reduce_prod, tf.reduce_mean, tf.reduce_max, tf.reduce_min)


def gradient(function, *values):
    """The gradients of the sum of what `function` gives."""
    tensors = [tf.constant(value) for value in values]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        target = tf.reduce_sum(function(*tensors))
    return [np.asarray(tf.convert_to_tensor(part)) for part in tape.gradient(target, tensors)]


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_integers_keep_their_dtype(reduction, dtype) -> None:
    x = tf.cast([[1, 2], [3, 4]], dtype)
    assert reduction(x).dtype is dtype
    assert reduction(x, axis=0).dtype is dtype


@pytest.mark.parametrize("dtype", INTEGERS)
def test_scans_of_integers_keep_their_dtype(dtype) -> None:
    x = tf.cast([1, 2, 3], dtype)
    assert tf.cumsum(x).dtype is dtype
    assert tf.math.cumprod(x, exclusive=True).dtype is dtype


def test_integer_sums_wrap_around() -> None:
    assert int(tf.reduce_sum(tf.constant([100, 100], tf.int8))) == 200 - 256


def test_float16_is_summed_in_float32() -> None:
    x = tf.ones([4096, 2], tf.float16)
    assert tf.reduce_sum(x, axis=0).numpy().tolist() == [4096.0, 4096.0]
    assert float(tf.reduce_mean(tf.fill([70000], tf.constant(2.0, tf.float16)))) == 2.0
    assert tf.cumsum(x)[-1].numpy().tolist() == [4096.0, 4096.0]


def test_reductions_of_nothing() -> None:
    empty = tf.zeros([0, 2])
    assert tf.reduce_sum(empty, 0).numpy().tolist() == [0.0, 0.0]
    assert tf.reduce_prod(empty, 0).numpy().tolist() == [1.0, 1.0]
    assert np.isnan(tf.reduce_mean(empty, 0).numpy()).all()
    assert tf.reduce_max(empty, 0).numpy().tolist() == [-math.inf, -math.inf]
    assert tf.reduce_min(empty, 0).numpy().tolist() == [math.inf, math.inf]
    assert float(tf.reduce_logsumexp(empty)) == -math.inf
    assert bool(tf.reduce_all(tf.zeros([0], tf.bool))) is True
    assert bool(tf.reduce_any(tf.zeros([0], tf.bool))) is False
    assert int(tf.reduce_max(tf.zeros([0], tf.int32))) == tf.int32.min
    assert int(tf.reduce_min(tf.zeros([0], tf.uint8))) == 255
    assert tf.reduce_max(empty, 0, keepdims=True).shape == (1, 2)
    assert tf.reduce_max(empty, 1).shape == (0,)
    assert int(tf.reduce_mean(tf.zeros([0], tf.int32))) == 0


def test_no_warning_reaches_the_caller(recwarn) -> None:
    tf.reduce_mean(tf.zeros([0]))
    tf.reduce_sum([3e38, 3e38])
    tf.reduce_prod([3e38, 3e38])
    tf.cumsum([math.inf, -math.inf])
    tf.reduce_logsumexp([-math.inf, -math.inf])
    tf.math.segment_prod([3e38, 3e38], [0, 0])
    assert not recwarn.list


def test_axes_as_tensors_arrays_and_lists() -> None:
    x = tf.ones([2, 3, 4])
    for axis in ([0, 2], (0, -1), np.array([0, 2]), tf.constant([0, 2]), [tf.constant(0), 2]):
        assert tf.reduce_sum(x, axis).shape == (3,)
    assert tf.reduce_sum(x, tf.constant(1)).shape == (2, 4)
    assert tf.reduce_sum(x, np.int64(1), keepdims=True).shape == (2, 1, 4)
    assert tf.reduce_sum(x, axis=[]).shape == (2, 3, 4)


def test_variables_and_lists_are_taken() -> None:
    variable = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(variable)
    assert tape.gradient(total, variable).numpy().tolist() == [1.0, 1.0]
    assert int(tf.reduce_sum([[1, 2], [3, 4]])) == 10


def test_ties_share_the_gradient() -> None:
    assert gradient(tf.reduce_max, [1.0, 3.0, 3.0])[0].tolist() == [0.0, 0.5, 0.5]
    assert gradient(lambda x: tf.reduce_min(x, 0), [[1.0, 2.0], [1.0, 3.0]])[0].tolist() == [
        [0.5, 1.0],
        [0.5, 0.0],
    ]
    found = gradient(lambda x: tf.math.segment_max(x, [0, 0, 1]), [2.0, 2.0, 1.0])[0]
    assert found.tolist() == [0.5, 0.5, 1.0]


def test_product_with_zeros_has_right_gradients() -> None:
    assert gradient(tf.reduce_prod, [2.0, 0.0, 4.0])[0].tolist() == [0.0, 8.0, 0.0]
    assert gradient(tf.reduce_prod, [2.0, 0.0, 0.0])[0].tolist() == [0.0, 0.0, 0.0]
    x = tf.constant([2.0, 0.0, 0.0])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.reduce_prod(x)
        first = inner.gradient(y, x)
    assert outer.jacobian(first, x).numpy().tolist() == [[0.0, 0.0, 0.0], [0.0, 0.0, 2.0], [0.0, 2.0, 0.0]]


def test_logsumexp_of_infinities() -> None:
    assert float(tf.reduce_logsumexp([-math.inf, -math.inf])) == -math.inf
    assert float(tf.reduce_logsumexp([math.inf, 0.0])) == math.inf
    assert gradient(tf.reduce_logsumexp, [-math.inf, 0.0])[0].tolist() == [0.0, 1.0]
    assert gradient(tf.reduce_logsumexp, [-math.inf, -math.inf])[0].tolist() == [0.0, 0.0]


def test_cumulative_logsumexp_of_infinities() -> None:
    assert gradient(lambda x: tf.math.cumulative_logsumexp(x)[1:], [-math.inf, 0.0])[0].tolist() == [0.0, 1.0]
    assert float(tf.math.cumulative_logsumexp([1.0, 2.0], exclusive=True)[0]) == tf.float32.min


def test_complex_numbers() -> None:
    x = np.array([[1 + 2j, 3 - 1j], [0.5j, -2 + 0j]])
    assert np.allclose(tf.reduce_sum(x, 0), x[0] + x[1])
    assert np.allclose(tf.reduce_mean(x, 1), (x[:, 0] + x[:, 1]) / 2)
    assert np.allclose(tf.reduce_prod(x, 1), x[:, 0] * x[:, 1])
    assert np.allclose(tf.cumsum(x, 1), [[x[0, 0], x[0, 0] + x[0, 1]], [x[1, 0], x[1, 0] + x[1, 1]]])
    assert np.allclose(tf.math.reduce_variance(x), np.mean(np.abs(x - x.mean()) ** 2))
    assert tf.math.reduce_variance(x).dtype is tf.float64
    assert np.allclose(tf.math.reduce_euclidean_norm(x), np.sqrt(np.sum(np.abs(x) ** 2)))
    assert np.allclose(tf.math.segment_sum(x, [0, 0]), [x[0] + x[1]])
    # TensorFlow's convention: the gradient of a holomorphic function is conjugated.
    assert np.allclose(gradient(tf.reduce_prod, [1 + 2j, 3 - 1j])[0], [3 + 1j, 1 - 2j])
    assert np.allclose(gradient(tf.math.reduce_euclidean_norm, [3 + 0j, 4j])[0], [0.6, 0.8j])


def test_norm_of_integers_is_an_integer() -> None:
    norm = tf.math.reduce_euclidean_norm([1, 2])
    assert (norm.dtype, int(norm)) == (tf.int32, 2)


def test_count_nonzero() -> None:
    assert int(tf.math.count_nonzero([[0.0, 1.0], [math.nan, 0.0]])) == 2
    assert tf.math.count_nonzero([0, 1], dtype=tf.int32).dtype is tf.int32
    assert tf.math.count_nonzero([[0, 1]], keepdims=True).shape == (1, 1)


def test_results_without_axes_are_numpy_scalars() -> None:
    for reduction in REDUCTIONS:
        assert isinstance(reduction([1.0, 2.0])._array, np.float32)
        assert isinstance(reduction([[1.0, 2.0]], axis=[0, 1])._array, np.float32)


def test_segments_of_empty_data() -> None:
    assert tf.math.segment_sum(tf.zeros([0, 3]), tf.zeros([0], tf.int32)).shape == (0, 3)
    assert tf.math.unsorted_segment_max(tf.zeros([0]), tf.zeros([0], tf.int32), 1).numpy().tolist() == [tf.float32.min]


def test_unsorted_means_of_integers_are_float64() -> None:
    found = tf.math.unsorted_segment_mean([1, 2], [0, 0], 1)
    assert (found.dtype, float(found[0])) == (tf.float64, 1.5)


def test_second_derivative_of_a_segment_maximum_where_segments_are_empty() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.reduce_sum(tf.math.unsorted_segment_max(x * x, [0, 2], 4)[::2])
        first = inner.gradient(y, x)
    assert outer.gradient(first, x).numpy().tolist() == [2.0, 2.0]


def test_sorting_unsigned_and_extreme_integers() -> None:
    assert tf.sort(tf.constant([0, 255, 3], tf.uint8), direction="DESCENDING").numpy().tolist() == [255, 3, 0]
    low = tf.int32.min
    assert tf.argsort([0, low, 5], direction="DESCENDING").numpy().tolist() == [2, 0, 1]
    assert tf.sort([0, low, 5], direction="descending").numpy().tolist() == [5, 0, low]


def test_top_k_is_a_named_tuple() -> None:
    found = tf.math.top_k([1.0, 3.0, 2.0], k=tf.constant(2))
    assert found.values.numpy().tolist() == [3.0, 2.0]
    assert (found.indices.dtype, found.indices.numpy().tolist()) == (tf.int32, [1, 2])
    assert tf.math.top_k([1.0], k=0).values.shape == (0,)
    assert tf.nn.top_k is tf.math.top_k


def test_gradient_of_top_k() -> None:
    assert gradient(lambda x: tf.math.top_k(x, 2).values * [1.0, 2.0], [1.0, 3.0, 2.0])[0].tolist() == [
        0.0,
        1.0,
        2.0,
    ]


def test_unique_keeps_the_order_of_appearance() -> None:
    y, idx, count = tf.unique_with_counts([5, 2, 5, 9, 2, 5])
    assert (y.numpy().tolist(), idx.numpy().tolist(), count.numpy().tolist()) == (
        [5, 2, 9],
        [0, 1, 0, 2, 1, 0],
        [3, 2, 1],
    )
    assert idx.dtype is tf.int32
    assert gradient(lambda x: tf.unique(x).y, [1.0, 2.0, 1.0])[0].tolist() == [1.0, 1.0, 0.0]


def test_confusion_matrix_forms() -> None:
    expected = [[1, 0], [1, 1]]
    assert tf.math.confusion_matrix([0, 1, 1], [0, 0, 1]).numpy().tolist() == expected
    assert tf.math.confusion_matrix([[0], [1], [1]], [0, 0, 1]).numpy().tolist() == expected
    assert tf.math.confusion_matrix([0, 1, 1], [[0.0], [0.0], [1.0]]).numpy().tolist() == expected
    weighted = tf.math.confusion_matrix([0, 1, 1], [0, 0, 1], weights=[1.0, 2.0, 0.5], dtype=tf.float32)
    assert weighted.numpy().tolist() == [[1.0, 0.0], [2.0, 0.5]]
    assert tf.math.confusion_matrix([], [], num_classes=2).numpy().tolist() == [[0, 0], [0, 0]]


def test_bincount_forms() -> None:
    assert tf.math.bincount([1, 1, 5], minlength=3, maxlength=4).numpy().tolist() == [0, 2, 0, 0]
    assert tf.math.bincount([1, 1], dtype=tf.int64).dtype is tf.int64
    assert tf.math.bincount([[1, 1], [0, 2]], axis=0).numpy().tolist() == [1, 2, 1]
    assert tf.math.bincount([1, 1], binary_output=True).numpy().tolist() == [0, 1]
    assert tf.math.bincount([1, 1], weights=[2, 3]).dtype is tf.int32
    assert tf.math.bincount(tf.zeros([0], tf.int32), minlength=2).numpy().tolist() == [0, 0]


def test_histogram_of_integers() -> None:
    assert tf.histogram_fixed_width([0, 1, 2, 3], [0, 4], nbins=2).numpy().tolist() == [2, 2]
    found = tf.histogram_fixed_width([0.0, 1.0], [0.0, 4.0], nbins=2, dtype=tf.int64)
    assert found.dtype is tf.int64
