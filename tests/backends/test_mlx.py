"""MLX, held to the op table, to NumPy's random bits and to a training on NumPy; on whichever device it has."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape.plugins import backends
from polytape_conformance import check
from polytape_conformance.row import Row
from polytape_conformance.table import table

mx = pytest.importorskip("mlx.core", reason="MLX is not installed")

ON_CPU = mx.default_device().type == mx.DeviceType.cpu
"""Whether there is float64."""

_NO_COMPLEX128 = "complex numbers of float64 parts are complex128, which MLX does not have"
EXPECTED_FAILURES: dict[tuple[str, str], str] = {
    ("value", "cast[by way of complex]-float32"): "the row goes by complex128, which MLX does not have",
    **{
        (check_name, f"{row}{dtype}"): _NO_COMPLEX128
        for row in ("cast[by way of complex]", "math.real", "math.imag", "math.conj", "math.angle", "abs[complex]")
        for check_name, dtype in (("value", "-float64"), ("derivative", ""))
    },
    ("value", "complex-float64"): _NO_COMPLEX128,
    ("second derivative", "math.angle"): _NO_COMPLEX128,
    ("complex", "linalg.det"): "MLX has determinants of real matrices only",
}
"""What does not pass, and why: all of it is refused with an error.

An entry that passes fails the run (`xfail_strict`), and so does one that no test has.
"""

REFUSALS = (tf.errors.DTypeError, tf.errors.UnimplementedError)
ROWS = table()
_used: set[tuple[str, str]] = set()


def each(name: str, rows: list[Row], dtypes: bool = False) -> Any:
    """The parameters of a test of rows, or of rows and dtypes, with the expected failures marked."""
    found = []
    for row in rows:
        for dtype in row.dtypes if dtypes else (None,):
            if dtype == "float64" and not ON_CPU:
                continue
            key = (name, f"{row.id}-{dtype}" if dtype else row.id)
            marks = []
            if key in EXPECTED_FAILURES:
                _used.add(key)
                marks = [pytest.mark.xfail(raises=REFUSALS, reason=EXPECTED_FAILURES[key])]
            found.append(pytest.param(*((row, dtype) if dtypes else (row,)), id=key[1], marks=marks))
    return pytest.mark.parametrize("row, dtype" if dtypes else "row", found)


@pytest.fixture(autouse=True)
def mlx() -> Iterator[Any]:
    """The backend, in use."""
    with backends.use("mlx") as backend:
        yield backend


@each("value", ROWS, dtypes=True)
def test_value(row: Row, dtype: str) -> None:
    for case in row.cases:
        check.value(tf, row, case, dtype)


@each("complex", [row for row in ROWS if row.complex])
def test_value_in_complex64(row: Row) -> None:
    for case in row.cases:
        arrays = [np.asarray(item) for item in case]
        made = [x + 0.5j * x[..., ::-1] if x.ndim and x.dtype.kind == "f" else x * (1 + 0.5j) for x in arrays]
        check.value(tf, row, tuple(x.astype(np.complex64) for x in made), "complex64")


@pytest.mark.skipif(not ON_CPU, reason="central differences need float64, which the GPU does not have")
@each("derivative", ROWS)
def test_first_derivative(row: Row) -> None:
    check.first_derivative(tf, row, min(row.cases, key=_size))


@pytest.mark.skipif(not ON_CPU, reason="central differences need float64, which the GPU does not have")
@each("second derivative", [row for row in ROWS[::5] if row.second])
def test_second_derivative_of_a_sample(row: Row) -> None:
    check.second_derivative(tf, row, min(row.cases, key=_size))


@each("refusal", ROWS)
def test_refusals(row: Row) -> None:
    for call, error, pattern in row.rejects:
        with pytest.raises(error, match=pattern):
            call(tf)


def _size(case: tuple) -> int:
    return sum(np.asarray(item).size for item in case)


def test_every_expected_failure_has_a_test() -> None:
    if ON_CPU:
        assert _used == set(EXPECTED_FAILURES)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: tf.random.stateless_uniform([301], [1, 2]),
        lambda: tf.random.stateless_uniform([301], [1, 2], dtype=tf.float16),
        lambda: tf.random.stateless_uniform([7, 43], [3, 2**40], 1, 5),
        lambda: tf.random.stateless_uniform([301], [1, 2], None, None, tf.int32),
        lambda: tf.random.stateless_uniform([301], [1, 2], None, None, tf.uint64),
        lambda: tf.random.stateless_uniform([301], [1, 2], 5, 77, tf.int64),
        lambda: tf.random.stateless_shuffle(range(100), [1, 2]),
        lambda: tf.random.Generator.from_key_counter(3, 2**32 - 5).uniform_full_int([40]),
        lambda: tf.random.split([1, 2], 4),
    ],
)
def test_random_numbers_bit_for_bit(draw: Any) -> None:
    found = draw()
    with backends.use("numpy"):
        expected = draw()
    assert (found.backend, expected.backend) == ("mlx", "numpy")
    np.testing.assert_array_equal(found.numpy(), expected.numpy())


def test_normal_numbers() -> None:
    found = tf.random.stateless_normal([4001], [1, 2]).numpy()
    with backends.use("numpy"):
        expected = tf.random.stateless_normal([4001], [1, 2]).numpy()
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=1e-6)


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


def test_the_sum_of_many_elements() -> None:
    x = np.full(1_000_003, 0.1, np.float32)
    np.testing.assert_allclose(tf.reduce_sum(x).numpy(), x.astype(np.float64).sum(), rtol=1e-6)
    np.testing.assert_allclose(tf.reduce_mean(x).numpy(), 0.1, rtol=1e-6)


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
