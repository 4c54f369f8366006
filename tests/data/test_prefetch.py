"""Prefetching: a real thread, which ends when nobody listens any more."""

from __future__ import annotations

import gc
import math
import threading
import time

import pytest

import polytape as tf
from polytape.data import prefetch

Dataset = tf.data.Dataset
NAME = "polytape-prefetch"


def threads():
    return [thread for thread in threading.enumerate() if thread.name == NAME]


def until(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


@pytest.fixture(autouse=True)
def no_thread_is_left():
    yield
    gc.collect()
    assert until(lambda: not threads()), "a prefetching thread is still alive"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread from the first element on."""
    monkeypatch.setattr(prefetch, "_WORTHWHILE", -math.inf)


@pytest.fixture(params=[-math.inf, math.inf], ids=["at once", "never"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread from the first element on, and none at all."""
    monkeypatch.setattr(prefetch, "_WORTHWHILE", request.param)


@pytest.mark.usefixtures("at_once")
def test_elements_are_computed_ahead_by_another_thread() -> None:
    computed = []
    dataset = Dataset.range(10).map(lambda x: computed.append(threading.current_thread().name) or x).prefetch(3)
    assert threads() == [] and computed == []
    iterator = iter(dataset)
    assert threads() == [], "a thread starts before anything is asked for"
    assert int(next(iterator)) == 0
    # One element was taken, three wait, and at most one more is computed for which there is no room yet.
    assert until(lambda: len(computed) >= 4)
    time.sleep(0.05)
    assert len(computed) <= 5
    assert set(computed) == {NAME}
    assert [int(x) for x in iterator] == list(range(1, 10))


@pytest.mark.usefixtures("at_once")
def test_the_thread_ends_with_the_last_element() -> None:
    iterator = iter(Dataset.range(3).prefetch(10))
    assert [int(x) for x in iterator] == [0, 1, 2]
    assert until(lambda: not threads())


@pytest.mark.usefixtures("at_once")
def test_the_thread_ends_when_the_iterator_is_dropped() -> None:
    iterator = iter(Dataset.range(3).repeat().prefetch(2))
    next(iterator)
    assert len(threads()) == 1
    del iterator
    assert until(lambda: not threads())


@pytest.mark.usefixtures("at_once")
def test_the_thread_ends_when_a_loop_breaks() -> None:
    for _ in Dataset.range(3).repeat().prefetch(2).batch(2).prefetch(1):
        break
    assert until(lambda: not threads())


@pytest.mark.usefixtures("either_way")
def test_errors_arrive_where_the_element_would_have_come() -> None:
    def fail_at_two(x):
        if int(x) == 2:
            raise ValueError("two is bad")
        return x

    iterator = iter(Dataset.range(5).map(fail_at_two).prefetch(4))
    assert [int(next(iterator)), int(next(iterator))] == [0, 1]
    with pytest.raises(ValueError, match="two is bad"):
        next(iterator)
    with pytest.raises(StopIteration):
        next(iterator)


@pytest.mark.usefixtures("either_way")
def test_the_choice_of_the_backend_holds_in_the_thread() -> None:
    with tf.use("numpy"):
        (found,) = Dataset.range(1).map(lambda x: tf.constant([1.0])).prefetch(1)
    assert found.backend == "numpy"


@pytest.mark.usefixtures("either_way")
def test_a_tape_of_the_consumer_does_not_hear_the_thread() -> None:
    weight = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        (x,) = Dataset.from_tensors(3.0).map(lambda v: v * weight).prefetch(1)
    assert float(x) == 6.0 and tape.gradient(x, weight) is None


def test_who_is_quick_computes_the_elements_alone() -> None:
    computed = []
    dataset = Dataset.range(50).map(lambda x: computed.append(threading.current_thread().name) or x).prefetch(3)
    assert [int(x) for x in dataset] == list(range(50))
    assert NAME not in computed


def test_a_thread_takes_over_where_both_sides_take_their_time() -> None:
    computed = []

    def slowly(x):
        time.sleep(0.005)
        computed.append(threading.current_thread().name)
        return x

    found = []
    for x in Dataset.range(20).map(slowly).prefetch(3):
        time.sleep(0.005)
        found.append(int(x))
    assert found == list(range(20))
    assert computed[0] != NAME and computed[-1] == NAME
    assert len(computed) == 20


@pytest.mark.usefixtures("at_once")
def test_many_elements_through_a_small_queue_keep_their_order() -> None:
    assert [int(x) for x in Dataset.range(2000).prefetch(1)] == list(range(2000))
