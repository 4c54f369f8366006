"""What polytape's conformance kit can't know of: PyTorch's memory, its autograd, its integers, its fused layers."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

import polytape as tf
from polytape.backend import COMPOSITIONS, Backend
from polytape.ops import import_families


@pytest.fixture(autouse=True)
def backend() -> Iterator[Backend]:
    """The backend, in use."""
    with tf.use("torch") as found:
        yield found


def both(call: Callable[[], Any]) -> tuple[Any, Any]:
    """What a call gives on this backend, and on NumPy."""
    found = call()
    with tf.use("numpy"):
        expected = call()
    assert (found.backend, expected.backend) == ("torch", "numpy")
    return found.numpy(), expected.numpy()


# Devices, memory, autograd.


def test_pytorch_is_imported_when_the_backend_is_made() -> None:
    code = "import polytape_torch, sys; assert 'torch' not in sys.modules; polytape_torch.TorchBackend.priority"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_devices_are_pytorchs(backend: Backend) -> None:
    count = torch.accelerator.device_count()
    assert backend.devices() == (*(f"GPU:{number}" for number in range(count)), "CPU:0")
    assert tf.zeros([]).device.endswith(backend.devices()[0])
    with tf.device("/cpu:0"):
        assert tf.zeros([2]).device.endswith("CPU:0")


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


def test_dlpack_shares_memory_with_numpy_and_forbids_to_write() -> None:
    with tf.device("/cpu:0"):
        tensor = tf.constant([1.0, 2.0])
    seen = np.from_dlpack(tensor)
    assert not seen.flags.writeable
    assert seen.__array_interface__["data"][0] == tensor._array.data_ptr()
    moved = tensor.to("numpy")
    assert np.shares_memory(np.asarray(moved), seen)
    assert (moved.backend, moved.to("torch").backend) == ("numpy", "torch")


def test_no_tensor_requires_a_gradient() -> None:
    x = tf.Variable([[1.0, 2.0]])
    with tf.GradientTape() as tape:
        y = tf.matmul(x, x, transpose_b=True) ** 2
    gradient = tape.gradient(y, x)
    assert not any(tensor._array.requires_grad for tensor in (tf.convert_to_tensor(x), y, gradient))
    np.testing.assert_allclose(gradient.numpy(), [[20.0, 40.0]])


def test_negative_steps_in_every_place() -> None:
    keys = (slice(None, None, -2), 1, slice(1, None), None, ..., slice(-1, 0, -1), slice(2, 2, -1))
    x = np.arange(2 * 3 * 5 * 4.0).reshape(2, 3, 5, 4)
    for length in range(1, 4):
        for key in itertools.permutations(keys, length):
            expected = x[key]
            variable = tf.Variable(x)
            with tf.GradientTape() as tape:
                found = variable[key]
            weights = np.arange(expected.size, dtype=float).reshape(expected.shape)
            gradient = np.zeros_like(x)
            gradient[key] = weights
            np.testing.assert_array_equal(found.numpy(), expected)
            np.testing.assert_array_equal(tape.gradient(found, variable, tf.constant(weights)).numpy(), gradient)


# Errors.


def test_an_integer_to_a_negative_power() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"tf\.cast"):
        tf.pow([2, 3], [1, -1])


def test_matrices_without_a_solution() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="not invertible"):
        tf.linalg.inv([[1.0, 2.0], [2.0, 4.0]])
    with pytest.raises(tf.errors.InvalidArgumentError, match="not positive definite"):
        tf.linalg.cholesky([[1.0, 2.0], [2.0, 1.0]])


# Unsigned integers.

WIDTHS = pytest.mark.parametrize("dtype", ["uint16", "uint32", "uint64"])
PAIRS: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "less": lambda x, y: x < y,
    "greater_equal": lambda x, y: x >= y,
    "maximum": tf.maximum,
    "minimum": tf.minimum,
    "and": lambda x, y: x & y,
    "xor": lambda x, y: x ^ y,
    "where": lambda x, y: tf.where(x < y, x, y),
    "divide": lambda x, y: x // tf.where(y == 0, tf.ones_like(y), y),
    "remainder": lambda x, y: x % tf.where(y == 0, tf.ones_like(y), y),
    "left_shift": lambda x, y: tf.bitwise.left_shift(x, y % (8 * y.dtype.size)),
    "right_shift": lambda x, y: tf.bitwise.right_shift(x, y % (8 * y.dtype.size)),
    "matmul": lambda x, y: tf.matmul(x[None], y[:, None]),
}
SINGLE: dict[str, Callable[[Any], Any]] = {
    "invert": tf.bitwise.invert,
    "sum": tf.reduce_sum,
    "prod": tf.reduce_prod,
    "max": tf.reduce_max,
    "min": tf.reduce_min,
    "argmax": tf.argmax,
    "argmin": tf.argmin,
    "sort": tf.sort,
    "sort along an axis": lambda x: tf.sort(tf.reshape(tf.concat([x, x[::-1]], 0), [2, -1]), axis=0),
    "argsort": lambda x: tf.argsort(x[::-1]),
    "argsort along an axis": lambda x: tf.argsort(tf.reshape(tf.tile(x[::-1], [20]), [20, -1]), axis=1, stable=True),
    "cumsum": tf.cumsum,
    "sign": tf.sign,
    "clip": lambda x: tf.clip_by_value(x, 2, x.dtype.max - 2),
    "power": lambda x: x**3,
    "nonzero": tf.where,
    "backwards": lambda x: x[::-2],
    "float": lambda x: tf.cast(x, tf.float64),
    "segments": lambda x: tf.math.unsorted_segment_max(x, tf.range(len(x)) % 3, 4),
    "positions": lambda x: tf.searchsorted(tf.sort(x), x),
}


def _edges(dtype: str) -> list[int]:
    """The numbers around zero, around the half of what there is, and around its end."""
    last = int(np.iinfo(dtype).max)
    return [0, 1, 2, 3, 7, last // 2 - 1, last // 2, last // 2 + 1, last // 2 + 2, last - 1, last]


@WIDTHS
@pytest.mark.parametrize("name", PAIRS)
def test_pairs_of_unsigned_integers(name: str, dtype: str) -> None:
    x, y = np.array(list(itertools.product(_edges(dtype), repeat=2)), dtype).T
    found, expected = both(lambda: PAIRS[name](tf.constant(x), tf.constant(y)))
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


@WIDTHS
@pytest.mark.parametrize("name", SINGLE)
def test_unsigned_integers(name: str, dtype: str) -> None:
    found, expected = both(lambda: SINGLE[name](tf.constant(np.array(_edges(dtype), dtype))))
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


@WIDTHS
def test_unsigned_integers_beside_python_numbers(dtype: str, backend: Backend) -> None:
    """On the left side too, which ops compute with on bare arrays."""
    edges = _edges(dtype)
    x = backend.from_numpy(np.array(edges[1:], dtype))
    modulus = edges[-1] + 1
    assert (edges[-1] // x).tolist() == [edges[-1] // number for number in edges[1:]]
    assert (edges[-1] % x).tolist() == [edges[-1] % number for number in edges[1:]]
    assert (5 - x).tolist() == [(5 - number) % modulus for number in edges[1:]]
    assert (x <= 3).tolist() == [number <= 3 for number in edges[1:]]
    assert (edges[-1] >> (x & 7)).tolist() == [edges[-1] >> (number & 7) for number in edges[1:]]


# What PyTorch has in one piece gives what the composition gives.


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("padding", [(0, 0), (1, 1), (0, 2), (-1, 1)])
@pytest.mark.parametrize("strides, dilations, groups", [(1, 1, 1), (2, 1, 1), (1, 2, 2), (3, 1, 2)])
def test_convolution(
    backend: Backend, rank: int, padding: tuple[int, int], strides: int, dilations: int, groups: int
) -> None:
    random = np.random.default_rng(rank)
    lengths, window = (7, 6, 8)[:rank], (3, 2, 2)[:rank]
    x = backend.from_numpy(random.normal(size=(2, *lengths, 4)))
    kernel = backend.from_numpy(random.normal(size=(*window, 4 // groups, 6)))
    metadata = {
        "strides": (strides,) * rank,
        "padding": (padding,) * rank,
        "dilations": (dilations,) * rank,
        "groups": groups,
    }
    y = _as_composed(backend, "convolution", x, kernel, **metadata)
    _as_composed(backend, "convolution_input", y, kernel, lengths=lengths, **metadata)
    _as_composed(backend, "convolution_kernel", x, y, window=window, **metadata)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("padding", [(0, 0), (1, 1), (0, 1)])
@pytest.mark.parametrize("strides, dilations", [(1, 1), (2, 1), (1, 2)])
def test_pooling(backend: Backend, rank: int, padding: tuple[int, int], strides: int, dilations: int) -> None:
    random = np.random.default_rng(rank)
    lengths, window = (7, 6, 8)[:rank], (3, 2, 2)[:rank]
    x = backend.from_numpy(random.integers(0, 4, (2, *lengths, 3)).astype(float))  # there are ties
    metadata = {
        "window": window,
        "strides": (strides,) * rank,
        "padding": (padding,) * rank,
        "dilations": (dilations,) * rank,
    }
    y = _as_composed(backend, "max_pool", x, **metadata)
    _as_composed(backend, "max_pool_input", y + 1, x, **metadata)
    _as_composed(backend, "max_pool_selection", x + 1, x, **metadata)
    y = _as_composed(backend, "average_pool", x, **metadata)
    _as_composed(backend, "average_pool_input", y, lengths=lengths, **metadata)


def test_normalisation(backend: Backend) -> None:
    x = backend.from_numpy(np.random.default_rng(0).normal(3.0, 2.0, (4, 5, 6)))
    _as_composed(backend, "standardize", x, axes=(0, 2), epsilon=1e-3)
    _as_composed(backend, "standardize", x.to(torch.float16), axes=(1,), epsilon=1e-3)


def _as_composed(backend: Backend, name: str, *arrays: Any, **metadata: Any) -> Any:
    """An op's result, which must be what its composition gives."""
    import_families()
    found = getattr(backend, name)(*arrays, **metadata)
    expected = COMPOSITIONS[name](backend, *arrays, **metadata)
    for one, other in zip(tf.nest.flatten(found), tf.nest.flatten(expected)):
        assert (one.shape, one.dtype) == (other.shape, other.dtype)
        np.testing.assert_allclose(backend.to_numpy(one), backend.to_numpy(other), rtol=1e-10, atol=1e-10)
    return found


