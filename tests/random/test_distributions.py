"""The shapes of the distributions: distances of Kolmogorov and Smirnov, frequencies, moments; fixed seeds."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

import polytape as tf

COUNT = 40_000
DISTANCE = 1.95 / math.sqrt(COUNT)
"""What Kolmogorov and Smirnov's distance of so many numbers exceeds once in a thousand times."""
FLOATS = ("float32", "float64")


def distance(numbers, cumulated: Callable[[float], float]) -> float:
    ordered = np.sort(np.asarray(numbers).astype(np.float64).ravel())
    expected = np.array([cumulated(x) for x in ordered])
    below = np.arange(len(ordered)) / len(ordered)
    return max(np.max(expected - below), np.max(below + 1 / len(ordered) - expected))


def phi(x: float) -> float:
    return math.erfc(-x / math.sqrt(2)) / 2


def erlang(shape: int) -> Callable[[float], float]:
    return lambda x: 1 - math.exp(-x) * sum(x**k / math.factorial(k) for k in range(shape))


def compare_frequencies(numbers, log_probability: Callable[[int], float], low: int, high: int) -> None:
    """Compare how often each integer occurs with its probability, by χ² at one in a thousand."""
    found = np.asarray(numbers).astype(np.int64).ravel()
    expected = np.array([math.exp(log_probability(k)) for k in range(low, high)]) * len(found)
    likely = expected > 5
    observed = np.array([np.sum(found == k) for k in range(low, high)])
    rest, rest_expected = len(found) - observed[likely].sum(), len(found) - expected[likely].sum()
    square = np.sum((observed[likely] - expected[likely]) ** 2 / expected[likely])
    if rest_expected > 5:
        square += (rest - rest_expected) ** 2 / rest_expected
    else:
        assert rest < 30
    freedom = likely.sum()
    # Wilson and Hilferty's approximation of the quantile
    assert square < freedom * (1 - 2 / (9 * freedom) + 3.1 * math.sqrt(2 / (9 * freedom))) ** 3


@pytest.mark.parametrize("dtype", FLOATS)
def test_uniform(dtype: str) -> None:
    numbers = tf.random.stateless_uniform([COUNT], [1, 0], -3.0, 5.0, dtype)
    assert distance(numbers, lambda x: (x + 3) / 8) < DISTANCE


@pytest.mark.parametrize("dtype", FLOATS)
def test_normal(dtype: str) -> None:
    numbers = tf.random.stateless_normal([COUNT], [2, 0], 1.5, 0.5, dtype)
    assert distance(numbers, lambda x: phi((x - 1.5) / 0.5)) < DISTANCE
    many = np.asarray(tf.random.stateless_normal([2_000_000], [2, 1], dtype=dtype))
    for limit in (2.0, 3.0, 4.0):
        share = math.erfc(limit / math.sqrt(2))
        assert abs(np.mean(np.abs(many) > limit) - share) < 4 * math.sqrt(share / len(many))
    assert np.isfinite(many).all()


@pytest.mark.parametrize("dtype", FLOATS)
def test_truncated_normal(dtype: str) -> None:
    numbers = np.asarray(tf.random.stateless_truncated_normal([COUNT], [3, 0], dtype=dtype))
    assert np.abs(numbers).max() <= 2
    assert distance(numbers, lambda x: (phi(x) - phi(-2)) / (phi(2) - phi(-2))) < DISTANCE


def test_half_precision_is_single_precision_rounded() -> None:
    half = np.asarray(tf.random.stateless_normal([1000], [4, 0], dtype=tf.float16))
    single = np.asarray(tf.random.stateless_normal([1000], [4, 0]))
    np.testing.assert_array_equal(half, single.astype(np.float16))
    uniform = np.asarray(tf.random.stateless_uniform([COUNT], [4, 0], dtype=tf.float16))
    assert uniform.max() < 1 and uniform.min() >= 0


def test_consecutive_numbers_are_uncorrelated() -> None:
    numbers = np.asarray(tf.random.stateless_normal([COUNT], [5, 0]))
    for lag in (1, 2, 3, 64):
        assert abs(np.mean(numbers[lag:] * numbers[:-lag])) < 4 / math.sqrt(COUNT)


def test_integers() -> None:
    numbers = tf.random.stateless_uniform([COUNT], [6, 0], -2, 9, tf.int64)
    compare_frequencies(numbers, lambda k: -math.log(11), -2, 9)


