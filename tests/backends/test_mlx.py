"""What is MLX's own and no case of the conformance kit: laziness, threads, what a device lacks, the last digits.

The kit itself runs by `pytest --pyargs polytape_conformance --polytape-backend=mlx`.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape.plugins import backends

mx = pytest.importorskip("mlx.core", reason="MLX is not installed")

ON_CPU = mx.default_device().type == mx.DeviceType.cpu
"""Whether there is float64."""


@pytest.fixture(autouse=True)
def mlx() -> Iterator[Any]:
    """The backend, in use."""
    with backends.use("mlx") as backend:
        yield backend


def network() -> tuple[Any, Any, Any, Any]:
    tf.random.set_seed(7)
    random = np.random.default_rng(1)
    x = tf.constant(random.normal(size=(32, 12)).astype(np.float32))
    labels = tf.constant(np.eye(5, dtype=np.float32)[random.integers(0, 5, 32)])
    model = tf.keras.Sequential([tf.keras.layers.Dense(16, activation="relu"), tf.keras.layers.Dense(5)])
    model(x)
    return model, tf.keras.optimizers.Adam(0.01), x, labels


def step(model: Any, optimizer: Any, x: Any, labels: Any) -> Any:
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels, model(x, training=True)))
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


def test_a_training_gives_the_losses_of_numpy() -> None:
    def losses() -> list[float]:
        parts = network()
        return [float(step(*parts)) for _ in range(20)]

    found = losses()
    with backends.use("numpy"):
        expected = losses()
    assert found[-1] < found[0] * 0.7
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_a_training_step_is_one_graph(mlx: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is computed in steps until the loss is asked for: nobody evaluates, and no value goes to the host."""
    parts = network()
    step(*parts)
    asked: list[str] = []

    def counted(name: str, function: Any) -> Any:
        return lambda *arguments, **options: (asked.append(name), function(*arguments, **options))[1]

    for name in ("eval", "async_eval"):
        monkeypatch.setattr(mx, name, counted(name, getattr(mx, name)))
    for name in ("__bool__", "__int__", "__float__", "__array__", "item", "tolist"):
        monkeypatch.setattr(mx.array, name, counted(name, getattr(mx.array, name)))
    monkeypatch.setitem(vars(mlx), "to_numpy", counted("to_numpy", mlx.to_numpy))
    losses = [step(*parts) for _ in range(2)]
    assert asked == []
    assert np.isfinite(losses[1].numpy())
    assert "to_numpy" in asked


def test_what_the_device_lacks_is_said() -> None:
    with pytest.raises(tf.errors.DTypeError, match="no complex128"):
        tf.constant(1j, tf.complex128)
    if not ON_CPU:
        with pytest.raises(tf.errors.DTypeError, match="set_default_device"):
            tf.constant(1.0, tf.float64)


@pytest.mark.parametrize("op", [tf.linalg.det, tf.linalg.cholesky, tf.linalg.qr])
def test_what_is_for_real_matrices_only_is_said(op: Any) -> None:
    with pytest.raises(tf.errors.CapabilityError, match="complex64: MLX's is for real matrices"):
        op(tf.eye(2, dtype=tf.complex64))


@pytest.mark.parametrize("shape", [(0,), (0, 3), (1,), (1, 2)])
def test_reversed_views_come_in(shape: tuple[int, ...]) -> None:
    """NumPy calls an empty array contiguous whatever its strides are."""
    source = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)[tuple(slice(None, None, -1) for _ in shape)]
    np.testing.assert_array_equal(tf.constant(source).numpy(), source)


def test_arrays_come_in_as_copies_and_go_out_safely() -> None:
    source = np.arange(6, dtype=">f4").reshape(2, 3)[::-1, ::2]
    tensor = tf.constant(source)
    expected = source.astype(np.float32)
    source[...] = 9
    np.testing.assert_array_equal(tensor.numpy(), expected)
    out = tensor.numpy()
    out[...] = 7
    np.testing.assert_array_equal(tensor.numpy(), expected)
    assert not np.asarray(tensor).flags.writeable