# Randomness and training.


@pytest.mark.parametrize(
    "draw",
    [
        lambda: tf.random.stateless_uniform([301], [1, 2]),
        lambda: tf.random.stateless_uniform([301], [1, 2], dtype=tf.float16),
        lambda: tf.random.stateless_uniform([301], [1, 2], None, None, tf.uint64),
        lambda: tf.random.stateless_uniform([301], [1, 2], 5, 77, tf.int64),
        lambda: tf.random.stateless_shuffle(range(100), [1, 2]),
        lambda: tf.random.Generator.from_key_counter(3, 2**32 - 5).uniform_full_int([40]),
    ],
)
def test_random_numbers_bit_for_bit(draw: Callable[[], Any]) -> None:
    np.testing.assert_array_equal(*both(draw))


def test_a_training_gives_the_losses_of_numpy() -> None:
    random = np.random.default_rng(1)
    images = random.random((64, 8, 8, 1), dtype=np.float32)
    labels = (10 * images[:, 2:6, 2:6, 0].mean(axis=(1, 2))).astype(np.int32)

    def losses() -> Any:
        tf.random.set_seed(7)
        model = tf.keras.Sequential(
            [
                tf.keras.layers.Conv2D(8, 3, padding="same", activation="relu"),
                tf.keras.layers.MaxPooling2D(),
                tf.keras.layers.BatchNormalization(),
                tf.keras.layers.Flatten(),
                tf.keras.layers.Dropout(0.25),
                tf.keras.layers.LayerNormalization(),
                tf.keras.layers.Dense(10),
            ]
        )
        optimizer = tf.keras.optimizers.Adam(0.01)
        found = []
        for _ in range(15):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(
                    tf.nn.sparse_softmax_cross_entropy_with_logits(labels, model(images, training=True))
                )
            variables = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            found.append(loss)
        return tf.stack(found)

    found, expected = both(losses)
    assert found[-1] < 0.7 * found[0]
    np.testing.assert_allclose(found, expected, rtol=1e-3)
