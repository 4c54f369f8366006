"""Updates of rows may write to a variable's array only while nobody else holds it: eagerly, recorded and replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from loopback_backend import LoopbackBackend

import polytape as tf

OPTIMIZERS = {
    "sgd": lambda: tf.keras.optimizers.SGD(0.1),
    "momentum": lambda: tf.keras.optimizers.SGD(0.1, momentum=0.9),
    "adam": lambda: tf.keras.optimizers.Adam(0.1),
    "adagrad": lambda: tf.keras.optimizers.Adagrad(0.1),
}
HOLDING: dict[str, Callable[[Any], Any]] = {
    "value()": lambda v: v.value(),
    "read_value()": lambda v: v.read_value(),
    "identity": tf.identity,
    "reshape": lambda v: tf.reshape(v, [3, 4]),
    "rows": lambda v: v[1:4],
    "stop_gradient": lambda v: tf.stop_gradient(v),
}


@pytest.fixture(params=["numpy", "loopback"])
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    with tf.use("numpy" if request.param == "numpy" else LoopbackBackend()):
        yield request.param


def table() -> Any:
    return tf.Variable(np.arange(12, dtype=np.float32).reshape(6, 2))


def training(optimizer: Any, v: Any, *, compiled: bool) -> Callable[[Any], Any]:
    def step(indices: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.nn.embedding_lookup(v, indices) ** 2)
        optimizer.apply_gradients([(tape.gradient(loss, v), v)])
        return loss

    return tf.function(step) if compiled else step


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "function"])
@pytest.mark.parametrize("hold", HOLDING)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_the_user_holds_stays_as_it_is(name: str, hold: str, compiled: bool, backend: str) -> None:
    v = table()
    step = training(OPTIMIZERS[name](), v, compiled=compiled)
    reference = table()
    eager = training(OPTIMIZERS[name](), reference, compiled=False)
    held = []
    for call in range(5):
        before = HOLDING[hold](v)
        held.append((before, before.numpy().copy()))
        indices = tf.constant([call, 2, 2])
        step(indices)
        eager(indices)
        np.testing.assert_array_equal(v.numpy(), reference.numpy())
    for before, values in held:
        np.testing.assert_array_equal(before.numpy(), values)
    assert not np.array_equal(held[0][1], held[-1][1])


@pytest.mark.parametrize("hold", HOLDING)
def test_what_a_function_returns_stays_as_it_is(hold: str, backend: str) -> None:
    v = table()
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(indices: Any) -> Any:
        before = HOLDING[hold](v)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.nn.embedding_lookup(v, indices))
        optimizer.apply_gradients([(tape.gradient(loss, v), v)])
        return before, HOLDING[hold](v)

    kept = []
    for _ in range(4):
        expected = HOLDING[hold](v).numpy().copy()
        before, after = step(tf.constant([1, 3]))
        kept += [(before, expected), (after, HOLDING[hold](v).numpy().copy())]
    for tensor, values in kept:
        np.testing.assert_array_equal(tensor.numpy(), values)


def test_two_updates_in_one_function(backend: str) -> None:
    v, reference = table(), table()
    seen = []

    def made(v: Any) -> Callable[[Any], Any]:
        optimizer = tf.keras.optimizers.Adagrad(0.1)

        def twice(indices: Any) -> Any:
            between = None
            for _ in range(2):
                with tf.GradientTape() as tape:
                    loss = tf.reduce_sum(tf.nn.embedding_lookup(v, indices) ** 2)
                optimizer.apply_gradients([(tape.gradient(loss, v), v)])
                between = tf.identity(v) if between is None else between
            return between

        return twice

    step, eager = tf.function(made(v)), made(reference)
    for call in range(4):
        indices = tf.constant([call, call + 1])
        seen.append((step(indices), eager(indices)))
        np.testing.assert_array_equal(v.numpy(), reference.numpy())
    for found, expected in seen:
        np.testing.assert_array_equal(found.numpy(), expected.numpy())


def test_a_tape_outside_finds_what_was_read(backend: str) -> None:
    v = table()
    optimizer = tf.keras.optimizers.SGD(1.0)

    @tf.function
    def loss_then_update(indices: Any) -> Any:
        loss = tf.reduce_sum(v * v)
        optimizer.apply_gradients([(tf.IndexedSlices(tf.ones([1, 2]), indices, tf.constant([6, 2])), v)])
        return loss

    for call in range(4):
        before = v.numpy().copy()
        with tf.GradientTape() as tape:
            loss = loss_then_update(tf.constant([call]))
        np.testing.assert_array_equal(tape.gradient(loss, v).numpy(), 2 * before)


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "function"])
def test_numpy_writes_to_the_array_that_nobody_else_holds(compiled: bool) -> None:
    with tf.use("numpy"):
        v = table()
        step = training(tf.keras.optimizers.Adam(0.1), v, compiled=compiled)
        for call in range(3):
            step(tf.constant([call, 4]))
        place = v._value._array.__array_interface__["data"]
        for call in range(3):
            step(tf.constant([call, 4]))
            assert v._value._array.__array_interface__["data"] == place
        held = v.value()
        step(tf.constant([0, 1]))
        assert v._value._array.__array_interface__["data"] != place
        del held


def test_a_missed_guard_leaves_the_array_as_it_is() -> None:
    with tf.use("numpy"):
        v = table()
        optimizer = tf.keras.optimizers.SGD(1.0)

        @tf.function
        def step(limit: Any) -> Any:
            optimizer.apply_gradients([(tf.IndexedSlices(tf.ones([1, 2]), tf.constant([0]), tf.constant([6, 2])), v)])
            return tf.constant(1) if tf.reduce_sum(v) > limit else tf.constant(0)

        total = 66.0
        for limit in (0.0, 0.0, 100.0, 0.0, 100.0, 60.0, 60.0, 0.0):
            total -= 2.0
            assert int(step(tf.constant(limit))) == (total > limit)
            assert float(tf.reduce_sum(v)) == total


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_call_that_fails_after_the_update_leaves_nothing_behind(name: str, backend: str) -> None:
    v, reference = table(), table()
    optimizer = OPTIMIZERS[name]()
    values = tf.Variable([1.0, 2.0])

    @tf.function
    def step(indices: Any, which: Any) -> Any:
        optimizer.apply_gradients([(tf.IndexedSlices(tf.ones([2, 2]), indices, [6, 2]), v)])
        return tf.gather(values, which)

    eager = OPTIMIZERS[name]()
    for call in range(4):
        indices = tf.constant([call, 5])
        assert float(step(indices, tf.constant(1))) == 2.0
        eager.apply_gradients([(tf.IndexedSlices(tf.ones([2, 2]), indices, [6, 2]), reference)])
        with pytest.raises(tf.errors.InvalidArgumentError, match="7"):
            step(indices, tf.constant(7))
        np.testing.assert_array_equal(v.numpy(), reference.numpy())
        assert int(optimizer.iterations) == call + 1
