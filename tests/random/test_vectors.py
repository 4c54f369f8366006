"""The tables of docs/reference/portable-random.md, against polytape and the specification in Python."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
import specification

import polytape as tf
from polytape.op import OPS
from polytape.random import keys
from polytape.random.host import Stream

SEEDS = ([0, 0], [1, 2], [-1, 7], [2**40, 3], [2**31 - 1, -(2**31)], [5, 2**63])


def test_known_answers() -> None:
    for key, counter, expected in specification.rows("key", "counter"):
        key, counter = (tuple(specification.integers(cell, 16)) for cell in (key, counter))
        block = tuple(specification.integers(expected, 16))
        state = tf.constant(np.array((*key, *counter), np.uint32))
        assert tuple(np.asarray(OPS["random_bits"](state, count=2)).tolist()) == block
        assert keys.block(key, counter) == block
        assert specification.block(key, counter) == block


def test_keys() -> None:
    for seed, expected in specification.rows("seed"):
        key = tuple(specification.integers(expected, 16))
        assert keys.key_of(*specification.integers(seed)) == key
        assert specification.key_of(*specification.integers(seed)) == key
    for number, name, expected in specification.rows("derived from"):
        key = tuple(specification.integers(expected, 16))
        assert keys.derived(int(number), name.encode()) == key
        assert specification.derived(int(number), name) == key


def test_uniform_numbers() -> None:
    for seed, dtype, expected in specification.rows("uniform of seed"):
        numbers = [float.fromhex(number) for number in expected.split(", ")]
        assert specification.uniform(specification.key_of(*specification.integers(seed)), 3, dtype) == numbers
        found = tf.random.stateless_uniform([3], specification.integers(seed), dtype=dtype)
        assert found.dtype == dtype and np.asarray(found).tolist() == numbers


def test_integers() -> None:
    for seed, dtype, limits, expected in specification.rows("integers of seed"):
        low, high = specification.integers(limits)
        numbers = specification.integers(expected)
        key = specification.key_of(*specification.integers(seed))
        assert specification.integers_below(key, 4, dtype, low, high) == numbers
        found = tf.random.stateless_uniform([4], specification.integers(seed), low, high, dtype)
        assert found.dtype == dtype and np.asarray(found).tolist() == numbers


def test_permutations() -> None:
    for seed, expected in specification.rows("permutation of seed"):
        order = specification.integers(expected)
        assert specification.permutation(specification.key_of(*specification.integers(seed)), 8) == order
        assert np.asarray(tf.random.stateless_shuffle(range(8), specification.integers(seed))).tolist() == order


def test_normal_numbers() -> None:
    for seed, function, dtype, expected in specification.rows("normal of seed"):
        numbers = np.array([float(number) for number in expected.split(", ")], dtype)
        tails = specification.tails(specification.key_of(*specification.integers(seed)), 3, dtype)
        if function == "truncated_normal":
            share = NormalDist().cdf(2) - 0.5
            tails = [(negative, 0.5 - 2 * share * tail) for negative, tail in tails]
        exact = [NormalDist().inv_cdf(tail) * (1 if negative else -1) for negative, tail in tails]
        error = 5e-7 if dtype == "float32" else 5e-15
        np.testing.assert_allclose(numbers, exact, rtol=error, atol=error)
        found = getattr(tf.random, f"stateless_{function}")([3], specification.integers(seed), dtype=dtype)
        np.testing.assert_array_max_ulp(np.asarray(found), numbers, maxulp=4, dtype=dtype)


def test_host_stream() -> None:
    for seed, expected in specification.rows("stream of seed"):
        stream = Stream(int(seed))
        numbers = specification.integers(expected)
        assert [stream.below(100) for _ in numbers] == numbers
        words = specification.words64(specification.derived(int(seed), "hostdraw"), len(numbers))
        assert [word * 100 >> 64 for word in words] == numbers


def test_many_numbers_of_a_host_stream_are_those_that_come_one_by_one() -> None:
    words = specification.words64(specification.derived(3, "hostdraw"), 40_000)
    limits = range(2**32 - 1, 1, -131_072)
    stream = Stream(3)
    found = [stream.below(7), *stream.below_each(limits), stream.below(9), *stream.below_each(range(5, 1, -1))]
    wanted = [7, *limits, 9, 5, 4, 3, 2]
    assert len(wanted) > 32_000, "several blocks"
    assert found == [word * limit >> 64 for word, limit in zip(words, wanted)]
    assert list(stream.below_each(range(1, 1, -1))) == []


@pytest.mark.parametrize("seed", SEEDS, ids=str)
@pytest.mark.parametrize("count", (1, 2, 257, 513))
def test_longer_runs(seed: list[int], count: int) -> None:
    key = specification.key_of(*seed)
    for dtype in ("float16", "float32", "float64"):
        found = np.asarray(tf.random.stateless_uniform([count], seed, dtype=dtype))
        assert found.tolist() == specification.uniform(key, count, dtype)
    for dtype in ("int32", "int64", "uint32", "uint64"):
        limits = int(tf.as_dtype(dtype).min), int(tf.as_dtype(dtype).max) + 1
        found = np.asarray(tf.random.stateless_uniform([count], seed, None, None, dtype))
        assert found.tolist() == specification.integers_below(key, count, dtype, *limits)


@pytest.mark.parametrize("span", (1, 3, 2**31, 2**32, 2**32 + 1, 2**63 - 1, 3 * 2**61 + 12345, 2**64 - 1))
def test_wide_spans(span: int) -> None:
    low = -(span // 2) if span < 2**63 else 0
    dtype = "int64" if span < 2**63 else "uint64"
    found = np.asarray(tf.random.stateless_uniform([200], [3, 4], low, low + span, dtype))
    assert found.tolist() == specification.integers_below((3, 4), 200, dtype, low, low + span)
