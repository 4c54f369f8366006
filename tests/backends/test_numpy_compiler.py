"""Graphs compiled by Numba: what kernels compute, against float64 NumPy and against eager mode."""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Thread
from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape_numpy import native

if not native.is_available():
    pytest.skip("needs Numba: tox -e jit", allow_module_level=True)

from polytape_numpy.compiler import fusion

RANDOM = np.random.default_rng(5)


@pytest.fixture(autouse=True)
def eager_to_fuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small arrays are fused as well."""
    monkeypatch.setattr(fusion, "_SMALLEST", 0)


def real(*shape: int) -> Any:
    return RANDOM.normal(size=shape).astype(np.float32)


def kernels(function: Any) -> list[str]:
    """The names of the kernels of a function's last recorded run."""
    graph = fusion.fused(function.paths[0].graph)
    return [node.name for node in graph.nodes if node.function is not None]


CASES = {
    "chain": (lambda x, y: (x + y) * x - 2.0, (real(7, 5), real(7, 5))),
    "rows": (lambda x, y: tf.nn.relu(x * y + 1.0), (real(4, 3, 6), real(6))),
    "columns": (lambda x, y: tf.square(x - y) / 3.0, (real(4, 6), real(4, 1))),
    "middle axis": (lambda x, y: x * y + x, (real(3, 4, 5), real(4, 1))),
    "both broadcast": (lambda x, y: (x + y) * (x - y), (real(5, 1, 3), real(4, 1))),
    "number": (lambda x, y: x * y + y, (real(5, 3), np.float32(1.5))),
    "conditions": (lambda x, y: tf.where(tf.logical_and(x > y, x < 1.0), x, y * 0.5), (real(50), real(50))),
    "casts": (lambda x, y: tf.cast(x > 0, x.dtype) * y + tf.cast(y > x, x.dtype), (real(20), real(20))),
    "roots": (lambda x, y: tf.sqrt(tf.abs(x)) + tf.math.rsqrt(tf.abs(y) + 1.0), (real(9), real(9))),
    "sum of all": (lambda x, y: tf.reduce_sum(x * y + x), (real(30, 20), real(30, 20))),
    "sum of rows": (lambda x, y: tf.reduce_sum(x * y - y, axis=-1), (real(30, 20), real(20))),
    "sum of columns": (lambda x, y: tf.reduce_sum(tf.nn.relu(x + y), axis=0), (real(30, 20), real(20))),
    "mean of the middle": (
        lambda x, y: tf.reduce_mean(x * y + 1.0, axis=(1, 2), keepdims=True),
        (real(3, 4, 5, 2), real(2)),
    ),
    "two results": (lambda x, y: (x + y, tf.reduce_sum((x + y) * 2.0, axis=0)), (real(8, 3), real(3))),
    "not contiguous": (lambda x, y: (tf.transpose(x) + y) * 2.0, (real(5, 4), real(4, 5))),
    "empty": (lambda x, y: (x + y) * x, (real(0, 3), real(3))),
    "extremes": (lambda x, y: tf.maximum(tf.minimum(x, y) * 2.0, x), (real(40), real(40))),
    "leaky": (lambda x, y: tf.nn.leaky_relu(x * y, 0.2) + tf.clip_by_value(x, -1.0, 1.0), (real(40), real(40))),
}


@pytest.mark.parametrize("name", CASES)
def test_kernels_compute_what_eager_mode_does(name: str) -> None:
    function, arrays = CASES[name]
    compiled = tf.function(function)
    reference = [np.asarray(array, np.float64) for array in arrays]
    for turn in (1.0, -0.5, 2.0):
        given = [tf.constant(np.float32(turn) * array) for array in arrays]
        found = tf.nest.flatten(compiled(*given))
        exact = tf.nest.flatten(function(*[tf.constant(turn * array) for array in reference]))
        eager = tf.nest.flatten(function(*given))
        for one, other, same in zip(found, exact, eager):
            assert (one.dtype, one.shape) == (same.dtype, same.shape)
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)
    assert kernels(compiled), f"{name}: nothing was compiled"


def test_nan_and_infinity_go_through() -> None:
    @tf.function
    def chain(x: Any, y: Any) -> Any:
        return tf.nn.relu(x) + tf.maximum(x, y) * 1.0, tf.where(x > y, x, y) / 2.0, (x - x) / x

    x = np.float32([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0])
    y = np.float32([1.0, np.nan, 2.0, -0.0, 0.0, np.inf])
    for _ in range(2):
        found = chain(tf.constant(x), tf.constant(y))
        expected = chain.python_function(tf.constant(x), tf.constant(y))
        for one, other in zip(found, expected):
            np.testing.assert_array_equal(one, other)
    assert kernels(chain)


