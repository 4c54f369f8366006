"""A long short-term memory in native code, against float64 NumPy step by step and against differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape.ops.recurrence import long_short_term_memory
from polytape_numpy import native

if not native.is_available():
    pytest.skip("needs Numba: tox -e jit", allow_module_level=True)

from polytape_numpy.native import recurrence

BACKEND = tf.constant(0.0)._backend
RANDOM = np.random.default_rng(23)
DTYPES = {"float32": 1e-5, "float64": 1e-13}
"""What results may be off by, relative to the largest of them."""

WIDTHS = [1, 3, 8, 17, 33]


@pytest.fixture(autouse=True)
def everything_is_worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small arrays go to native code as well, in as many parts as large ones; nothing goes elsewhere."""
    monkeypatch.setattr(recurrence, "_WORTHWHILE", 0)
    monkeypatch.setattr(recurrence, "_SHARED", 0)

    def elsewhere(*_: Any) -> None:
        raise AssertionError("not in native code")

    for name in ("long_short_term_memory", "back_through_time"):
        monkeypatch.setattr(recurrence.NumpyRecurrence, name, elsewhere)


def real(*shape: int, dtype: str = "float64") -> Any:
    return RANDOM.normal(size=shape).astype(dtype)


def batch_first(x: Any) -> Any:
    """The same array, in which the steps of a row of the batch follow one another."""
    return np.ascontiguousarray(x.swapaxes(0, 1)).swapaxes(0, 1)


