"""The CuPy backend on a stand-in for CuPy, which runs on the CPU: what it asks of CuPy, and its formulas.

Nothing here runs on a GPU; see `cupy_stand_in`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from threading import Thread
from typing import Any

import cupy_stand_in
import numpy as np
import pytest
from cupy_stand_in import cuda
from cupy_stand_in.array import ndarray
from small_trainings import images, step, words

import polytape as tf
from polytape import array_api
from polytape.plugins import backends
from polytape_conformance import check
from polytape_conformance.row import Row
from polytape_conformance.table import table

pytest.importorskip("scipy", reason="the stand-in's special functions are SciPy's")

ROWS = table()
BY_ID = pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
UNSEEN = {
    "gather": IndexError,
    "nn.embedding_lookup": IndexError,
    "nn.sparse_softmax_cross_entropy_with_logits": ValueError,
    "nn.ctc_loss[different labels]": ValueError,
}
"""Rows with bad input that only the GPU could tell from good: as in TensorFlow, it is not waited for."""


@pytest.fixture(scope="module")
def module_backend() -> Iterator[Any]:
    """The backend over the stand-in, made once."""
    with cupy_stand_in.installed():
        from polytape_cupy.backend import CupyBackend

        yield CupyBackend()


@pytest.fixture
def cupy(module_backend: Any) -> Iterator[Any]:
    """The backend, in use."""
    with backends.use(module_backend):
        yield module_backend


def _size(case: tuple) -> int:
    return sum(np.asarray(item).size for item in case)


@pytest.mark.parametrize(
    ("row", "dtype"), [pytest.param(row, dtype, id=f"{row.id}-{dtype}") for row in ROWS for dtype in row.dtypes]
)
def test_value(cupy: Any, row: Row, dtype: str) -> None:
    for case in row.cases:
        check.value(tf, row, case, dtype)


@pytest.mark.parametrize("row", [row for row in ROWS if row.complex], ids=lambda row: row.id)
def test_value_of_complex_numbers(cupy: Any, row: Row) -> None:
    for case in row.cases:
        arrays = [np.asarray(item) for item in case]
        made = [x + 0.5j * x[..., ::-1] if x.ndim and x.dtype.kind == "f" else x * (1 + 0.5j) for x in arrays]
        found = tf.nest.flatten(row.call(tf, *map(tf.constant, made)))
        for tensor, expected in zip(found, tf.nest.flatten(row.reference(*made)), strict=True):
            np.testing.assert_allclose(tensor.numpy(), expected, rtol=1e-11, atol=1e-11)


@BY_ID
def test_first_derivative(cupy: Any, row: Row) -> None:
    check.first_derivative(tf, row, min(row.cases, key=_size))


@pytest.mark.parametrize("row", [row for row in ROWS[::7] if row.second], ids=lambda row: row.id)
def test_second_derivative_of_a_sample(cupy: Any, row: Row) -> None:
    check.second_derivative(tf, row, min(row.cases, key=_size))


@BY_ID
def test_refusals(cupy: Any, row: Row) -> None:
    unseen = 0
    for call, error, pattern in row.rejects:
        try:
            call(tf)
        except error as raised:
            assert re.search(pattern, str(raised))
        else:
            assert error is UNSEEN.get(row.id)
            unseen += 1
    assert bool(unseen) == (row.id in UNSEEN)


def test_indices_out_of_range_give_zeros(cupy: Any) -> None:
    found = tf.gather([[1.0, 2.0], [3.0, 4.0]], [1, 2, -1])
    assert found.numpy().tolist() == [[3.0, 4.0], [0.0, 0.0], [0.0, 0.0]]
    assert tf.gather([[7, 8], [9, 10]], [[5], [1]], axis=1).numpy().tolist() == [[[0], [8]], [[0], [10]]]
    with pytest.raises(IndexError, match="indices = 0 is not in"):
        tf.gather(tf.zeros([0, 2]), 0)


def test_labels_out_of_range_give_nan(cupy: Any) -> None:
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits([0, 2, -1], tf.zeros([3, 2])).numpy()
    np.testing.assert_allclose(losses, [np.log(2), np.nan, np.nan], rtol=1e-6)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int64", "uint8", "uint16", "float16", "complex64", "complex128"])
def test_rows_are_added_up_in_every_dtype(cupy: Any, dtype: str) -> None:
    values = np.array([[1, 2], [3, 4], [5, 6]]).astype(dtype) * (1 - 2j if dtype.startswith("c") else 1)
    values = values.astype(dtype)
    found = tf.tensor_scatter_nd_add(tf.constant(values), [[2], [0], [2]], tf.constant(values)).numpy()
    expected = values.copy()
    np.add.at(expected, [2, 0, 2], values)
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == dtype


def test_remainders_of_large_quotients_and_by_infinity(cupy: Any) -> None:
    """CuPy's own remainder is x - floor(x / y) · y."""
    x, y = tf.constant([5.0, -5.0, 1e10, -1e10]), tf.constant([np.inf, np.inf, 3.0, 3.0])
    expected = np.array([5.0, np.inf, np.float32(1e10) % np.float32(3), np.float32(-1e10) % np.float32(3)])
    np.testing.assert_array_equal(tf.math.floormod(x, y).numpy(), expected.astype(np.float32))


