"""Bad arguments of random functions get an error that says what is wrong; tensors as parameters."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf

random = tf.random
Invalid = tf.errors.InvalidArgumentError


@pytest.mark.parametrize(
    ("call", "error", "pattern"),
    (
        (lambda: random.uniform([-2]), Invalid, "negative"),
        (lambda: random.uniform([1.5]), TypeError, "integer"),
        (lambda: random.uniform([2], dtype=tf.int32), Invalid, "maxval must be given"),
        (lambda: random.uniform([2], 5, 5, tf.int32), Invalid, "minval < maxval"),
        (lambda: random.uniform([2], 0, 2**40, tf.int32), Invalid, "do not fit int32"),
        (lambda: random.uniform([2], 0, 1.5, tf.int32), TypeError, "maxval must be an integer"),
        (lambda: random.uniform([2], dtype=tf.bool), TypeError, "dtype must be among"),
        (lambda: random.normal([2], dtype=tf.int32), TypeError, "dtype must be among"),
        (lambda: random.normal([2], seed="a"), TypeError, "seed must be an integer"),
        (lambda: random.truncated_normal([2], dtype=tf.complex64), TypeError, "dtype must be among"),
        (lambda: random.normal([2], mean=tf.constant(1.0, tf.float64)), TypeError, "float32"),
        (lambda: random.stateless_uniform([2], [1]), Invalid, "two integers"),
        (lambda: random.stateless_uniform([2], [1.0, 2.0]), TypeError, "integers"),
        (lambda: random.stateless_uniform([2], [1, 2], alg="philox"), Invalid, "threefry"),
        (lambda: random.stateless_uniform([2], [1, 2], None, 5, tf.int32), Invalid, "maxval must be given"),
        (lambda: random.categorical([1.0, 2.0], 3), Invalid, "batch, classes"),
        (lambda: random.categorical([[1.0]], -3), Invalid, "num_samples"),
        (lambda: random.categorical([[1]], 3), TypeError, "float"),
        (lambda: random.gamma([2], [1.0, 2.0], [1.0, 2.0, 3.0]), Invalid, "broadcast"),
        (lambda: random.gamma([2], 1, dtype=tf.int32), TypeError, "dtype must be among"),
        (lambda: random.stateless_gamma([2], [1, 2], [1.0, 2.0, 3.0]), Invalid, "broadcast"),
        (lambda: random.stateless_gamma([2], [1, 2], 1.0, [1.0, 2.0, 3.0]), Invalid, "broadcast"),
        (lambda: random.stateless_poisson([2], [1, 2], [1.0, 2.0, 3.0]), Invalid, "broadcast"),
        (lambda: random.stateless_binomial([2], [1, 2], 1, tf.constant(2)), TypeError, "probs must be"),
        (lambda: random.fold_in([1, 2], [3, 4]), Invalid, "one integer"),
    ),
)
def test_refusals(call, error: type[Exception], pattern: str) -> None:
    with pytest.raises(error, match=pattern) as caught:
        call()
    assert isinstance(caught.value, tf.errors.OpError)


def test_parameters_may_be_tensors_and_have_gradients() -> None:
    mean, deviation = tf.constant([1.0, 100.0]), tf.constant([[1.0], [2.0], [3.0]])
    with tf.GradientTape() as tape:
        tape.watch([mean, deviation])
        numbers = random.stateless_normal([3, 2], [1, 2], mean, deviation)
    standard = np.asarray(random.stateless_normal([3, 2], [1, 2]))
    np.testing.assert_allclose(np.asarray(numbers), standard * np.asarray(deviation) + np.asarray(mean), rtol=1e-6)
    by_mean, by_deviation = tape.gradient(numbers, [mean, deviation])
    assert np.asarray(by_mean).tolist() == [3, 3]
    np.testing.assert_allclose(np.asarray(by_deviation), standard.sum(1, keepdims=True), rtol=1e-6)


def test_limits_may_be_tensors() -> None:
    numbers = np.asarray(
        random.stateless_uniform([1000, 2], [1, 2], tf.constant([0.0, 10.0]), tf.constant([1.0, 20.0]))
    )
    assert (numbers >= [0, 10]).all() and (numbers < [1, 20]).all() and numbers[:, 1].max() > 19


def test_shapes() -> None:
    assert random.uniform([]).shape == () and random.normal(()).shape == ()
    assert random.normal([0, 3]).shape == (0, 3) and random.truncated_normal(tf.constant([2, 3])).shape == (
        2,
        3,
    )
    assert random.uniform(5, 0, 3, tf.int32).shape == (5,)
    assert random.gamma([2], tf.ones([3, 1]), tf.ones([4])).shape == (2, 3, 4)
    assert random.poisson([2, 5], [1.0, 2.0, 3.0]).shape == (2, 5, 3)
    assert random.categorical(tf.zeros([2, 3]), 0).shape == (2, 0)
    assert random.shuffle(tf.zeros([0, 3])).shape == (0, 3)
    assert random.shuffle(tf.constant(3)).shape == ()


def test_shuffle_keeps_rows_together_and_has_a_gradient() -> None:
    value = tf.constant([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
    with tf.GradientTape() as tape:
        tape.watch(value)
        shuffled = random.shuffle(value, seed=1)
        total = tf.reduce_sum(shuffled * [[1.0], [2.0], [3.0]])
    rows = np.asarray(shuffled)
    assert sorted(rows[:, 0].tolist()) == [1, 2, 3] and np.array_equal(rows[:, 1], 10 * rows[:, 0])
    gradient = np.asarray(tf.convert_to_tensor(tape.gradient(total, value)))
    assert [gradient[int(x) - 1, 0] for x in rows[:, 0]] == [1, 2, 3]
