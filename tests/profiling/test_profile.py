"""What a profile notes: every call once, with its line; times by a clock that the test turns."""

from __future__ import annotations

import inspect
import itertools
import threading
from collections import Counter

import numpy as np
import pytest
from loopback_backend import LoopbackBackend

import polytape as tf
from polytape.observation import observers
from polytape.plugins import backends
from polytape.profiling import Profile


def counts(profile: Profile) -> Counter[str]:
    return Counter(event.label for event in profile.events)


def line(offset: int = 0) -> str:
    """The caller's line, as events have it."""
    frame = inspect.currentframe().f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno + offset}"


def ticking(step: int = 1000):
    """A clock that moves on by `step` each time somebody looks."""
    return itertools.count(0, step).__next__


def test_forward_ops_are_counted_with_their_lines() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.profile() as p:
        y = tf.exp(x) * 2.0
        product_line = line(-1)
        for _ in range(3):
            y = y + x
        sum_line = line(-1)
    found = {(total.name, total.line): total.calls for total in p.totals()}
    assert found == {("exp", product_line): 1, ("multiply", product_line): 1, ("add", sum_line): 3}
    assert {event.backend for event in p.events} == {"numpy"}


def test_results_are_the_same_bits() -> None:
    def step() -> list[bytes]:
        tf.random.set_seed(1)
        w = tf.Variable(tf.random.normal([5, 3]))
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.nn.softmax(tf.tanh(w)) ** 2.0)
        gradient = tape.gradient(loss, w)
        tf.keras.optimizers.Adam(0.1).apply_gradients([(gradient, w)])
        return [tensor.numpy().tobytes() for tensor in (loss, gradient, w)]

    plain = step()
    for within in (False, True):
        with tf.profile(within=within):
            assert step() == plain
    assert step() == plain


def test_gradient_rules_hold_what_they_compute() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.matmul(x[None], tf.exp(x)[:, None]))
    with tf.profile() as p:
        tape.gradient(y, x)
    found = counts(p)
    assert [found[f"gradient of {op}"] for op in ("sum", "matmul", "exp")] == [1, 1, 1]
    inner = [event for event in p.events if event.name == "matmul" and event.kind == "op"]
    assert len(inner) == 2
    assert all(event.parent.label == "gradient of matmul" for event in inner)
    assert {event.line for event in p.events} == {line(-6)}


def test_within_shows_rules_and_compositions_op_by_op() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.profile() as p:
        tf.math.xlogy(x, x)
    assert counts(p) == {"xlogy": 1}
    with tf.profile(within=True) as p, tf.GradientTape() as tape:
        y = tf.math.xlogy(x, x)
        tape.gradient(y, x)
    assert {event.name for event in p.events if event.parent and event.parent.label == "xlogy"} == {
        "equal",
        "log",
        "where",
    }
    assert any(event.name == "multiply" and event.parent.label == "gradient of xlogy" for event in p.events)


def test_optimizer_updates() -> None:
    variables = [tf.Variable([1.0, 2.0]), tf.Variable(3.0)]
    optimizer = tf.keras.optimizers.SGD(0.1, momentum=0.9)
    with tf.profile() as p:
        optimizer.apply_gradients([(tf.ones_like(v), v) for v in variables])
    assert sum(found for name, found in counts(p).items() if name.endswith("_update")) == 2


def test_replays_hold_their_ops_and_are_left_alone_afterwards() -> None:
    @tf.function(jit_compile=False)
    def f(x):
        return tf.exp(x) + tf.sin(x)

    x = tf.constant([1.0, 2.0])
    f(x)
    with tf.profile() as p:
        f(x)
        f(x)
    assert counts(p) == {"replay of f": 2, "exp": 2, "sin": 2, "add": 2}
    assert all(event.parent.kind == "function" for event in p.events if event.kind == "op")
    assert {event.line for event in p.events} == {line(-4), line(-3)}
    f(x)
    assert len(p.events) == 8


def test_a_function_that_is_recorded_in_a_profile_is_left_alone_afterwards() -> None:
    @tf.function
    def f(x):
        return tf.exp(x) + tf.sin(x)

    x = tf.constant([1.0, 2.0])
    with tf.profile() as p:
        expected = f(x).numpy()
    noted = len(p.events)
    np.testing.assert_array_equal(f(x).numpy(), expected)
    assert len(p.events) == noted == 3


def test_within_a_replay_nothing_is_compiled_and_afterwards_everything_is() -> None:
    backend = backends.current()

    @tf.function(jit_compile=True)
    def f(x):
        return tf.exp(x) + tf.sin(x) * x

    x = tf.constant([1.0, 2.0])
    compiled = []

    def compiling(graph):
        compiled.append(graph)
        return graph

    vars(backend)["compile"] = compiling
    try:
        with tf.profile(within=True) as p:
            f(x)
            assert not compiled
            f(x)
        assert counts(p) == {"replay of f": 1, "exp": 2, "sin": 2, "multiply": 2, "add": 2}
        f(x)
        f(x)
        assert len(compiled) == 1
    finally:
        del vars(backend)["compile"]


