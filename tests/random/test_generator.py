"""`Generator`, its state, and the global one."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf

Generator = tf.random.Generator


def numbers(generator) -> list[float]:
    return np.asarray(generator.normal([3])).tolist()


def test_same_seed_same_numbers() -> None:
    assert numbers(Generator.from_seed(5)) == numbers(Generator.from_seed(5))
    assert numbers(Generator.from_seed(5)) != numbers(Generator.from_seed(6))
    assert numbers(Generator.from_seed([5, 6])) != numbers(Generator.from_seed([5, 7]))
    assert numbers(Generator.from_seed(2**100)) != numbers(Generator.from_seed(2**101))


def test_state_goes_round() -> None:
    generator = Generator.from_seed(5)
    numbers(generator)
    state = generator.state
    assert state.dtype == tf.int64 and state.shape == (2,) and int(state[0]) == 3
    following = numbers(generator)
    assert numbers(Generator.from_state(state)) == following
    generator.reset(state)
    assert numbers(generator) == following
    assert numbers(Generator(copy_from=Generator.from_state(state))) == following
    key, counter = int(generator.key), int(state[0])
    assert numbers(Generator.from_key_counter(key, counter)) == following
    generator.reset_from_key_counter(key, [counter])
    assert numbers(generator) == following


def test_reset_from_seed_and_skip() -> None:
    generator = Generator.from_seed(5)
    first, second = numbers(generator), numbers(generator)
    generator.reset_from_seed(5)
    before = generator.skip(3)
    assert int(before[0]) == 0 and numbers(generator) == second
    assert first != second


def test_non_deterministic_states_differ() -> None:
    assert numbers(Generator.from_non_deterministic_state()) != numbers(Generator.from_non_deterministic_state())


def test_split_gives_independent_generators_and_moves_on() -> None:
    generator = Generator.from_seed(5)
    parts = generator.split(3) + generator.split(2)
    assert len({tuple(numbers(part)) for part in [*parts, Generator.from_seed(5)]}) == 6
    again = Generator.from_seed(5).split(3)
    assert [numbers(part) for part in again] == [
        numbers(part) for part in [*map(Generator.from_state, [(0, int(p.key)) for p in parts[:3]])]
    ]


def test_methods() -> None:
    generator = Generator.from_seed(5)
    assert generator.uniform([2, 3]).shape == (2, 3)
    assert generator.uniform([2], 5, 9, tf.int32).dtype == tf.int32
    assert generator.truncated_normal([2], dtype=tf.float64).dtype == tf.float64
    assert generator.uniform_full_int([2]).dtype == tf.uint64
    assert generator.binomial([2], [5.0, 5.0], 0.5).dtype == tf.int32
    seeds = generator.make_seeds(4)
    assert seeds.shape == (2, 4) and seeds.dtype == tf.int64
    assert generator.algorithm == tf.random.Algorithm.THREEFRY.value
    assert "counter=" in repr(generator)


def test_global_generator() -> None:
    assert tf.random.get_global_generator() is tf.random.get_global_generator()
    generator = Generator.from_seed(7)
    tf.random.set_global_generator(generator)
    assert tf.random.get_global_generator() is generator
    with pytest.raises(tf.errors.InvalidArgumentError, match="takes a"):
        tf.random.set_global_generator(7)


def test_create_rng_state() -> None:
    state = tf.random.create_rng_state(5)
    assert numbers(Generator.from_state(state)) == numbers(Generator.from_seed(5))


@pytest.mark.parametrize(
    ("make", "pattern"),
    (
        (lambda: Generator(), "copy_from or state"),
        (lambda: Generator.from_seed(1, alg="philox"), "threefry"),
        (lambda: Generator.from_seed(1.5), "integer"),
        (lambda: Generator.from_state([1, 2, 3]), "two integers"),
        (lambda: Generator.from_state([1.0, 2.0]), "sequence of integers"),
        (lambda: Generator.from_key_counter(1, [2, 3]), "one 64-bit integer"),
    ),
)
def test_refusals(make, pattern: str) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match=pattern):
        make()


def test_split_and_fold_in_of_stateless_seeds() -> None:
    seeds = tf.random.split([1, 2], 5)
    assert seeds.shape == (5, 2) and seeds.dtype == tf.int32
    assert len({tuple(seed) for seed in np.asarray(seeds).tolist()}) == 5
    assert tf.random.split(tf.constant([1, 2], tf.int64)).dtype == tf.int64
    folded = [tuple(np.asarray(tf.random.fold_in([1, 2], step)).tolist()) for step in range(5)]
    assert len(set(folded)) == 5
    assert tf.random.stateless_normal([3], tf.random.fold_in([1, 2], 3)).shape == (3,)
