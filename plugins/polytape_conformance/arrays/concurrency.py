"""Threads and tasks: what several compute at a time is what one computes alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import numpy as np

from polytape_conformance.arrays.samples import numbers
from polytape_conformance.case import Case
from polytape_conformance.level import Level
from polytape_conformance.subject import Subject

THREADS = 4
ROUNDS = 12


def cases(subject: Subject) -> Iterator[Case]:
    """Cases of threads, of tasks, and of the context that bare arrays are computed in."""
    yield Case(Level.ARRAYS, "threads", "bare arrays", _bare)
    yield Case(Level.ARRAYS, "threads", "tapes", _taped)
    yield Case(Level.ARRAYS, "threads", "handed over", _handed_over)
    yield Case(Level.ARRAYS, "threads", "handed back", _handed_back)
    yield Case(Level.ARRAYS, "threads", "blocks", _blocks)
    yield Case(Level.ARRAYS, "tasks", "tapes", _tasks)
    yield Case(Level.ARRAYS, "computing", "nesting", _nested)
    yield Case(Level.ARRAYS, "computing", "errors", _left_by_an_error)


def together(work: Callable[[int], Any], count: int = THREADS) -> list[Any]:
    """What each of several threads returns that begin at one moment."""
    start = Barrier(count)

    def run(number: int) -> Any:
        start.wait(timeout=60)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return [future.result(timeout=120) for future in [pool.submit(run, number) for number in range(count)]]


def _chain(subject: Subject, number: int) -> bytes:
    """A chain of functions on bare arrays, with divisions by zero in it."""
    backend = subject.backend
    found = []
    with backend.computing():
        x = backend.from_numpy(numbers((67, 33), "float32", salt=number), subject.device)
        y = backend.from_numpy(numbers((33, 67), "float32", salt=number + 50), subject.device)
        for _ in range(ROUNDS):
            z = backend.tanh(backend.matmul(x, y))
            z = backend.divide(z, backend.subtract(z, z))
            z = backend.where(backend.isfinite(z), z, backend.full(z.shape, number, dtype=z.dtype))
            z = backend.sum(backend.sort(z, axis=1), axis=0)
            found.append(np.asarray(backend.to_numpy(z)).tobytes())
    return b"".join(found)


def _bare(subject: Subject) -> None:
    alone = [_chain(subject, number) for number in range(THREADS)]
    assert together(lambda number: _chain(subject, number)) == alone, "threads compute other numbers than one alone"


def _training(subject: Subject, number: int) -> list[float]:
    """A few steps of gradient descent, the tensors made on the backend under test in a block of its own."""
    tf = subject.tf
    with tf.use(subject.backend):
        x = tf.constant(numbers((20, 5), "float32", -1, 1, salt=number))
        w = tf.Variable(tf.ones([5, 1]) * 0.1)
        losses = []
        for _ in range(ROUNDS):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(tf.tanh(x @ w) - 0.5))
            w.assign_sub(0.1 * tape.gradient(loss, w))
            losses.append(float(loss))
        assert w.value().backend == subject.backend.name, "a thread's variable is on another backend"
    return losses


def _taped(subject: Subject) -> None:
    alone = [_training(subject, number) for number in range(THREADS)]
    found = together(lambda number: _training(subject, number))
    np.testing.assert_allclose(found, alone, rtol=1e-5, err_msg="threads train otherwise than one alone")


def _handed_over(subject: Subject) -> None:
    """A tensor made in one thread, without its value being looked at, and used in others."""
    tf, x = subject.tf, numbers((301, 7), "float32")

    def make(number: int) -> Any:
        with tf.use(subject.backend):
            return tf.matmul(tf.constant(x), tf.constant(x), transpose_a=True) + float(number)

    made = together(make)
    expected = [tensor.numpy() for tensor in map(make, range(THREADS))]
    sums = together(lambda number: (made[number - 1] * 2.0).numpy())
    for number, found in enumerate(sums):
        np.testing.assert_array_equal(found, expected[number - 1] * 2, "a tensor of another thread has other numbers")
    total = made[0] + made[1] + made[2] + made[3]
    np.testing.assert_allclose(total.numpy(), sum(expected), rtol=1e-6)


def _handed_back(subject: Subject) -> None:
    """What threads have begun that were given tensors and nothing else, looked at in another."""
    tf, x = subject.tf, numbers((301, 7), "float32")
    tensor = tf.constant(x)
    for found in together(lambda number: tf.exp(tensor * 0.5) + tensor):
        np.testing.assert_allclose(found.numpy(), np.exp(x * 0.5) + x, rtol=1e-5)


def _blocks(subject: Subject) -> None:
    """A block of one thread says nothing to the others."""
    tf = subject.tf
    other = "numpy"

    def work(number: int) -> list[str]:
        seen = []
        for _ in range(ROUNDS):
            with tf.use(subject.backend if number % 2 else other):
                seen.append(tf.ones([2]).backend)
        return seen

    for number, seen in enumerate(together(work)):
        wanted = subject.backend.name if number % 2 else other
        assert set(seen) == {wanted}, f"tensors of a thread in a block of {wanted!r} are on {sorted(set(seen))}"


def _tasks(subject: Subject) -> None:
    """Tasks that give way to each other in the middle of their tapes."""
    tf = subject.tf

    async def train(number: int) -> list[float]:
        with tf.use(subject.backend):
            w, losses = tf.Variable([1.0 + number, 2.0]), []
            for _ in range(5):
                with tf.GradientTape() as tape:
                    first = w * w
                    await asyncio.sleep(0)
                    loss = tf.reduce_sum(first * (number + 1.0))
                await asyncio.sleep(0)
                w.assign_sub(0.01 * tape.gradient(loss, w))
                losses.append(float(loss))
            assert w.value().backend == subject.backend.name, "a task's variable is on another backend"
            return losses

    async def all_at_once() -> list[list[float]]:
        return list(await asyncio.gather(*map(train, range(THREADS))))

    async def one_by_one() -> list[list[float]]:
        return [await train(number) for number in range(THREADS)]

    found, alone = asyncio.run(all_at_once()), asyncio.run(one_by_one())
    np.testing.assert_allclose(found, alone, rtol=1e-6, err_msg="tasks at a time train otherwise than one by one")


def _nested(subject: Subject) -> None:
    """`computing()` may stand within itself, again and again, and the same block may be made many times."""
    backend = subject.backend
    for _ in range(3):
        with backend.computing():
            x = backend.from_numpy(np.array([1.0, 0.0], "float32"), subject.device)
            with backend.computing():
                y = backend.divide(x, backend.subtract(x, x))
                with backend.computing():
                    z = backend.add(y, y)
            w = backend.multiply(z, x)
        assert np.isnan(backend.to_numpy(w)).tolist() == [False, True]
        assert np.isinf(backend.to_numpy(backend.add(w, x))[0])


def _left_by_an_error(subject: Subject) -> None:
    """An error leaves the context, which then works as before."""
    for _ in range(2):
        try:
            with subject.backend.computing():
                raise KeyError("on purpose")
        except KeyError as error:
            assert error.args == ("on purpose",)
        else:
            raise AssertionError("computing() swallows errors")
    _nested(subject)
