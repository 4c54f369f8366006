"""Functions by `mx.compile`: what becomes one call, what stays outside, and that results are eager mode's."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape.plugins import backends

mx = pytest.importorskip("mlx.core", reason="MLX is not installed")

ON_CPU = mx.default_device().type == mx.DeviceType.cpu
"""Whether kernels are made by a C++ compiler."""


@pytest.fixture(autouse=True)
def mlx() -> Iterator[Any]:
    """The backend, in use."""
    with backends.use("mlx") as backend:
        yield backend


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were a C++ compiler: nothing is evaluated here that would call it."""
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")


def training(**options: Any) -> Any:
    """A function that makes a step of Adam with a decaying rate, on a variable of its own."""
    variable = tf.Variable([0.5, -1.0])
    optimizer = tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5))

    @tf.function(**options)
    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(variable * x - 1.0))
        optimizer.apply_gradients([(tape.gradient(loss, variable), variable)])
        return loss

    return step


def names(function: Any) -> list[str]:
    """The nodes of what is replayed."""
    return [node.name for node in function.paths[0].program.graph.nodes]


def test_graphs_are_compiled_by_default_where_mlx_brings_its_compiler(mlx: Any) -> None:
    step = training()
    for _ in range(2):
        step(tf.ones([2]))
    assert mlx.compiles() is not ON_CPU
    assert ("compiled" in names(step)) is not ON_CPU


@pytest.mark.usefixtures("compiler")
def test_a_training_step_is_one_call() -> None:
    step = training(jit_compile=True)
    for _ in range(2):
        step(tf.ones([2]))
    assert names(step) == ["compiled"]
    assert "adam_update" in step.pretty()  # what people read is what was recorded


@pytest.mark.usefixtures("compiler")
def test_what_looks_at_values_stays_outside() -> None:
    @tf.function(jit_compile=True)
    def halved_where_large(x: Any) -> Any:
        y = tf.square(x + 1.0)
        return (y * 0.5 - 1.0) if tf.reduce_max(y) > 4.0 else y

    halved_where_large(tf.constant([1.0, 2.0]))
    assert names(halved_where_large) == ["compiled", "bool", "compiled"]


@pytest.mark.usefixtures("compiler")
def test_what_needs_no_result_before_it_goes_first() -> None:
    """A call of the user's does not part the steps before it from those after."""
    stream = io.StringIO()

    @tf.function(jit_compile=True)
    def checked(x: Any, indices: Any) -> Any:
        y = tf.exp(x) * 2.0
        tf.print(indices, output_stream=stream)
        return tf.sqrt(y + 1.0)

    checked(tf.constant([1.0, 2.0]), tf.constant([1, 0]))
    assert names(checked) == ["print", "compiled"]


@pytest.mark.skipif(not ON_CPU, reason="the GPU's compiler comes with MLX")
def test_without_a_compiler_calls_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    step = training(jit_compile=True)
    losses = [float(step(tf.ones([2]))) for _ in range(3)]
    assert "compiled" not in names(step)
    assert losses[2] < losses[0]


@pytest.mark.skipif(ON_CPU and shutil.which("g++") is None, reason="MLX makes the CPU's kernels with g++")
def test_losses_are_those_of_eager_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers of the step go in anew, and nothing is computed before a loss is asked for."""
    eager, compiled = training(), training(jit_compile=True)
    inputs = [tf.constant(x) for x in np.random.default_rng(3).normal(size=(6, 2)).astype(np.float32)]
    expected = [float(eager.python_function(x)) for x in inputs]
    asked: list[str] = []
    with monkeypatch.context() as patch:
        for name in ("eval", "async_eval"):
            patch.setattr(mx, name, lambda *arrays: asked.append("eval"))
        for name in ("__bool__", "__int__", "__float__", "__array__", "item", "tolist"):
            patch.setattr(mx.array, name, lambda array, *options: asked.append("value"))
        losses = [compiled(x) for x in inputs]
    assert asked == []
    assert names(compiled) == ["compiled"]
    np.testing.assert_allclose([float(loss) for loss in losses], expected, rtol=1e-5)
