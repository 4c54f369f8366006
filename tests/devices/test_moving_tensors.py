"""`Tensor.to`: between two live backends and between a backend's devices, and gradients on the way back."""

from __future__ import annotations

import numpy as np
import pytest
from loopback_backend import LoopbackArray, LoopbackBackend

import polytape as tf

LOOPBACK = LoopbackBackend()


@pytest.mark.parametrize("dtype", [dtype.name for dtype in tf.dtypes.ALL if dtype.name != "complex64"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3)])
def test_values_arrive(dtype: str, shape: tuple[int, ...]) -> None:
    value = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    there = tf.constant(value).to(LOOPBACK)
    back = there.to("numpy")
    assert there.backend == "loopback" and back.backend == "numpy"
    for tensor in (there, back):
        assert tensor.dtype == dtype and tensor.shape == shape
        np.testing.assert_array_equal(tensor.numpy(), value)


def test_what_is_in_place_stays_the_same_object() -> None:
    x = tf.constant([1.0])
    assert x.to("numpy") is x.to("CPU:0") is x.cpu() is x
    y = x.to(LOOPBACK)
    assert y.to(LOOPBACK) is y and y.cpu() is y and y.to("LOOP:0") is not y
    assert y.to("LOOP:0").device.endswith("LOOP:0")


def test_a_variable_gives_its_value() -> None:
    v = tf.Variable([3.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(v.to(LOOPBACK) * 2.0)
    gradient = tape.gradient(y, v)
    assert gradient.backend == "numpy" and gradient.numpy().tolist() == [2.0]


def test_without_dlpack_the_host_is_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = []
    host = LoopbackBackend.from_numpy
    monkeypatch.setattr(LoopbackBackend, "from_numpy", lambda *arguments: ways.append("host") or host(*arguments))
    x = tf.constant([1.0, 2.0])
    assert x.to(LOOPBACK).numpy().tolist() == [1.0, 2.0] and ways == []

    def refuse(*arguments, **options):
        raise BufferError

    monkeypatch.setattr(LoopbackBackend, "from_dlpack", refuse)
    assert x.to(LOOPBACK).numpy().tolist() == [1.0, 2.0] and ways == ["host"]
    monkeypatch.setattr(LoopbackArray, "__dlpack__", refuse)
    assert tf.constant([1.0]).to(LOOPBACK).to("numpy").numpy().tolist() == [1.0]


def test_gradients_of_every_order_move_back() -> None:
    x = tf.constant([1.0, 2.0], tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            there = x.to(LOOPBACK)
            y = tf.reduce_sum((there * there * there).to("LOOP:0").to("numpy") * x)
        first = inner.gradient(y, x)
        assert first.backend == "numpy"
    second = outer.gradient(first, x)
    np.testing.assert_allclose(first.numpy(), 4 * x.numpy() ** 3)
    np.testing.assert_allclose(second.numpy(), 12 * x.numpy() ** 2)


def test_gradients_of_complex_numbers_are_not_conjugated_by_moving() -> None:
    z = tf.constant([1 + 2j, 3 - 1j], tf.complex128)

    def gradient(move) -> np.ndarray:
        with tf.GradientTape() as tape:
            tape.watch(z)
            y = tf.reduce_sum(move(z * z) * z)
        return tape.gradient(y, z).numpy()

    np.testing.assert_allclose(gradient(lambda x: x.to(LOOPBACK).to("numpy")), gradient(lambda x: x))


def test_a_target_on_another_backend() -> None:
    x = tf.constant([2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = (x * x).to(LOOPBACK)
        z = y * y
    assert tape.gradient(y, x).numpy().tolist() == [4.0]
    assert tape.gradient(z, [x, y])[1].backend == "loopback"
    assert tape.gradient(z, x).numpy().tolist() == [32.0]
    seed = tf.constant([10.0]).to(LOOPBACK)
    assert tape.gradient(y, x, output_gradients=seed).numpy().tolist() == [40.0]


def test_refusals() -> None:
    x = tf.constant([1j], tf.complex64).to(LOOPBACK)
    with pytest.raises(tf.errors.DeviceError, match="no GPU:0"):
        tf.constant(1.0).gpu()
    with pytest.raises(tf.errors.DeviceError, match="no GPU:3"):
        x.gpu(3)
    with pytest.raises(LookupError, match=r"to\('nympy'\) asks for the backend 'nympy'.*Did you mean 'numpy'"):
        x.to("nympy")
    with pytest.raises(ValueError, match="name of a backend or of a device"):
        x.to(3)


def test_a_dtype_that_the_device_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LoopbackBackend, "dtypes", {"CPU": tf.dtypes.ANY - {tf.float64}})
    with pytest.raises(TypeError, match=r"'loopback' has no float64 on CPU:0; it has .*tf\.cast"):
        tf.constant([1.0], tf.float64).to(LOOPBACK)


def test_one_op_takes_tensors_of_one_backend() -> None:
    x, y = tf.constant([1.0]), tf.constant([1.0]).to(LOOPBACK)
    for call in (
        lambda: x + y,
        lambda: tf.matmul([y], [x]),
        lambda: tf.concat([x, y], 0),
        lambda: tf.where(y > 0, y, x),
    ):
        with pytest.raises(tf.errors.BackendMismatchError, match=r"'(numpy|loopback)'.*'(numpy|loopback)'.*\.to\("):
            call()
    v = tf.Variable([1.0])
    with pytest.raises(ValueError, match=r"'numpy'.*'loopback'.*to\('numpy'\)"):
        v.assign(y)
    assert (y - [2.0]).backend == (y * np.float32(2)).backend == "loopback"