def test_upper_limit_is_never_reached() -> None:
    numbers = np.asarray(tf.random.stateless_uniform([COUNT], [7, 0], 1.0, 1.0 + 2**-22))
    assert set(numbers.tolist()) == {1.0, 1.0 + 2**-23}
    numbers = np.asarray(tf.random.stateless_uniform([COUNT], [7, 0], 1000.0, 1001.0, tf.float16))
    assert numbers.max() < 1001


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("alpha", "cumulated"),
    ((0.5, lambda x: math.erf(math.sqrt(x))), (1.0, erlang(1)), (4.0, erlang(4)), (60.0, erlang(60))),
    ids=("0.5", "1", "4", "60"),
)
def test_gamma(alpha: float, cumulated: Callable[[float], float], dtype: str) -> None:
    numbers = np.asarray(tf.random.stateless_gamma([COUNT], [8, 0], alpha, beta=2.0, dtype=dtype))
    assert distance(2 * numbers.astype(np.float64), cumulated) < DISTANCE


@pytest.mark.parametrize("alpha", (0.05, 1e4, 1e6))
def test_gamma_moments(alpha: float) -> None:
    numbers = np.asarray(tf.random.stateless_gamma([COUNT], [9, 0], alpha)).astype(np.float64)
    assert abs(numbers.mean() - alpha) < 4 * math.sqrt(alpha / COUNT)
    fourth = 3 * alpha * (alpha + 2) - alpha**2
    assert abs(numbers.var() - alpha) < 4 * math.sqrt(fourth / COUNT)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("mean", (0.02, 1.0, 9.9, 10.0, 45.0, 3000.0))
def test_poisson(mean: float, dtype: str) -> None:
    numbers = tf.random.stateless_poisson([COUNT], [10, 0], tf.constant(mean, dtype), dtype=dtype)
    low, high = max(0, int(mean - 6 * math.sqrt(mean))), int(mean + 6 * math.sqrt(mean)) + 5
    compare_frequencies(numbers, lambda k: k * math.log(mean) - mean - math.lgamma(k + 1), low, high)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("trials", "probability"),
    ((1, 0.5), (7, 0.3), (30, 0.9), (40, 0.5), (200, 0.2), (5000, 0.7), (100_000, 0.0003)),
)
def test_binomial(trials: int, probability: float, dtype: str) -> None:
    shares = tf.constant(probability, dtype)
    numbers = tf.random.stateless_binomial([COUNT], [11, 0], trials, shares, output_dtype=dtype)
    mean, deviation = trials * probability, math.sqrt(trials * probability * (1 - probability))

    def log_probability(k: int) -> float:
        choices = math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1)
        return choices + k * math.log(probability) + (trials - k) * math.log1p(-probability)

    low, high = max(0, int(mean - 6 * deviation)), min(trials, int(mean + 6 * deviation + 5)) + 1
    compare_frequencies(numbers, log_probability, low, high)


def test_categorical() -> None:
    shares = np.array([[0.1, 0.2, 0.7, 0.0], [0.25, 0.25, 0.25, 0.25]])
    with np.errstate(divide="ignore"):
        found = np.asarray(tf.random.stateless_categorical(np.log(shares), COUNT, [12, 0]))
    assert found.shape == (2, COUNT) and found.dtype == np.int64
    for row, expected in zip(found, shares):
        frequencies = np.bincount(row, minlength=4) / COUNT
        assert np.all(np.abs(frequencies - expected) <= 4 * np.sqrt(expected * (1 - expected) / COUNT))


def test_shuffle_gives_every_order_as_often() -> None:
    generator = tf.random.Generator.from_seed(13)
    orders = [
        tuple(np.asarray(tf.random.stateless_shuffle([0, 1, 2], seed)).tolist())
        for seed in np.asarray(generator.make_seeds(3000)).T
    ]
    frequencies = [orders.count(order) for order in set(orders)]
    assert len(frequencies) == 6 and max(abs(count - 500) for count in frequencies) < 4 * math.sqrt(500)


@pytest.mark.parametrize("function", ("stateless_gamma", "stateless_poisson"))
def test_impossible_parameters_give_nan(function: str) -> None:
    found = getattr(tf.random, function)([2], [14, 0], tf.constant([-1.0, math.nan]), dtype=tf.float32)
    assert np.isnan(np.asarray(found)).all()


def test_borders_of_parameters() -> None:
    assert np.asarray(tf.random.stateless_poisson([5], [15, 0], 0.0)).tolist() == [0] * 5
    assert np.asarray(tf.random.stateless_binomial([5], [15, 0], 9, 0.0)).tolist() == [0] * 5
    assert np.asarray(tf.random.stateless_binomial([5], [15, 0], 90, 1.0)).tolist() == [90] * 5
    assert np.asarray(tf.random.stateless_gamma([5], [15, 0], 1e-3)).min() > 0