def test_half_precision_is_summed_in_single(cupy: Any) -> None:
    x = tf.constant(np.full(5000, 1.0, np.float16))
    assert tf.reduce_sum(x).numpy() == 5000
    assert tf.cumsum(x).numpy()[-1] == 5000


def test_what_arrives_without_axes_stays_an_array(cupy: Any) -> None:
    total = tf.reduce_sum([1.0, 2.0])
    assert isinstance(total._array, ndarray) and total._array.shape == ()
    assert tf.argmax([1.0, 3.0, 2.0], output_type=tf.int64)._array.dtype is np.dtype(np.int64)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: tf.random.stateless_uniform([301], [1, 2]),
        lambda: tf.random.stateless_uniform([301], [1, 2], dtype=tf.float16),
        lambda: tf.random.stateless_uniform([301], [1, 2], dtype=tf.float64),
        lambda: tf.random.stateless_uniform([7, 43], [3, 2**40], 1, 5),
        lambda: tf.random.stateless_uniform([301], [1, 2], None, None, tf.uint64),
        lambda: tf.random.stateless_shuffle(range(100), [1, 2]),
        lambda: tf.random.Generator.from_key_counter(3, 2**32 - 5).uniform_full_int([40]),
    ],
)
def test_random_numbers_bit_for_bit(cupy: Any, draw: Any) -> None:
    found = draw()
    with backends.use("numpy"):
        expected = draw()
    assert (found.backend, expected.backend) == ("cupy", "numpy")
    np.testing.assert_array_equal(found.numpy(), expected.numpy())


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_normal_numbers(cupy: Any, dtype: str) -> None:
    found = tf.random.stateless_normal([4001], [1, 2], dtype=dtype).numpy()
    with backends.use("numpy"):
        expected = tf.random.stateless_normal([4001], [1, 2], dtype=dtype).numpy()
    np.testing.assert_array_max_ulp(found, expected, 4)


@pytest.mark.parametrize("network", [images, words])
def test_a_training_gives_the_losses_of_numpy(cupy: Any, network: Any) -> None:
    def losses() -> list[float]:
        parts = network()
        return [float(step(*parts)) for _ in range(20)]

    found = losses()
    with backends.use("numpy"):
        expected = losses()
    assert found[-1] < found[0] * 0.8
    np.testing.assert_allclose(found, expected, rtol=1e-4)


OPTIMIZERS = ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl", "Lion")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_give_what_they_give_on_numpy(cupy: Any, name: str) -> None:
    def after() -> list[Any]:
        random = np.random.default_rng(3)
        variables = [tf.Variable(random.normal(size=(3, 2)).astype(np.float32)), tf.Variable(1.5)]
        optimizer = getattr(tf.keras.optimizers, name)(0.05)
        for _ in range(3):
            optimizer.apply_gradients([(x * 2.0, x) for x in variables])
        table = tf.Variable(random.normal(size=(4, 2)).astype(np.float32))
        rows = tf.IndexedSlices(tf.ones([3, 2]), tf.constant([1, 3, 1]), [4, 2])
        optimizer.apply_gradients([(rows, table)])
        return [variable.numpy() for variable in (*variables, table)]

    found = after()
    with backends.use("numpy"):
        expected = after()
    for here, there in zip(found, expected):
        np.testing.assert_allclose(here, there, rtol=1e-5, atol=1e-6)
        assert here.dtype == there.dtype == np.float32


