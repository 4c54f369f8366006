"""A number depends on state and position only: not on the shape, on blocks, or on which code computes it."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf
from polytape import dtypes
from polytape.op import COMPOSITIONS
from polytape.plugins import backends
from polytape.random.generator import Generator

FLOATS = (dtypes.float16, dtypes.float32, dtypes.float64)
STATES = ((1, 2, 0, 0), (3, 4, 0xFFFFFFFB, 7), (5, 6, 0xFFFFFF00, 0xFFFFFFFF))
BACKEND = backends.get("numpy")


@pytest.mark.parametrize("words", STATES, ids=str)
@pytest.mark.parametrize("count", (0, 1, 255, 257, 8191, 8193, 20_001))
def test_the_numpy_backend_gives_what_the_composition_gives(words: tuple[int, ...], count: int) -> None:
    state = np.array(words, np.uint32)
    bits = BACKEND.random_bits(state, count=count)
    np.testing.assert_array_equal(bits, COMPOSITIONS["random_bits"](BACKEND, state, count=count))
    for name in ("random_uniform", "random_normal", "random_truncated_normal"):
        for dtype in FLOATS:
            found = getattr(BACKEND, name)(state, shape=(count,), dtype=dtype)
            expected = COMPOSITIONS[name](BACKEND, state, shape=(count,), dtype=dtype)
            assert found.dtype == expected.dtype == dtype.as_numpy_dtype
            np.testing.assert_array_equal(found, expected, err_msg=f"{name} {dtype.name}")


@pytest.mark.parametrize(
    "function",
    (
        lambda shape: tf.random.stateless_uniform(shape, [1, 2]),
        lambda shape: tf.random.stateless_uniform(shape, [1, 2], dtype=tf.float64),
        lambda shape: tf.random.stateless_uniform(shape, [1, 2], 0, 1000, tf.int32),
        lambda shape: tf.random.stateless_normal(shape, [1, 2]),
        lambda shape: tf.random.stateless_truncated_normal(shape, [1, 2], dtype=tf.float64),
        lambda shape: tf.random.stateless_gamma(shape, [1, 2], 0.5),
        lambda shape: tf.random.stateless_poisson(shape, [1, 2], 20.0),
        lambda shape: tf.random.stateless_binomial(shape, [1, 2], 100.0, 0.4),
    ),
)
def test_a_shorter_run_is_the_beginning_of_a_longer_one(function) -> None:
    longest = np.asarray(function([9001]))
    for count in (1, 2, 7, 4096, 9000):
        np.testing.assert_array_equal(np.asarray(function([count])), longest[:count])
    np.testing.assert_array_equal(np.asarray(function([30, 300])), longest[:9000].reshape(30, 300))


def test_neighbours_do_not_change_what_is_sampled_by_trial_and_error() -> None:
    mixed = np.asarray(tf.random.stateless_gamma([100], [1, 2], tf.constant([0.2, 40.0] * 50)))
    np.testing.assert_array_equal(mixed[::2], np.asarray(tf.random.stateless_gamma([100], [1, 2], 0.2))[::2])
    mixed = np.asarray(tf.random.stateless_poisson([100], [1, 2], tf.constant([0.2, 40.0] * 50)))
    np.testing.assert_array_equal(mixed[1::2], np.asarray(tf.random.stateless_poisson([100], [1, 2], 40.0))[1::2])


def test_a_later_draw_starts_at_the_counter() -> None:
    for count in (1, 10, 300):
        generator = Generator.from_key_counter(key=9, counter=0)
        generator.skip(count)
        found = np.asarray(generator.uniform([50], dtype=tf.float64))
        whole = np.asarray(Generator.from_key_counter(key=9, counter=0).uniform([count + 50], dtype=tf.float64))
        np.testing.assert_array_equal(found, whole[count:])


def test_small_draws_do_not_depend_on_what_was_computed_ahead() -> None:
    apart = [np.asarray(tf.random.stateless_uniform([3], [i % 3, 1])).tolist() for i in range(12)]
    assert apart[:3] * 4 == apart
