"""Shuffling: what may come out, how likely it is, and when it repeats."""

from __future__ import annotations

import itertools
import math
import zlib

import numpy as np
import pytest

import polytape as tf

Dataset = tf.data.Dataset


def values(dataset):
    return [x.item() for x in dataset.as_numpy_iterator()]


def chi_square(counts, expected):
    return sum((count - expected) ** 2 / expected for count in counts)


def limit(degrees):
    """About the 99.9 % quantile of the chi-square distribution (Wilson and Hilferty's approximation)."""
    return degrees * (1 - 2 / (9 * degrees) + 3.09 * math.sqrt(2 / (9 * degrees))) ** 3


@pytest.mark.parametrize("buffer", [1, 2, 7, 100, 1000])
@pytest.mark.parametrize("count", [0, 1, 100])
def test_nothing_is_lost_or_doubled(buffer, count) -> None:
    assert sorted(values(Dataset.range(count).shuffle(buffer))) == list(range(count))


def test_a_full_buffer_makes_every_order_equally_likely() -> None:
    tf.random.set_seed(2024)
    dataset = Dataset.range(4).shuffle(4)
    runs = 2400
    counts = dict.fromkeys(itertools.permutations(range(4)), 0)
    for _ in range(runs):
        counts[tuple(values(dataset))] += 1
    assert chi_square(counts.values(), runs / 24) < limit(23)


@pytest.mark.parametrize("buffer", [1, 2, 3])
def test_a_smaller_buffer_gives_the_likelihoods_of_its_definition(buffer) -> None:
    """Every order's probability, by going through all draws of the buffer, against how often it comes."""

    def orders(held, coming, likelihood, so_far):
        if not held:
            yield tuple(so_far), likelihood
        for place, item in enumerate(held):
            rest = held[:place] + coming[:1] + held[place + 1 :]
            yield from orders(rest, coming[1:], likelihood / len(held), [*so_far, item])

    expected: dict[tuple[int, ...], float] = {}
    for order, likelihood in orders(list(range(buffer)), list(range(buffer, 5)), 1.0, []):
        expected[order] = expected.get(order, 0.0) + likelihood
    tf.random.set_seed(7)
    dataset = Dataset.range(5).shuffle(buffer)
    runs = 1500
    found = [tuple(values(dataset)) for _ in range(runs)]
    assert set(found) <= set(expected)
    statistic = sum((found.count(order) - runs * p) ** 2 / (runs * p) for order, p in expected.items())
    assert statistic < limit(max(len(expected) - 1, 1))


def test_no_element_comes_earlier_than_the_buffer_allows() -> None:
    for place, element in enumerate(values(Dataset.range(1000).shuffle(50))):
        assert element < place + 50


def test_every_run_has_its_order_unless_told_otherwise() -> None:
    again = Dataset.range(100).shuffle(100)
    assert values(again) != values(again)
    same = Dataset.range(100).shuffle(100, reshuffle_each_iteration=False)
    assert values(same) == values(same)
    repeated = values(Dataset.range(100).shuffle(100).repeat(2))
    assert sorted(repeated[:100]) == sorted(repeated[100:]) == list(range(100))
    assert repeated[:100] != repeated[100:]


def test_a_seed_fixes_the_orders_of_all_runs() -> None:
    def orders(seed):
        dataset = Dataset.range(100).shuffle(30, seed=seed)
        return [values(dataset) for _ in range(3)]

    assert orders(1) == orders(1)
    assert orders(1) != orders(2)
    assert orders(1)[1] != orders(2)[0], "the runs of one seed are not those of the next"


def test_the_global_seed_makes_programs_repeatable() -> None:
    def program(seed):
        tf.random.set_seed(seed)
        first, second = Dataset.range(100).shuffle(100), Dataset.range(100).shuffle(100)
        return values(first), values(second), values(first)

    assert program(3) == program(3)
    assert program(3) != program(4)
    first, second, again = program(3)
    assert first != second and first != again
    tf.random.set_seed(1)
    seeded = values(Dataset.range(100).shuffle(100, seed=5))
    tf.random.set_seed(2)
    assert values(Dataset.range(100).shuffle(100, seed=5)) != seeded


def test_the_order_of_a_seed_is_what_it_has_always_been() -> None:
    tf.random.set_seed(1)
    full = Dataset.range(10).shuffle(10, seed=5)
    assert values(full) == [1, 7, 3, 2, 8, 4, 6, 9, 0, 5]
    assert values(full) == [7, 6, 9, 0, 2, 8, 5, 4, 1, 3]
    assert values(Dataset.range(10).shuffle(4, seed=5)) == [2, 0, 4, 3, 6, 5, 1, 9, 7, 8]
    # Checksums of many: more than one block of numbers, and a buffer that numbers of both kinds come to.
    for count, buffer, checksum in ((40_000, 40_000, 2994648720), (5000, 700, 3356462009), (3000, 1, 2836387588)):
        order = values(Dataset.range(count).shuffle(buffer, seed=7))
        assert zlib.crc32(np.array(order, "<i8").tobytes()) == checksum


def test_without_any_seed_orders_differ() -> None:
    tf.random.set_seed(None)
    assert values(Dataset.range(100).shuffle(100)) != values(Dataset.range(100).shuffle(100))


def test_shuffling_batches_and_pairs_keeps_rows_together() -> None:
    x = np.arange(40.0)
    pairs = Dataset.from_tensor_slices((x, {"twice": 2 * x})).shuffle(40).batch(7).shuffle(3)
    for a, b in pairs:
        np.testing.assert_array_equal(2 * a.numpy(), b["twice"])
