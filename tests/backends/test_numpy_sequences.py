"""Kernels that run as one native call: what is planned, where memory is, and what comes out."""

from __future__ import annotations

from itertools import permutations
from threading import Thread
from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape_numpy import native
from polytape_numpy.native.buffers import Lifetime, placed

if not native.is_available():
    pytest.skip("needs Numba: tox -e jit", allow_module_level=True)

from polytape_numpy.compiler import stretches
from polytape_numpy.native import threads
from polytape_numpy.native.copying import in_order
from polytape_numpy.native.planning import NotPlannedError, Number, Recording, StandIn, empty, planning

RANDOM = np.random.default_rng(23)


def real(*shape: int) -> Any:
    """Random numbers in float32."""
    return RANDOM.normal(size=shape).astype(np.float32)


@pytest.fixture(autouse=True)
def small_arrays_take_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches of small arrays, on all cores."""
    monkeypatch.setattr(stretches, "_LARGE", 1)
    monkeypatch.setattr(threads, "_PLANNED_SHARE", 1)


def replayed(function: Any, *arguments: Any) -> tuple[Any, Any]:
    """A function of polytape after two calls of it, and the source of its program."""
    compiled = tf.function(function)
    for _ in range(2):
        compiled(*arguments)
    return compiled, compiled.paths[0].program.source


@pytest.mark.parametrize("seed", range(20))
def test_blocks_that_are_needed_at_the_same_time_are_apart(seed: int) -> None:
    random = np.random.default_rng(seed)
    lifetimes = []
    for _ in range(random.integers(1, 30)):
        first = int(random.integers(0, 20))
        lifetimes.append(Lifetime(int(random.integers(1, 5000)), first, first + int(random.integers(0, 6))))
    starts, total = placed(lifetimes)
    owner: dict[tuple[int, int], int] = {}
    for number, (start, (size, first, last)) in enumerate(zip(starts, lifetimes)):
        assert start % 64 == 0
        assert start + size <= total
        for step in range(first, last + 1):
            for place in range(start, start + size):
                assert owner.setdefault((step, place), number) == number
    assert total <= sum(-(-size // 64) * 64 for size, _, _ in lifetimes)
    busiest = max(sum(size for size, first, last in lifetimes if first <= step <= last) for step in range(30))
    assert total >= busiest


def test_nothing_is_computed_with_what_stands_in() -> None:
    recording = Recording()
    with planning(recording):
        x = empty((4, 3), np.float32)
    assert isinstance(x, StandIn)
    for use in (
        lambda: x + 1,
        lambda: np.sum(x),
        lambda: x.sum(),
        lambda: np.concatenate([x, x]),
        lambda: float(x[:1, :1]),
        lambda: x[0, 0],
        lambda: x[np.array([0])],
        lambda: x[x > 0],
        lambda: x.copy(),
        lambda: x.astype(np.float64),
        lambda: x.argmax(),
        lambda: list(x[0]),
        lambda: bool(x[:1, :1]),
        lambda: x.__setitem__(0, 1.0),
        lambda: Number(np.dtype(np.float32)) * 2,
        lambda: float(Number(np.dtype(np.float32))),
        lambda: Number(np.dtype(np.float32)).item(),
    ):
        with pytest.raises(NotPlannedError):
            use()
    assert [row.shape for row in x] == [(3,)] * 4
    assert x.T.reshape(3, 2, 2).shape == (3, 2, 2)


def test_memory_is_known_by_its_address() -> None:
    recording = Recording()
    first, second = recording.stand_in((10, 10), np.float32), recording.stand_in((5,), np.float64)
    assert recording.memory_of(first.array[3:, 2:]) is first
    assert recording.memory_of(second.array[4:]) is second
    assert recording.memory_of(np.zeros(3)) is None


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "bool"])
@pytest.mark.parametrize("axes", list(permutations(range(4))), ids=str)
def test_copies_in_order(axes: Any, dtype: str) -> None:
    x = RANDOM.integers(0, 50, size=(3, 1, 5, 4)).astype(dtype)
    for view in (
        x.transpose(axes),
        x.transpose(axes)[::-1],
        x.transpose(axes)[..., ::-1],
        x[:, :, 1:4:2].transpose(axes),
    ):
        found = in_order(view)
        assert found.flags.c_contiguous
        np.testing.assert_array_equal(found, view)


def network(x: Any, w: Any, b: Any, v: Any) -> Any:
    """A loss, its gradients, and what was computed on the way."""
    with tf.GradientTape() as tape:
        tape.watch([w, b, v])
        hidden = tf.nn.relu(x @ w + b)
        logits = tf.transpose(hidden @ v) * 2.0
        loss = tf.reduce_mean(tf.square(logits))
    return loss, tape.gradient(loss, [w, b, v]), tf.reshape(hidden, [-1])


def by_numpy(x: Any, w: Any, b: Any, v: Any) -> list[Any]:
    """The same in float64."""
    x, w, b, v = (array.astype(np.float64) for array in (x, w, b, v))
    hidden = np.maximum(x @ w + b, 0)
    logits = 2 * (hidden @ v)
    of_product = 4 * logits / logits.size
    of_hidden = of_product @ v.T * (hidden > 0)
    return [np.mean(logits**2), x.T @ of_hidden, of_hidden.sum(0), hidden.T @ of_product, hidden.ravel()]


def test_a_net_is_one_call() -> None:
    arrays = real(70, 30), real(30, 40), real(40), real(40, 7)
    function, source = replayed(network, *map(tf.constant, arrays))
    assert source.count(" = ") == 1
    for _ in range(3):
        arrays = real(70, 30), real(30, 40), real(40), real(40, 7)
        loss, gradients, hidden = function(*map(tf.constant, arrays))
        for found, expected in zip([loss, *gradients, hidden], by_numpy(*arrays)):
            np.testing.assert_allclose(found.numpy(), expected, rtol=1e-4, atol=1e-4)


def test_what_one_call_returns_the_next_one_leaves_alone() -> None:
    arrays = [tf.constant(array) for array in (real(70, 30), real(30, 40), real(40), real(40, 7))]
    function, _ = replayed(network, *arrays)
    loss, gradients, hidden = function(*arrays)
    kept = [loss.numpy().copy(), *[gradient.numpy().copy() for gradient in gradients], hidden.numpy().copy()]
    function(*[array + 1.0 for array in arrays])
    for found, expected in zip([loss, *gradients, hidden], kept):
        np.testing.assert_array_equal(found.numpy(), expected)


def test_arguments_may_lie_in_memory_in_any_order() -> None:
    arrays = real(70, 30), real(30, 40), real(40), real(40, 7)
    function, _ = replayed(network, *map(tf.constant, arrays))
    x, w, b, v = (tf.transpose(tf.constant(array.T.copy())) for array in arrays)
    loss, gradients, _ = function(x, w, b, v)
    for found, expected in zip([loss, *gradients], by_numpy(*arrays)):
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-4, atol=1e-4)


def test_threads_do_not_share_what_is_in_between() -> None:
    function, _ = replayed(network, *map(tf.constant, (real(200, 30), real(30, 40), real(40), real(40, 7))))
    given = [(real(200, 30), real(30, 40), real(40), real(40, 7)) for _ in range(6)]
    found: dict[int, Any] = {}

    def run(number: int) -> None:
        for _ in range(20):
            found[number] = function(*map(tf.constant, given[number]))

    workers = [Thread(target=run, args=(number,)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for number, arrays in enumerate(given):
        loss, gradients, _ = found[number]
        for one, expected in zip([loss, *gradients], by_numpy(*arrays)):
            np.testing.assert_allclose(one.numpy(), expected, rtol=1e-4, atol=1e-4)


def training(start: Any) -> tuple[Any, Any]:
    """A variable, and a step that trains it with momentum."""
    kernel = tf.Variable(start)
    optimizer = tf.keras.optimizers.SGD(0.1, momentum=0.9)

    @tf.function
    def step(x: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=x @ kernel)
            loss = tf.reduce_sum(losses)
        optimizer.apply_gradients([(tape.gradient(loss, kernel), kernel)])
        return loss

    return kernel, step


def test_labels_are_checked_before_anything_is_written() -> None:
    x, start = real(50, 20), real(20, 10)
    (kernel, step), (other, as_well) = training(start), training(start)
    for number in range(4):
        labels = RANDOM.integers(0, 10, 50)
        logits = x.astype(np.float64) @ kernel.numpy()
        expected = (np.log(np.exp(logits).sum(-1)) - logits[np.arange(50), labels]).sum()
        np.testing.assert_allclose(step(tf.constant(x), tf.constant(labels)).numpy(), expected, rtol=1e-5)
        as_well(tf.constant(x), tf.constant(labels))
        np.testing.assert_array_equal(kernel.numpy(), other.numpy())
        labels[7] = 10
        with pytest.raises(tf.errors.InvalidArgumentError, match="10"):
            step(tf.constant(x), tf.constant(labels))
        np.testing.assert_array_equal(kernel.numpy(), other.numpy(), f"after step {number}")


def test_a_number_that_kernels_make_is_used_by_later_ones() -> None:
    def scaled(x: Any) -> Any:
        return x / tf.reduce_sum(x * x) + 1.0

    x = real(90, 40)
    function, _ = replayed(scaled, tf.constant(x))
    exact = x.astype(np.float64) / np.sum(x.astype(np.float64) ** 2) + 1
    np.testing.assert_allclose(function(tf.constant(x)).numpy(), exact, rtol=1e-6)


def test_constants_may_be_parts_of_one_another() -> None:
    weights = tf.constant(real(30, 40))
    row, turned = weights[7], tf.transpose(weights)

    def function(x: Any) -> Any:
        return ((x @ weights + row) * 2.0) @ turned + weights[3, 4]

    x = real(60, 30)
    replay, source = replayed(function, tf.constant(x))
    w = weights.numpy().astype(np.float64)
    assert source.count(" = ") == 1
    np.testing.assert_allclose(replay(tf.constant(x)).numpy(), (x @ w + w[7]) * 2 @ w.T + w[3, 4], rtol=1e-3, atol=1e-3)


def test_elements_keep_their_order_in_memory() -> None:
    def turned(x: Any, y: Any) -> Any:
        first, second = tf.transpose(x, [0, 2, 1, 3]), tf.transpose(y, [0, 2, 1, 3])
        return tf.matmul(first * 0.5 + second, second, transpose_b=True)

    x, y = real(3, 8, 4, 6), real(3, 8, 4, 6)
    function, _ = replayed(turned, tf.constant(x), tf.constant(y))
    first, second = (array.astype(np.float64).transpose(0, 2, 1, 3) for array in (x, y))
    exact = (first * 0.5 + second) @ second.swapaxes(-1, -2)
    np.testing.assert_allclose(function(tf.constant(x), tf.constant(y)).numpy(), exact, rtol=1e-5, atol=1e-5)


def test_who_looks_on_sees_each_kernel() -> None:
    arrays = [tf.constant(array) for array in (real(70, 30), real(30, 40), real(40), real(40, 7))]
    function, _ = replayed(network, *arrays)
    with tf.profile() as profile:
        function(*arrays)
    assert sum(event.name == "matmul" for event in profile.events) == 5
    expected = [found.numpy() for found in tf.nest.flatten(network(*arrays))]
    for found, exact in zip(tf.nest.flatten(function(*arrays)), expected):
        np.testing.assert_allclose(found.numpy(), exact, rtol=1e-4, atol=1e-4)