def strided(x: Any) -> Any:
    """The same array, of which nothing follows anything."""
    return np.repeat(x, 2, axis=2)[:, :, ::2]


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "steps first": lambda x: x,
    "batch first": batch_first,
    "backwards": lambda x: np.ascontiguousarray(x[::-1])[::-1],
    "strided": strided,
}


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def exactly(projected: Any, hidden: Any, memory: Any, kernel: Any, bias: Any) -> tuple[Any, Any, Any]:
    """Gers, Schmidhuber and Cummins 2000, in float64."""
    projected, hidden, memory, kernel = (x.astype(np.float64) for x in (projected + bias, hidden, memory, kernel))
    outputs, memories, gates = [], [], []
    for sums in projected:
        i, f, g, o = np.split(sums + np.einsum("nk,kj->nj", hidden, kernel), 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        memory = f * memory + i * g
        hidden = o * np.tanh(memory)
        outputs.append(hidden)
        memories.append(memory)
        gates.append(np.concatenate([i, f, g, o], axis=1))
    return np.stack(outputs), np.stack(memories), np.stack(gates)


def backwards(given: Any, inputs: Any, results: Any) -> list[Any]:
    """The chain rule, one step after the other, in float64: every value has a gradient of its own."""
    projected, hidden, memory, kernel, bias = (x.astype(np.float64) for x in inputs)
    outputs, memories, gates = results
    of_outputs, of_memories, of_gates = (
        np.zeros_like(x) if g is None else g.astype(np.float64).copy() for g, x in zip(given, results)
    )
    of_projected, of_kernel, of_bias = (np.zeros_like(x) for x in (projected, kernel, bias))
    of_hidden, of_memory = np.zeros_like(hidden), np.zeros_like(memory)
    for t in range(len(projected) - 1, -1, -1):
        i, f, g, o = np.split(gates[t], 4, axis=1)
        before, earlier = (memories[t - 1], outputs[t - 1]) if t else (memory, hidden)
        bent = np.tanh(memories[t])
        of_memories[t] += of_outputs[t] * o / np.cosh(memories[t]) ** 2
        of_gates[t] += np.concatenate(
            [of_memories[t] * g, of_memories[t] * before, of_memories[t] * i, of_outputs[t] * bent], axis=1
        )
        slopes = np.concatenate([i * (1 - i), f * (1 - f), 1 - g**2, o * (1 - o)], axis=1)
        of_projected[t] = of_gates[t] * slopes
        of_kernel += np.einsum("nk,nj->kj", earlier, of_projected[t])
        above = (of_outputs[t - 1], of_memories[t - 1]) if t else (of_hidden, of_memory)
        above[0][...] += np.einsum("nj,kj->nk", of_projected[t], kernel)
        above[1][...] += of_memories[t] * f
        for row in of_projected[t]:
            of_bias += row
    return [of_projected, of_hidden, of_memory, of_kernel, of_bias]


def inputs_of(steps: int, batch: int, width: int, dtype: str) -> list[Any]:
    kernel = real(width, 4 * width, dtype=dtype) / np.sqrt(width).astype(dtype)
    states = [real(batch, width, dtype=dtype) for _ in range(2)]
    return [real(steps, batch, 4 * width, dtype=dtype), *states, kernel, real(4 * width, dtype=dtype)]


def assert_close(found: Any, exact: Any, dtype: str) -> None:
    assert [(x.shape, x.dtype) for x in found] == [(x.shape, np.dtype(dtype)) for x in exact]
    for one, other in zip(found, exact, strict=True):
        scale = np.abs(other).max(initial=1e-6)
        np.testing.assert_allclose(one / scale, other / scale, rtol=0, atol=DTYPES[dtype])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("batch", [1, 2, 7, 33])
@pytest.mark.parametrize("steps", [1, 5])
def test_forward_and_back(steps: int, batch: int, width: int, dtype: str) -> None:
    inputs = inputs_of(steps, batch, width, dtype)
    exact = exactly(*inputs)
    results = BACKEND.long_short_term_memory(*inputs)
    assert_close(results, exact, dtype)
    given = [real(*x.shape, dtype=dtype) for x in exact]
    for present in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)):
        gradients = [x if there else None for x, there in zip(given, present)]
        found = BACKEND.back_through_time(*gradients, *inputs[1:4], *results)
        assert_close(found, backwards(gradients, inputs, exact), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_arrays_lie_in_memory_as_they_like(layout: str, dtype: str) -> None:
    laid = LAYOUTS[layout]
    projected, *rest = inputs_of(9, 5, 12, dtype)
    hidden, memory, kernel = (np.asfortranarray(x) for x in rest[:3])
    bias = np.repeat(rest[3], 2)[::2]
    exact = exactly(projected, *rest)
    results = BACKEND.long_short_term_memory(laid(projected), hidden, memory, kernel, bias)
    assert_close(results, exact, dtype)
    given = [real(*x.shape, dtype=dtype) for x in exact]
    expected = backwards(given, [projected, *rest], exact)
    found = BACKEND.back_through_time(*map(laid, given), hidden, memory, kernel, *results)
    assert_close(found, expected, dtype)
    found = BACKEND.back_through_time(*map(laid, given), hidden, memory, kernel, *map(laid, results))
    assert_close(found, expected, dtype)


def test_results_lie_in_memory_as_the_inputs_do() -> None:
    inputs = inputs_of(6, 4, 8, "float32")
    for projected, turned in ((inputs[0], False), (batch_first(inputs[0]), True)):
        results = BACKEND.long_short_term_memory(projected, *inputs[1:])
        of_projected, *_ = BACKEND.back_through_time(results[0], None, None, *inputs[1:4], *results)
        for x in (results[0], of_projected):
            assert (x.swapaxes(0, 1) if turned else x).flags.c_contiguous


def test_a_gradient_that_is_the_same_everywhere() -> None:
    inputs = inputs_of(3, 4, 5, "float64")
    exact = exactly(*inputs)
    results = BACKEND.long_short_term_memory(*inputs)
    row = np.broadcast_to(real(5), (3, 4, 5))
    found = BACKEND.back_through_time(row, None, None, *inputs[1:4], *results)
    assert_close(found, backwards([row, None, None], inputs, exact), "float64")


@pytest.mark.parametrize("steps", [130, 700])
def test_long_sequences(steps: int) -> None:
    """More steps than the kernel's gradient takes at once."""
    for laid in (batch_first, np.ascontiguousarray):
        projected, *rest = inputs_of(steps, 3, 4, "float64")
        exact = exactly(projected, *rest)
        results = BACKEND.long_short_term_memory(laid(projected), *rest)
        assert_close(results, exact, "float64")
        given = [real(steps, 3, 4), None, None]
        found = BACKEND.back_through_time(*given, *rest[:3], *results)
        assert_close(found, backwards(given, [projected, *rest], exact), "float64")


def test_gradients_are_those_of_differences() -> None:
    inputs = inputs_of(3, 2, 3, "float64")
    weights = [real(3, 2, length) for length in (3, 3, 12)]
    directions = [real(*x.shape) for x in inputs]

    def total(step: float) -> Any:
        results = exactly(*(x + step * direction for x, direction in zip(inputs, directions)))
        return sum((x * weight).sum() for x, weight in zip(results, weights))

    tensors = [tf.constant(x) for x in inputs]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        found = long_short_term_memory(*tensors)
        loss = tf.add_n([tf.reduce_sum(x * weight) for x, weight in zip(found, weights)])
    gradients = tape.gradient(loss, tensors)
    along = sum((gradient.numpy() * direction).sum() for gradient, direction in zip(gradients, directions))
    np.testing.assert_allclose(along, (total(1e-5) - total(-1e-5)) / 2e-5, rtol=1e-8)


def test_without_a_bias() -> None:
    inputs = inputs_of(3, 2, 5, "float64")
    exact = exactly(*inputs[:4], np.zeros(20))
    assert_close(BACKEND.long_short_term_memory(*inputs[:4]), exact, "float64")
    tensors = [tf.constant(x) for x in inputs[:4]]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        loss = tf.reduce_sum(long_short_term_memory(*tensors)[0])
    found = [gradient.numpy() for gradient in tape.gradient(loss, tensors)]
    expected = backwards([np.ones((3, 2, 5)), None, None], [*inputs[:4], np.zeros(20)], exact)
    assert_close(found, expected[:4], "float64")


def test_saturated_gates() -> None:
    """Gates that are open or shut as far as they go, and what is not a number."""
    projected = np.array([[[200.0, 1000.0, -300.0, 90.0]], [[-200.0, -1000.0, np.nan, np.inf]]], np.float32)
    zeros = np.zeros((1, 1), np.float32)
    outputs, memories, gates = BACKEND.long_short_term_memory(projected, zeros, zeros, np.zeros((1, 4), np.float32))
    assert gates[0].tolist() == [[1.0, 1.0, -1.0, 1.0]]
    assert memories[0].tolist() == [[-1.0]]
    np.testing.assert_allclose(gates[1, 0, [0, 1, 3]], [0, 0, 1], atol=1e-38)
    assert np.isnan(memories[1]).all() and np.isnan(outputs[1]).all()