def test_results_of_earlier_calls_stay() -> None:
    @tf.function
    def chain(x: Any) -> Any:
        return x * 2.0 + 1.0

    first = chain(tf.constant(real(100)))
    copy = first.numpy()
    chain(tf.constant(real(100)))
    np.testing.assert_array_equal(first, copy)


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "AdamW"])
def test_a_training_agrees_with_eager_mode(optimizer: str) -> None:
    x, y = tf.constant(real(64, 20)), tf.constant(RANDOM.integers(0, 5, 64))

    def losses(compiled: bool) -> tuple[list[float], Any]:
        tf.random.set_seed(2)
        model = tf.keras.Sequential([tf.keras.layers.Dense(30, "relu"), tf.keras.layers.Dense(5)])
        model(x)
        made = getattr(tf.keras.optimizers, optimizer)(0.05)
        read = []

        def step() -> Any:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=model(x)))
            variables = model.trainable_variables
            made.apply_gradients(zip(tape.gradient(loss, variables), variables))
            return loss

        run = tf.function(step) if compiled else step
        before = model.trainable_variables[0].read_value()
        copy = before.numpy()
        for _ in range(15):
            read.append(float(run()))
        np.testing.assert_array_equal(before, copy, "a value that was read before the training has changed")
        return read, model.trainable_variables[0].numpy()

    found, weights = losses(True)
    expected, other = losses(False)
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    np.testing.assert_allclose(weights, other, rtol=1e-3, atol=1e-4)


def test_long_loops_run_in_parts() -> None:
    @tf.function
    def chain(x: Any, y: Any) -> Any:
        z = tf.nn.relu(x + y)
        return z, tf.reduce_sum(z * 2.0, axis=0), tf.reduce_sum(z + 1.0)

    x, y = real(3001, 70), real(70)
    for _ in range(2):
        z, columns, total = chain(tf.constant(x), tf.constant(y))
        exact = np.maximum(x.astype(np.float64) + y, 0)
        np.testing.assert_allclose(z, exact, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(columns, 2 * exact.sum(0), rtol=1e-5)
        np.testing.assert_allclose(total, (exact + 1).sum(), rtol=1e-5)


def test_threads_share_a_compiled_function() -> None:
    @tf.function
    def chain(x: Any) -> Any:
        return tf.reduce_sum(x * 3.0 - 1.0, axis=-1)

    arrays = [real(2000, 40) for _ in range(6)]
    chain(tf.constant(arrays[0]))
    found: dict[int, Any] = {}
    threads = [Thread(target=lambda n=n: found.update({n: chain(tf.constant(arrays[n])).numpy()})) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, array in enumerate(arrays):
        np.testing.assert_allclose(found[number], (array.astype(np.float64) * 3 - 1).sum(-1), rtol=1e-4, atol=1e-4)


def test_a_new_process_takes_what_was_compiled_before(tmp_path: Any) -> None:
    source = """
import sys, warnings
warnings.simplefilter("error")
import polytape as tf
function = tf.function(lambda x: tf.reduce_sum(tf.nn.relu(x) * 2.0 + 1.0))
x = tf.ones([100, 100])
print([float(function(x)) for _ in range(3)])
from polytape_numpy.native import storage
print(sum(1 for _ in storage.folder().rglob("*.o")), "numba" in sys.modules)
"""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    printed = [
        subprocess.run([sys.executable, "-c", source], env=environment, capture_output=True, text=True, check=False)
        for _ in range(2)
    ]
    assert [done.stderr for done in printed] == ["", ""]
    assert printed[0].stdout == "[30000.0, 30000.0, 30000.0]\n2 True\n"
    assert printed[1].stdout == "[30000.0, 30000.0, 30000.0]\n2 False\n", "Numba is imported where nothing is compiled"


def test_without_compilation_the_bits_are_those_of_eager_mode() -> None:
    plain = tf.function(lambda x: tf.reduce_sum(x * 2.0 + 1.0), jit_compile=False)
    x = tf.constant(real(1000))
    for _ in range(2):
        assert float(plain(x)) == float(plain.python_function(x))