@pytest.mark.parametrize("network", [images, words])
def test_a_training_step_does_not_wait_for_the_gpu(cupy: Any, network: Any) -> None:
    parts = network()
    step(*parts)
    with sys.modules["cupyx"].allow_synchronize(False):
        loss = step(*parts)
        with pytest.raises(cuda.DeviceSynchronized):
            float(loss)
    assert np.isfinite(float(loss))


def test_arrays_come_in_as_copies_and_go_out_as_copies(cupy: Any) -> None:
    source = np.arange(6, dtype=">f4").reshape(2, 3)[::-1, ::2]
    tensor = tf.constant(source)
    expected = source.astype(np.float32)
    source[...] = 9
    np.testing.assert_array_equal(tensor.numpy(), expected)
    out = tensor.numpy()
    out[...] = 7
    np.testing.assert_array_equal(tensor.numpy(), expected)
    assert tensor.numpy().dtype.isnative


def test_dlpack(cupy: Any) -> None:
    x = tf.constant([1.0, 2.0])
    assert x.__dlpack_device__() == (2, 0)
    shared = cupy.from_dlpack(x)
    assert np.shares_memory(shared._hidden, x._array._hidden)
    copied = x.__dlpack__(copy=True).array
    assert not np.shares_memory(copied._hidden, x._array._hidden)
    assert np.from_dlpack(x, device="cpu").tolist() == [1.0, 2.0]
    assert cupy.from_dlpack(np.array([3.0]))._hidden.tolist() == [3.0]


def test_arrays_of_cupy_become_tensors(cupy: Any) -> None:
    array = sys.modules["cupy"].array(np.array([1.0, 2.0]))
    shared = array_api.from_dlpack(array)
    assert np.shares_memory(shared._array._hidden, array._hidden)
    copied = tf.constant(array)
    assert (copied.backend, copied.numpy().tolist()) == ("cupy", [1.0, 2.0])
    assert not np.shares_memory(copied._array._hidden, array._hidden)
    with backends.use("numpy"):
        assert tf.constant(array).numpy().tolist() == [1.0, 2.0]


def test_tensors_move_to_the_host_and_back(cupy: Any) -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum((x * 3.0).to("numpy") ** 2)
    assert (y.backend, tape.gradient(y, x).backend) == ("numpy", "cupy")
    assert tape.gradient is not None
    with backends.use("numpy"):
        back = tf.constant([1.0, 2.0]).to(cupy)
    assert (back.backend, "GPU:0" in back.device) == ("cupy", True)


def test_large_integers_count_exactly(cupy: Any) -> None:
    assert tf.range(2**53, 2**53 + 3, dtype=tf.int64).numpy().tolist() == [2**53, 2**53 + 1, 2**53 + 2]
    assert tf.range(9, 0, -3).numpy().tolist() == [9, 6, 3]
    assert tf.fill([1], tf.constant(2**64 - 1, tf.uint64)).numpy().tolist() == [2**64 - 1]


def test_decompositions_that_do_not_exist_are_errors(cupy: Any) -> None:
    """CuPy keeps silent about them by itself."""
    with pytest.raises(tf.errors.InvalidArgumentError, match="not positive definite"):
        tf.linalg.cholesky([[1.0, 2.0], [2.0, 1.0]])
    with pytest.raises(tf.errors.InvalidArgumentError, match="not invertible"):
        tf.linalg.inv([[1.0, 1.0], [1.0, 1.0]])


def test_versions_and_devices(cupy: Any) -> None:
    assert cupy.devices() == ("GPU:0",)
    assert cupy.versions() == {
        "cupy": "14.0.0+stand.in",
        "CUDA driver": "12.8",
        "CUDA runtime": "12.9",
        "GPU:0": "Stand-in 0",
    }
    assert cupy.numbers is not None


def test_tensors_of_one_thread_are_computed_with_in_another(cupy: Any) -> None:
    made: list[Any] = []
    here = tf.constant([1.0, 2.0]) + 1.0

    def work() -> None:
        with backends.use(cupy):
            made.append(here * 2.0 + tf.constant([1.0, 0.0]))

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert made[0].numpy().tolist() == [5.0, 6.0]
