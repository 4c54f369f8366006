"""Tapes in threads, tasks and generators, and what is left in memory when they are gone."""

from __future__ import annotations

import asyncio
import gc
import threading
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest

import polytape as tf

THREADS = 8


def trained(seed: int, pause: Callable[[], None] = lambda: None) -> list[float]:
    """The weights and the loss after thirty steps of a regression of its own."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(16, 3))
    y = x @ rng.normal(size=(3, 1)) + 0.01 * rng.normal(size=(16, 1))
    w, b = tf.Variable(np.zeros((3, 1))), tf.Variable(np.zeros(1))
    optimizer = tf.keras.optimizers.Adam(learning_rate=0.1)
    for _ in range(30):
        with tf.GradientTape() as tape:
            pause()
            error = tf.matmul(x, w) + b - y
            pause()
            loss = tf.reduce_mean(error * error) + tf.reduce_sum(tf.abs(w)) * 0.01
        pause()
        optimizer.apply_gradients(zip(tape.gradient(loss, [w, b]), [w, b]))
    return [*w.numpy().ravel().tolist(), *b.numpy().tolist(), float(loss)]


def test_threads_get_what_they_would_get_alone() -> None:
    expected = [trained(seed) for seed in range(THREADS)]
    begin = threading.Barrier(THREADS)

    def train(seed: int) -> list[float]:
        begin.wait()
        return trained(seed)

    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(3):
            assert list(pool.map(train, range(THREADS))) == expected


def test_threads_that_share_variables_have_tapes_of_their_own() -> None:
    v = tf.Variable(3.0)
    begin = threading.Barrier(THREADS)

    def gradients(power: int) -> list[float]:
        begin.wait()
        found = []
        for _ in range(100):
            with tf.GradientTape() as tape:
                y = v * 1.0
                for _ in range(power - 1):
                    y = y * v
            found.append(float(tape.gradient(y, v)))
        return found

    with ThreadPoolExecutor(THREADS) as pool:
        for power, found in enumerate(pool.map(gradients, range(1, THREADS + 1)), start=1):
            assert found == [power * 3.0 ** (power - 1)] * 100


def test_a_tape_records_its_own_thread_only() -> None:
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape, ThreadPoolExecutor(1) as pool:
        elsewhere = pool.submit(lambda: v * v).result()
        here = v * 3.0
    assert tape.gradient([elsewhere, here], v).numpy() == 3.0


def test_tasks_get_what_they_would_get_alone() -> None:
    expected = [trained(seed) for seed in range(THREADS)]
    turns: list[int] = []

    async def train(seed: int) -> list[float]:
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(16, 3))
        y = x @ rng.normal(size=(3, 1)) + 0.01 * rng.normal(size=(16, 1))
        w, b = tf.Variable(np.zeros((3, 1))), tf.Variable(np.zeros(1))
        optimizer = tf.keras.optimizers.Adam(learning_rate=0.1)
        for _ in range(30):
            with tf.GradientTape() as tape:
                turns.append(seed)
                await asyncio.sleep(0)
                error = tf.matmul(x, w) + b - y
                await asyncio.sleep(0)
                loss = tf.reduce_mean(error * error) + tf.reduce_sum(tf.abs(w)) * 0.01
            await asyncio.sleep(0)
            optimizer.apply_gradients(zip(tape.gradient(loss, [w, b]), [w, b]))
        return [*w.numpy().ravel().tolist(), *b.numpy().tolist(), float(loss)]

    async def together() -> list[list[float]]:
        return await asyncio.gather(*(train(seed) for seed in range(THREADS)))

    assert asyncio.run(together()) == expected
    assert turns[: 2 * THREADS] == [*range(THREADS), *range(THREADS)]  # they did take turns


def test_a_task_inherits_the_tape_it_was_started_under() -> None:
    v = tf.Variable(2.0)

    async def outer() -> float:
        async def square() -> tf.Tensor:
            await asyncio.sleep(0)
            return v * v

        with tf.GradientTape() as tape:
            y = await asyncio.create_task(square())
        return float(tape.gradient(y, v))

    assert asyncio.run(outer()) == 4.0


def test_a_generator_that_is_suspended_within_its_tape() -> None:
    v, w = tf.Variable(2.0), tf.Variable(3.0)

    def squared() -> Iterator[tf.Tensor]:
        with tf.GradientTape() as tape:
            y = v * v
            yield y
            y = y * v
        yield tape.gradient(y, v)

    generator = squared()
    next(generator)
    with tf.GradientTape() as tape:  # the generator's tape is open, and listens, too
        z = w * w
        gradient = next(generator)  # it closes its tape, not this one
        z = z * w
    assert float(gradient) == 12.0
    assert float(tape.gradient(z, w)) == 27.0
    with tf.GradientTape() as after:
        u = v * w
    assert [float(part) for part in after.gradient(u, [v, w])] == [3.0, 2.0]


def test_a_generator_that_is_dropped_within_its_tape_stops_recording() -> None:
    v = tf.Variable(2.0)

    def endless() -> Iterator[weakref.ref]:
        with tf.GradientTape() as tape:
            while True:
                yield weakref.ref(tape)

    generator = endless()
    tape = next(generator)
    generator.close()
    assert tape() is None
    with tf.GradientTape() as other:
        y = v * v
    assert float(other.gradient(y, v)) == 4.0


@contextmanager
def without_cycles() -> Iterator[None]:
    """A block in which nothing but reference counts frees memory."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.parametrize("persistent", [False, True])