def test_large_unsigned_numbers() -> None:
    found = tf.fill([2], tf.constant(2**64 - 1, tf.uint64)) - tf.constant(2**63, tf.uint64)
    assert found.numpy().tolist() == [2**63 - 1] * 2
    assert tf.range(2**53, 2**53 + 3, dtype=tf.int64).numpy().tolist() == [2**53, 2**53 + 1, 2**53 + 2]


def test_the_smallest_integer_by_minus_one() -> None:
    """The processor stops a division whose result does not fit."""
    found = tf.constant([-(2**31), 7]) // tf.constant([-1, -1])
    assert found.numpy().tolist() == [-(2**31), -7]


@pytest.mark.parametrize(
    "shape, axis",
    [((1_000_003,), None), ((3, 200_001), 1), ((3, 200_001), (0, 1)), ((50_021, 3), 0), ((40, 40, 40, 3), (0, 1, 2))],
)
@pytest.mark.parametrize("keepdims", [False, True])
def test_sums_of_many_elements(shape: tuple[int, ...], axis: Any, keepdims: bool) -> None:
    """MLX's own sum on the CPU adds one element after the other: the second of these is off by 10⁻³."""
    x = np.full(shape, 0.1, np.float32)
    expected = x.astype(np.float64).sum(axis=axis, keepdims=keepdims)
    found = tf.reduce_sum(x, axis=axis, keepdims=keepdims).numpy()
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=2e-6)


@pytest.mark.parametrize("sums", [tf.reduce_sum, tf.reduce_mean, tf.math.cumsum])
def test_half_precision_is_summed_in_single_precision(sums: Any) -> None:
    x = np.full(4096, 0.01, np.float16)
    exact = sums(tf.constant(x.astype(np.float32))).numpy()
    found = sums(tf.constant(x))
    assert found.dtype is tf.float16
    np.testing.assert_allclose(found.numpy(), exact, rtol=2**-11)


def test_exponentials_of_large_numbers() -> None:
    """`mx.exp` on the CPU is off by up to 63 units in the last place."""
    x = np.linspace(-87, 88, 10_001, dtype=np.float32)
    np.testing.assert_allclose(tf.exp(x).numpy(), np.exp(x.astype(np.float64)), rtol=3 * 2**-24)
    ends = np.array([-np.inf, -1e30, 0.0, 1e30, np.inf, np.nan], np.float32)
    np.testing.assert_array_equal(tf.exp(ends).numpy(), np.array([0, 0, 1, np.inf, np.inf, np.nan], np.float32))


def test_jacobians_and_functions() -> None:
    """MLX's operators refuse the stand-ins for arrays that both work with."""
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    np.testing.assert_array_equal(tape.jacobian(y, x).numpy(), np.diag([2.0, 4.0, 6.0]))

    @tf.function
    def gradient(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_max(tf.nn.softmax(x))
        return tape.gradient(y, x)

    expected = gradient.python_function(x).numpy()
    for _ in range(2):
        np.testing.assert_allclose(gradient(x).numpy(), expected, rtol=1e-6)


def test_labels_out_of_range() -> None:
    logits = tf.zeros([2, 3])
    found = tf.nn.sparse_softmax_cross_entropy_with_logits([0, 2], logits).numpy()
    np.testing.assert_allclose(found, np.full(2, np.log(3)), rtol=1e-6)
    if ON_CPU:
        for label in (-1, 3):
            with pytest.raises(tf.errors.InvalidArgumentError, match=f"the label {label},"):
                tf.nn.sparse_softmax_cross_entropy_with_logits([0, label], logits)


def test_tensors_made_in_one_thread_are_computed_in_another() -> None:
    made: list[Any] = []
    here = tf.constant([1.0, 2.0]) + 1.0

    def work() -> None:
        with backends.use("mlx"):
            made.append(tf.constant([1.0, 2.0]) * 3.0)
            made.append(here * 2.0)

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert [(x + 1.0).numpy().tolist() for x in made] == [[4.0, 7.0], [5.0, 7.0]]


def test_the_first_thing_that_a_thread_does_may_be_indexing() -> None:
    x, made = tf.constant([[1.0, 2.0], [3.0, 4.0]]), []
    thread = Thread(target=lambda: made.append(x[1:]))
    thread.start()
    thread.join()
    assert made[0].numpy().tolist() == [[3.0, 4.0]]