def test_data_is_waited_for_and_functions_of_elements_have_their_lines() -> None:
    x = np.arange(12.0, dtype=np.float32).reshape(6, 2)
    dataset = tf.data.Dataset.from_tensor_slices(x).batch(3).map(lambda a: tf.exp(a))
    map_line = line(-1)
    with tf.profile() as p:
        for _ in dataset:
            pass
    assert counts(p) == {"next element": 2, "exp": 2, "getitem": 2}
    assert {event.line for event in p.events if event.name == "exp"} == {map_line}
    assert {event.line for event in p.events if event.kind == "data"} == {line(-4)}


def test_each_thread_has_its_own_events() -> None:
    started = threading.Barrier(2)

    def work() -> None:
        started.wait()
        for _ in range(50):
            tf.exp(tf.constant(1.0))

    with tf.profile() as p:
        threads = [threading.Thread(target=work, name=f"worker {number}") for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = Counter((p.threads[event.thread], event.name) for event in p.events)
    assert found["worker 0", "exp"] == found["worker 1", "exp"] == 50
    assert all(event.parent is None or event.parent.thread == event.thread for event in p.events)


def test_times_by_a_clock_that_moves_when_it_is_looked_at() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.exp(x)
    with Profile(clock=ticking()) as p:
        tape.gradient(y, x)  # the rule: gradient · output
    (rule,) = [event for event in p.events if event.kind == "gradient"]
    (start,) = [event for event in p.events if event.kind == "op"]
    assert start.name == "full" or start.duration == 1000
    assert rule.duration == 1000 and rule.self_time == 1000
    with Profile(clock=ticking()) as p, tf.GradientTape() as tape:
        tape.watch(c := tf.constant([[1.0, 2.0]]))
        z = tf.matmul(c, tf.constant([[1.0], [2.0]]))
        tape.gradient(z, c)
    (rule,) = [event for event in p.events if event.kind == "gradient"]
    inside = [event for event in p.events if event.parent is rule]
    assert inside and all(event.duration == event.self_time == 1000 for event in inside)
    # Each call within takes four looks: as it is entered, begun, ended and noted.
    assert rule.within == 3000 * len(inside)
    assert rule.duration == 1000 + 4000 * len(inside)


def test_memory_is_what_comes_out_and_what_lives_at_a_time() -> None:
    x = tf.zeros([1000], tf.float64)
    with tf.profile() as p:
        y = tf.exp(x)
        del y
        y = tf.sin(x)
        z = tf.reshape(y, [10, 100])
    totals = {total.name: total.output_bytes for total in p.totals(by=["label"])}
    assert totals == {"exp": 8000, "sin": 8000, "reshape": 8000}
    assert p.peak_bytes == 8000, "one at a time, and a view that holds nothing"
    with tf.profile() as p:
        both = [tf.exp(x), tf.sin(x)]
    assert p.peak_bytes == 16000 and len(both) == 2 and z.shape == (10, 100)


@pytest.mark.parametrize("synchronize", [True, False])
def test_results_are_waited_for_if_asked(synchronize: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    waited = []
    monkeypatch.setattr(type(backends.current()), "synchronize", lambda self, array: waited.append(array))
    with tf.profile(synchronize=synchronize):
        tf.exp(tf.constant([1.0]))
    assert len(waited) == (1 if synchronize else 0)


def test_profiles_within_profiles_both_note() -> None:
    x = tf.constant([1.0])
    with tf.profile() as outer:
        tf.exp(x)
        with tf.profile() as inner:
            tf.sin(x)
    assert counts(outer) == {"exp": 1, "sin": 1}
    assert counts(inner) == {"sin": 1}


def test_nothing_is_left_behind() -> None:
    backend = backends.current()
    tf.exp(tf.constant([1.0]))
    before = set(vars(backend)), backend.exp
    with pytest.raises(tf.errors.InvalidArgumentError), tf.profile() as p:
        assert observers
        tf.constant([1.0, 2.0]) + tf.constant([1.0, 2.0, 3.0])
    assert not p.events, "what failed is not counted"
    assert not observers
    assert (set(vars(backend)), backend.exp) == before
    with pytest.raises(tf.errors.FailedPreconditionError, match="one block"), p:
        pass


def test_on_another_backend() -> None:
    with backends.use(LoopbackBackend()):
        x = tf.constant([1.0, 2.0])
        with tf.profile() as p:
            tf.exp(x)
    assert [(event.name, event.backend) for event in p.events] == [("exp", "loopback")]
