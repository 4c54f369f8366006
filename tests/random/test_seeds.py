"""Global seed and op seeds, as TensorFlow documents them for `set_seed`; threads."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import specification

import polytape as tf
from polytape.random.generator import Generator


def draw(seed: int | None = None) -> list[float]:
    return np.asarray(tf.random.uniform([4], seed=seed)).tolist()


def test_numbers_repeat_after_set_seed_and_not_before() -> None:
    tf.random.set_seed(1234)
    first, second = draw(), draw()
    assert first != second
    tf.random.set_seed(1234)
    assert (draw(), draw()) == (first, second)
    tf.random.set_seed(1235)
    assert draw() != first


def test_op_seeds_repeat_after_set_seed_and_differ_between_calls() -> None:
    tf.random.set_seed(1234)
    first, second = draw(seed=1), draw(seed=1)
    assert first != second
    tf.random.set_seed(1234)
    draw()
    assert (draw(seed=1), draw(seed=1)) == (first, second)
    tf.random.set_seed(1234)
    assert draw(seed=2) != first


def test_each_op_has_its_own_stream_for_a_seed() -> None:
    tf.random.set_seed(3)
    first = draw(seed=1)
    tf.random.set_seed(3)
    tf.random.normal([4], seed=1)
    assert draw(seed=1) == first


def test_the_first_draw_with_both_seeds_is_the_stateless_one() -> None:
    tf.random.set_seed(3)
    assert draw(seed=9) == np.asarray(tf.random.stateless_uniform([4], [3, 9])).tolist()


def test_without_op_seed_numbers_are_those_of_the_specification() -> None:
    tf.random.set_seed(42)
    key = specification.derived(42, "polytape")
    assert np.asarray(tf.random.uniform([5], dtype=tf.float64)).tolist() == specification.uniform(key, 5, "float64")
    following = specification.blocks(key, 2, start=5)
    expected = [(word >> 8) * 2.0**-24 for pair in following for word in pair]
    assert draw() == expected


def test_runs_differ_without_a_seed_and_agree_with_an_op_seed() -> None:
    program = "import polytape as tf; print(tf.random.uniform([4]{}).numpy().tolist())"

    def run(extra: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", program.format(extra)], capture_output=True, text=True, check=True
        ).stdout

    assert run("") != run("")
    assert run(", seed=5") == run(", seed=5")


def test_none_brings_back_fresh_entropy() -> None:
    tf.random.set_seed(1)
    first = draw()
    tf.random.set_seed(None)
    assert draw() != first


@pytest.mark.parametrize("seed", (0, -1, 2**70, np.int64(5), tf.constant(7)), ids=str)
def test_any_integer_is_a_seed(seed) -> None:
    tf.random.set_seed(seed)
    first = draw()
    tf.random.set_seed(seed)
    assert draw() == first


@pytest.mark.parametrize("seed", (1.5, "a", [1, 2]), ids=str)
def test_what_is_no_integer_is_refused(seed) -> None:
    with pytest.raises(tf.errors.DTypeError, match="seed must be an integer"):
        tf.random.set_seed(seed)


def test_threads_share_a_generator_without_drawing_anything_twice() -> None:
    generator = Generator.from_seed(8)
    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda _: np.asarray(generator.uniform([10], dtype=tf.float64)), range(200)))
    found = np.sort(np.concatenate(parts))
    expected = np.sort(np.asarray(Generator.from_seed(8).uniform([2000], dtype=tf.float64)))
    np.testing.assert_array_equal(found, expected)


def test_threads_share_the_global_seed() -> None:
    tf.random.set_seed(6)
    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda _: tuple(draw()), range(200)))
    tf.random.set_seed(6)
    assert sorted(parts) == sorted(tuple(draw()) for _ in range(200))
