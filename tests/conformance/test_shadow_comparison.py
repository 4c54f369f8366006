"""What a shadow run takes for right: other answers that are as good, and errors that are nobody's fault."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loopback_backend import LoopbackBackend

import polytape as tf
from polytape.op import OPS, elementwise
from polytape_conformance.shadow.admissible import LEFT_OUT
from polytape_conformance.shadow.mismatch import ShadowMismatch
from polytape_conformance.shadow.shadow import Shadow
from polytape_numpy import NumpyBackend


def shadowed(**ops: Callable[..., Any]) -> NumpyBackend:
    """A backend that runs some ops in its own way, with a shadow."""
    backend = type("Other", (NumpyBackend,), {"name": "other", **ops})()
    Shadow(backend, NumpyBackend(), None, Path("there is no such folder")).begin()
    return backend


def flipped_qr(self: Any, x: Any, *, full_matrices: bool) -> Any:
    q, r = np.linalg.qr(x, mode="complete" if full_matrices else "reduced")
    return -q, -r


def turned_eigh(self: Any, x: Any) -> Any:
    values, vectors = np.linalg.eigh(x)
    return values, vectors @ np.diag([-1.0, 1.0, -1.0]).astype(x.dtype)


def turned_svd(self: Any, x: Any, *, full_matrices: bool) -> Any:
    u, s, vh = np.linalg.svd(x, full_matrices=full_matrices)
    return -u, s, -vh


def quotient(self: Any, x: Any, y: Any) -> Any:
    return np.floor(x / y)


def saturating(self: Any, x: Any, *, dtype: Any) -> Any:
    kept = np.nan_to_num(x, nan=7, posinf=7, neginf=7) if x.dtype.kind == "f" else x
    return np.clip(kept, -100, 100).astype(dtype) if dtype == np.int32 else x.astype(dtype)


def flushing(self: Any, x: Any) -> Any:
    found = np.exp(x)
    return np.where(found < np.finfo(x.dtype).smallest_normal, x.dtype.type(0), found)


def by_reciprocal(self: Any, x: Any, y: Any) -> Any:
    return x * (np.float32(1) / y)


MATRIX = np.array([[2.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 4.0]], "float32")
RIGHT = {
    "signs of qr": (lambda: tf.linalg.qr(MATRIX[:, :2], full_matrices=True), {"qr": flipped_qr}),
    "signs of eigenvectors": (lambda: tf.linalg.eigh(MATRIX), {"eigh": turned_eigh}),
    "signs of singular vectors": (lambda: tf.linalg.svd(MATRIX[:2]), {"svd": turned_svd}),
    "a jump that rounding reaches": (
        lambda: tf.math.floordiv(tf.constant([1.0, 0.3]), tf.constant([0.1, 0.1])),
        {"floor_divide": quotient},
    ),
    "numbers that no integer holds": (
        lambda: tf.cast(tf.constant([np.nan, np.inf, 3e9, 5.5]), tf.int32),
        {"astype": saturating},
    ),
    "subnormal numbers": (lambda: tf.exp(tf.constant([-90.0, -1.0])), {"exp": flushing}),
    "overflow on the way": (lambda: tf.math.l2_normalize(tf.constant([300.0, 400.0], tf.float16)), {}),
    "cancelling terms": (lambda: tf.reduce_sum(tf.constant([1e8, 1.0, -1e8], tf.float32)), {}),
    "an ill-conditioned matrix": (
        lambda: tf.linalg.inv(np.array([[1.0, 1.0], [1.0, 1.0001]], "float32")),
        {},
    ),
    "NaN and infinity": (lambda: tf.maximum(tf.constant([np.nan, np.inf]), tf.constant([1.0, -np.inf])), {}),
    "complex numbers": (lambda: tf.abs(tf.exp(tf.constant([1 + 2j, 0.5j]))), {}),
    "integers": (lambda: tf.constant([7, -7]) // tf.constant([2, 3]), {}),
    "neighbours": (lambda: tf.math.nextafter(tf.constant([1.0]), tf.constant([2.0])), {}),
    "bits": (lambda: tf.bitcast(tf.constant([1.0, -0.0]), tf.int32), {}),
    "nothing": (lambda: tf.matmul(tf.zeros([0, 3]), tf.zeros([3, 2])), {}),
    "random numbers": (lambda: tf.random.stateless_normal([100], [1, 2], dtype=tf.float16), {}),
    "rejection sampling": (lambda: tf.random.stateless_gamma([20], [1, 2], 0.7), {}),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers_pass(name: str) -> None:
    call, ops = RIGHT[name]
    with tf.use(shadowed(**ops)):
        assert call() is not None


WRONG = {
    "singular values": (
        lambda: tf.linalg.svd(MATRIX),
        {
            "svd": lambda self, x, *, full_matrices: [
                np.linalg.svd(x)[0],
                np.linalg.svd(x)[1] * 1.001,
                np.linalg.svd(x)[2],
            ]
        },
        "'svd' .* elements of .* are wrong",
    ),
    "vectors that are no basis": (
        lambda: tf.linalg.eigh(MATRIX),
        {"eigh": lambda self, x: (np.linalg.eigh(x)[0], 2 * np.linalg.eigh(x)[1])},
        "elements of V·diag",
    ),
    "one rounding too many": (
        lambda: tf.range(1.0, 50.0) / tf.constant([49.0]),
        {"divide": by_reciprocal},
        "divide",
    ),
    "float64 computed in float32": (
        lambda: tf.exp(tf.constant([1.0], tf.float64)),
        {"exp": lambda self, x: np.exp(x.astype("float32")).astype(x.dtype)},
        "by up to .* ULP, where 4 are allowed",
    ),
    "NaN that is lost": (
        lambda: tf.maximum(tf.constant([np.nan]), tf.constant([1.0])),
        {"maximum": lambda self, x, y: np.fmax(x, y)},
        "the value is wrong",
    ),
    "equal elements in another order": (
        lambda: tf.argsort(tf.constant([2, 1, 1])),
        {"argsort": lambda self, x, *, axis: np.array([2, 1, 0])},
        "2 of 3 elements",
    ),
    "an output too few": (
        lambda: tf.linalg.slogdet(MATRIX),
        {"slogdet": lambda self, x: (np.linalg.slogdet(x)[1],)},
        "the number of outputs is wrong: 1, expected 2",
    ),
    "another dtype": (
        lambda: tf.argmax(tf.constant([1.0, 2.0])),
        {"argmax": lambda self, x, *, axis: np.argmax(x, axis).astype("int32")},
        "the dtype is wrong: 'int32', expected 'int64'",
    ),
    "other random numbers": (
        lambda: tf.random.stateless_uniform([4], [1, 2]),
        {"random_uniform": lambda self, state, *, shape, dtype: np.full(shape, 0.5, "float32")},
        "random_uniform",
    ),
    "a slot of another size": (
        lambda: step(tf.keras.optimizers.SGD(0.1, momentum=0.9)),
        {"momentum_update": lambda self, parameter, gradient, velocity, **options: (parameter, velocity)},
        "momentum_update",
    ),
}


def step(optimizer: Any) -> None:
    """One step of an optimizer."""
    optimizer.apply_gradients([(tf.constant([1.0, 2.0]), tf.Variable([3.0, 4.0]))])


@pytest.mark.parametrize("name", WRONG)
def test_wrong_answers_do_not(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    call, ops, problem = WRONG[name]
    with tf.use(shadowed(**ops)), pytest.raises(ShadowMismatch, match=problem):
        call()


DERIVATIVES: dict[str, Callable[[Any], Any]] = {
    "second": lambda x: second_derivative(x),
    "jacobian": lambda x: jacobian(x),
    "forward": lambda x: forward(x),
    "custom gradient": lambda x: custom(x),
    "vectorized map": lambda x: tf.vectorized_map(lambda row: tf.tanh(row) * 2.0, tf.stack([x, x])),
    "slices": lambda x: slices(x),
}


def second_derivative(x: Any) -> Any:
    with tf.GradientTape() as outer, tf.GradientTape() as inner:
        inner.watch(x)
        outer.watch(x)
        y = tf.reduce_sum(tf.tanh(x))
        first = inner.gradient(y, x)
    return outer.gradient(first, x)


def jacobian(x: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.tanh(x)
    return tape.jacobian(y, x)


def forward(x: Any) -> Any:
    with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as accumulator:
        y = tf.tanh(x)
    return accumulator.jvp(y)


def custom(x: Any) -> Any:
    @tf.custom_gradient
    def twice(x: Any) -> Any:
        return tf.tanh(x), lambda gradient: gradient * 2.0 * tf.tanh(x)

    with tf.GradientTape() as tape:
        tape.watch(x)
        y = twice(x)
    return tape.gradient(y, x)


def slices(x: Any) -> Any:
    table = tf.Variable(tf.stack([x, x]))
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.gather(table, [0, 0, 1]) * 2.0) + tf.reduce_sum(table)
    gradient = tape.gradient(y, table)
    tf.keras.optimizers.Adam().apply_gradients([(gradient, table)])
    return gradient


@pytest.mark.parametrize("name", DERIVATIVES)
def test_derivatives_are_those_without_a_shadow(name: str) -> None:
    values = np.array([0.5, -1.0, 2.0], "float32")
    found = []
    for backend in (NumpyBackend(), shadowed()):
        with tf.use(backend):
            found.append(np.asarray(tf.convert_to_tensor(DERIVATIVES[name](tf.constant(values)))))
    np.testing.assert_allclose(found[1], found[0], rtol=1e-6)


def wrong_in_rules(self: Any, x: Any, y: Any) -> Any:
    """Wrong where a number stands before an array, as in the rule of `tanh`."""
    return np.subtract(x, y) + (0.01 if np.ndim(x) == 0 and np.ndim(y) else 0)


@pytest.mark.parametrize("name", ["second", "forward"])
def test_the_arithmetic_of_rules_is_compared(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with tf.use(shadowed(subtract=wrong_in_rules)), pytest.raises(ShadowMismatch, match="'subtract'"):
        DERIVATIVES[name](tf.constant([0.5, -1.0]))


def test_ops_defined_later_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    backend = shadowed()

    @elementwise(None)
    def partial_to(backend: Any, x: Any) -> Any:
        """Return x, or more on one backend."""
        return x + (0.5 if backend.name == "other" else 0.0)

    try:
        with tf.use(backend), pytest.raises(ShadowMismatch, match="'partial_to'"):
            partial_to(tf.constant([1.0]))
    finally:
        from polytape.backend import COMPOSITIONS

        del OPS["partial_to"], COMPOSITIONS["partial_to"]


def test_a_function_of_the_users_runs_once() -> None:
    calls = []

    def median(x: Any) -> Any:
        calls.append(x)
        return np.median(x)

    with tf.use(shadowed()):
        assert float(tf.numpy_function(median, [tf.constant([1.0, 9.0, 2.0])], tf.float32)) == 2
    assert len(calls) == 1 and "host_function" in LEFT_OUT


def test_what_the_reference_refuses_is_said() -> None:
    def solve(self: Any, x: Any, y: Any) -> Any:
        return np.zeros_like(y)

    with (
        tf.use(shadowed(solve=solve)),
        pytest.warns(RuntimeWarning, match="'solve' was not compared: .*not invertible"),
    ):
        tf.linalg.solve(np.zeros((2, 2), "float32"), np.ones((2, 1), "float32"))


def test_nothing_is_warned_of_otherwise() -> None:
    with warnings.catch_warnings(), tf.use(shadowed()):
        warnings.simplefilter("error")
        assert float(tf.reduce_sum(tf.math.log(tf.constant([0.0, 1.0])))) == -np.inf


def test_an_array_that_numpy_refuses_is_brought_to_the_host() -> None:
    backend = LoopbackBackend()
    Shadow(backend, NumpyBackend(), None, Path()).begin()
    with tf.use(backend), tf.device("LOOP:0"):
        x = tf.Variable([[1.0, 2.0]])
        with tf.GradientTape() as tape:
            y = tf.reduce_mean(tf.nn.log_softmax(x @ tf.transpose(x)) + tf.concat([x, x], 0)[0])
        assert tape.gradient(y, x).device.endswith("LOOP:0")