def test_a_dropped_tape_frees_all_that_it_kept(persistent: bool) -> None:
    with without_cycles():
        v = tf.Variable(np.ones(5))
        with tf.GradientTape(persistent) as tape:
            x = v * 2.0
            y = tf.reduce_sum(x * x)
        kept = [weakref.ref(tape), weakref.ref(x), weakref.ref(y)]
        del x, y
        assert kept[1]() is not None and kept[2]() is None  # a rule will read x, and none reads y
        del tape
        assert [reference() for reference in kept] == [None, None, None]


def test_the_record_is_freed_by_the_gradient() -> None:
    with without_cycles():
        v = tf.Variable(np.ones(5))
        with tf.GradientTape() as tape:
            x = v * 2.0
            y = tf.reduce_sum(x * x)
        kept = weakref.ref(x)
        del x
        assert kept() is not None
        tape.gradient(y, v)
        assert kept() is None
        del v, y, tape


def test_an_error_within_a_tape_leaves_nothing_behind() -> None:
    v = tf.Variable(1.0)
    kept = []
    with without_cycles():
        for _ in range(3):
            try:
                with tf.GradientTape() as tape:
                    kept.append(weakref.ref(tape))
                    y = v * v
                    raise ZeroDivisionError
            except ZeroDivisionError:
                pass
            del tape, y
        assert [reference() for reference in kept] == [None] * 3


def test_a_hundred_thousand_steps_leave_memory_flat() -> None:
    w = tf.Variable(0.0)
    optimizer = tf.keras.optimizers.SGD(0.01)

    def steps(count: int) -> None:
        for _ in range(count):
            with tf.GradientTape() as tape:
                loss = (w - 1.0) * (w - 1.0)
            optimizer.apply_gradients([(tape.gradient(loss, w), w)])

    with without_cycles():
        steps(1000)
        before = resident()
        steps(98_000)
        assert resident() - before < 2**20, "a byte for each op would be a third of this"
        tracemalloc.start()
        try:
            steps(200)
            first = tracemalloc.get_traced_memory()[0]
            steps(800)
            assert tracemalloc.get_traced_memory()[0] - first < 2000
        finally:
            tracemalloc.stop()
    assert abs(float(w) - 1.0) < 1e-3


def resident() -> int:
    """The bytes that the process holds in memory, or if the system does not say, what Python has allocated."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096
    except OSError:
        import sys

        return sys.getallocatedblocks() * 64
