"""Functions of elements, run once for many: the same bits as one after the other, or not at once."""

from __future__ import annotations

import collections

import numpy as np
import pytest

import polytape as tf

Dataset = tf.data.Dataset
GENERATOR = np.random.default_rng(5)
FLOATS = GENERATOR.standard_normal((23, 3, 4)).astype(np.float32) * 10
FLOATS[:4, 0] = [[np.nan, np.inf, -np.inf, -0.0], [0.0, 1e-42, 3e38, 0.5], [1.5, 2.5, -0.5, -1.5], [7, -7, 1e9, -1e9]]
BYTES = GENERATOR.integers(0, 256, (23, 3, 4)).astype(np.uint8)
NUMBERS = GENERATOR.integers(-9, 10, (23,)).astype(np.int32)
SCALARS = FLOATS[:, 0, 0]
MEAN = FLOATS[10:].mean(0)
CONSTANT = tf.constant(MEAN)
Pair = collections.namedtuple("Pair", "x y")


def scaled(x):
    return tf.cast(x, tf.float32) / 255.0


def reshaped(x):
    y = tf.reshape(x, [4, 3])
    y += 1
    return y


AT_ONCE = {
    "arithmetic": (lambda x: 2 * x / 3.0 - 1 + x * x - -x, FLOATS),
    "arithmetic of numbers": (lambda x: 2 * x / 3.0 - 1 + x * x - -x, SCALARS),
    "another function": (lambda x: scaled(x) - 0.5, BYTES),
    "whole numbers": (lambda x: (x // 3, x % 3, x * x, -x, abs(x), x & 3, ~x, x == 2), NUMBERS),
    "whole numbers of one byte": (lambda x: (x // 3, x * x, x + 200, ~x, tf.cast(x, tf.int8), x > 128), BYTES),
    "zero below": (lambda x: (tf.math.divide_no_nan(tf.cast(x, tf.float32), 0.0), x / 7), NUMBERS),
    "roots and powers": (
        lambda x: (tf.sqrt(x), tf.square(x), tf.math.reciprocal(x), tf.math.squared_difference(x, 2.0)),
        FLOATS,
    ),
    "rounding": (lambda x: (tf.round(x), tf.floor(x), tf.math.ceil(x), tf.sign(x), tf.abs(x)), FLOATS),
    "rounding of numbers": (lambda x: (tf.round(x), tf.floor(x), tf.math.ceil(x), tf.sign(x), x // 2.0), SCALARS),
    "remainders": (lambda x: (x // 0.3, x % 0.3), FLOATS),
    "limits": (lambda x: (tf.clip_by_value(x, -1, 1), tf.maximum(x, 0.5), tf.minimum(x, MEAN)), FLOATS),
    "choice": (lambda x: tf.where(x > 0, x, tf.zeros_like(x)), FLOATS),
    "comparison": (lambda x: (x < MEAN, x >= 0, x != x, tf.math.is_nan(x), tf.math.is_finite(x)), FLOATS),
    "logic": (lambda x: (tf.logical_not(x > 0), tf.math.logical_xor(x > 0, x < 5), (x > 0) & (x < 1)), FLOATS),
    "captured arrays": (lambda x: ((x - MEAN) / MEAN, CONSTANT - x, MEAN * x), FLOATS),
    "extremes": (lambda x: (tf.reduce_max(x, 1), tf.argmax(x, 0), tf.reduce_any(x > 0)), FLOATS),
    "sums of whole numbers": (lambda x: (tf.reduce_sum(tf.cast(x, tf.int32), -1), tf.reduce_sum(x)), BYTES),
    "shapes": (lambda x: (x[..., None], tf.expand_dims(x, 0), tf.transpose(x), x[1:, ::-1], x[0]), FLOATS),
    "more shapes": (lambda x: (tf.reshape(x, [-1]), tf.squeeze(x[:, :1], 1), tf.tile(x, [1, 2]), x[-1, 2]), FLOATS),
    "changed in place": (reshaped, FLOATS),
    "joining": (lambda x: (tf.concat([x, x[:1]], 0), tf.stack([x, MEAN]), tf.pad(x, [[1, 0], [0, 2]])), FLOATS),
    "parts": (lambda x: (*tf.split(x, 2, axis=1), *tf.unstack(x), tf.reverse(x, [1]), tf.roll(x, 1, 0)), FLOATS),
    "repeated": (lambda x: (tf.repeat(x, 2, axis=0), tf.broadcast_to(x, [2, 3, 4])), FLOATS),
    "gathered": (lambda x: tf.gather(x, [2, 0], axis=1), FLOATS),
    "one hot": (lambda x: tf.one_hot(x, 5), NUMBERS),
    "a constant": (lambda x: (x, 1.5, MEAN, tf.ones([2])), FLOATS),
    "a dictionary": (lambda x: {"b": x, "a": {"c": x * 2}}, FLOATS),
    "a list": (lambda x: [x, x + 1], FLOATS),
    "one row": (lambda x: tf.stack([y * 2 for y in x[0]]), FLOATS),
    "a branch on the shape": (lambda x: x * 2 if x.shape == (3, 4) else x, FLOATS),
}
ONE_BY_ONE = {
    "a sum": lambda x: tf.reduce_sum(x),
    "a mean": lambda x: x - tf.reduce_mean(x),
    "an exponential": lambda x: tf.exp(x),
    "a product": lambda x: tf.matmul(x, tf.ones([4, 2])),
    "a power": lambda x: x**3,
    "a value": lambda x: x * 2 if x[0, 0] > 0 else x,
    "a number": lambda x: tf.fill([int(x[1, 1] > 0) + 1], 1.0)[:1],
    "an array": lambda x: x.numpy() / 2,
    "complex numbers": lambda x: tf.cast(x, tf.complex64) * 1j,
    "gathered at a value": lambda x: tf.gather([1.0, 2.0], tf.cast(x[1, 1] > 0, tf.int32)),
    "python": lambda x: tf.py_function(lambda y: y * 2, [x], tf.float32),
}


def element_by_element(function, array):
    rows = [function(tf.constant(row)) for row in array]
    leaves = [[np.asarray(tf.convert_to_tensor(leaf)) for leaf in tf.nest.flatten(row)] for row in rows]
    return [np.stack(column) for column in zip(*leaves)]


def found(dataset):
    batches = [[leaf.numpy() for leaf in tf.nest.flatten(batch)] for batch in dataset]
    return [np.concatenate(column) for column in zip(*batches)]


def require_same_bits(arrays, expected):
    assert len(arrays) == len(expected)
    for array, other in zip(arrays, expected):
        assert (array.dtype, array.shape) == (other.dtype, other.shape)
        numbers = array.dtype.kind in "fc"
        np.testing.assert_array_equal(array, other)
        if numbers:
            np.testing.assert_array_equal(np.signbit(array.real), np.signbit(other.real))


def is_at_once(dataset):
    return dataset._stage.as_rows() is not None


@pytest.mark.parametrize("case", AT_ONCE)
@pytest.mark.parametrize("shuffled", [False, True])
def test_at_once_gives_the_same_bits(case, shuffled):
    function, array = AT_ONCE[case]
    order = np.arange(len(array))
    if shuffled:
        order = np.array([int(i) for i in Dataset.from_tensor_slices(order).shuffle(99, seed=4)])
    dataset = Dataset.from_tensor_slices(array)
    dataset = (dataset.shuffle(99, seed=4) if shuffled else dataset).map(function)
    assert is_at_once(dataset)
    require_same_bits(found(dataset.batch(9)), element_by_element(function, array[order]))


@pytest.mark.parametrize("case", ONE_BY_ONE)
def test_what_may_differ_goes_one_by_one(case):
    dataset = Dataset.from_tensor_slices(FLOATS).map(ONE_BY_ONE[case])
    assert not is_at_once(dataset)
    require_same_bits(found(dataset.batch(9)), element_by_element(ONE_BY_ONE[case], FLOATS))


def test_draws_are_those_of_one_by_one():
    def noisy(x):
        return x + tf.random.normal([3, 4])

    tf.random.set_seed(3)
    expected = element_by_element(noisy, FLOATS)
    tf.random.set_seed(3)
    dataset = Dataset.from_tensor_slices(FLOATS).map(noisy)
    require_same_bits(found(dataset.batch(4)), expected)


def test_python_s_effects_come_for_each_element():
    seen = []

    def noting(x):
        seen.append(1)
        return x * 2

    assert len(found(Dataset.from_tensor_slices(FLOATS).map(noting).batch(5))) == 1
    assert len(seen) == len(FLOATS)


def test_an_error_comes_at_its_element():
    def checked(x):
        tf.debugging.assert_less(x, 3, message="too large")
        return x

    batches = iter(Dataset.from_tensor_slices([1, 2, 1, 2, 1, 3]).map(checked).batch(2))
    assert [next(batches).numpy().tolist() for _ in range(2)] == [[1, 2], [1, 2]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="too large"):
        next(batches)


def test_a_division_by_zero_comes_at_its_element():
    batches = iter(Dataset.from_tensor_slices([3, 2, 1, 0, 1, 1]).map(lambda x: 6 // x).batch(2))
    assert next(batches).numpy().tolist() == [2, 3]
    with pytest.raises(tf.errors.InvalidArgumentError, match="division by zero"):
        next(batches)


def test_functions_after_functions():
    dataset = Dataset.from_tensor_slices((BYTES, NUMBERS)).map(lambda x, y: (scaled(x), y))
    dataset = dataset.map(lambda x, y: {"x": x - 0.5, "y": tf.one_hot(y, 3)}).map(lambda both: both["x"])
    assert is_at_once(dataset)
    expected = [(BYTES / np.float32(255) - np.float32(0.5)).astype(np.float32)]
    require_same_bits(found(dataset.batch(6)), expected)


REORDERINGS = {
    "shuffle": lambda d: d.shuffle(5, seed=2),
    "take and skip": lambda d: d.skip(3).take(11),
    "shard": lambda d: d.shard(3, 1),
    "repeat": lambda d: d.repeat(2).shuffle(7, seed=1),
}


@pytest.mark.parametrize("case", REORDERINGS)
def test_reordering_after_the_function(case):
    def doubled(x):
        return x * 2

    change = REORDERINGS[case]
    plain = change(Dataset.from_tensor_slices(FLOATS).map(doubled))
    quick = change(Dataset.from_tensor_slices(FLOATS).map(doubled))
    assert is_at_once(quick)
    for _ in range(2):  # every run through a shuffled dataset has an order of its own, at once or not
        expected = [x.numpy() for x in plain]
        require_same_bits(found(quick.batch(4)), [np.stack(expected)])


def test_named_tuples_and_single_rows():
    dataset = Dataset.from_tensor_slices(Pair(FLOATS, NUMBERS)).map(lambda pair: (pair[0] + 1, pair[1]))
    assert is_at_once(dataset)
    (x, y), *_ = list(dataset.batch(2))
    np.testing.assert_array_equal(x.numpy(), FLOATS[:2] + 1)
    np.testing.assert_array_equal(y.numpy(), NUMBERS[:2])


def test_an_empty_table():
    dataset = Dataset.from_tensor_slices(np.zeros((0, 3), np.float32)).map(lambda x: x * 2)
    assert list(dataset.batch(4)) == []


def test_no_tape_listens():
    x = tf.Variable([[1.0], [2.0], [3.0], [4.0]])
    with tf.GradientTape() as tape:
        batch = next(iter(Dataset.from_tensor_slices(x).map(lambda row: row * 2).batch(4)))
        total = tf.reduce_sum(batch)
    assert tape.gradient(total, x) is None


def test_what_a_function_names_is_as_it_is_now():
    scale = 2.0
    dataset = Dataset.from_tensor_slices(FLOATS[5:]).map(lambda x: x * scale).batch(99)
    before = found(dataset)
    scale = 3.0
    np.testing.assert_array_equal(found(dataset)[0], FLOATS[5:] * np.float32(3))
    np.testing.assert_array_equal(before[0], FLOATS[5:] * np.float32(2))
