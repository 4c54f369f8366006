"""The CuPy backend on two devices of the stand-in, where an array of a device that is not the current one is an error.

Nothing here runs on a GPU; see `cupy_stand_in`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cupy_stand_in
import numpy as np
import pytest
from cupy_stand_in import cuda

import polytape as tf
from polytape.plugins import backends
from polytape_conformance import check
from polytape_conformance.table import table

pytest.importorskip("scipy", reason="the stand-in's special functions are SciPy's")

ROWS = table()[::4]


@pytest.fixture(scope="module")
def module_backend() -> Iterator[Any]:
    """The backend over two devices."""
    with cupy_stand_in.installed(devices=2):
        from polytape_cupy.backend import CupyBackend

        yield CupyBackend()


@pytest.fixture
def cupy(module_backend: Any) -> Iterator[Any]:
    """The backend, in use; the first device is the current one, before and after."""
    with backends.use(module_backend):
        yield module_backend
    assert cuda.current() == 0


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_ops_run_on_the_device_that_is_not_the_current_one(cupy: Any, row: Any) -> None:
    with tf.device("GPU:1"):
        case = min(row.cases, key=lambda case: sum(np.asarray(item).size for item in case))
        check.first_derivative(tf, row, case)


def test_a_program_on_both_devices(cupy: Any) -> None:
    """A backward pass goes from one to the other and back, rule by rule."""
    assert cupy.devices() == ("GPU:0", "GPU:1")
    with tf.device("GPU:0"):
        first = tf.Variable([1.0, 2.0])
    with tf.device("GPU:1"):
        second = tf.Variable([3.0, 4.0])
    with tf.GradientTape() as tape:
        here = first * first
        there = tf.tanh(second) * second
        loss = tf.reduce_sum(here.to("GPU:1") * there) + tf.reduce_sum(there * second)
        loss = loss + tf.reduce_sum(here.to("GPU:1"))
    gradients = tape.gradient(loss, [first, second])
    assert [gradient.device[-5:] for gradient in (*gradients, loss)] == ["GPU:0", "GPU:1", "GPU:1"]
    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    bent = np.tanh(y)
    slope = bent + y * (1 - bent**2)
    np.testing.assert_allclose(gradients[0].numpy(), 2 * x * (bent * y + 1), rtol=1e-6)
    np.testing.assert_allclose(gradients[1].numpy(), x**2 * slope + slope * y + bent * y, rtol=1e-6)


def test_a_training_on_the_second_device(cupy: Any) -> None:
    def losses() -> list[float]:
        tf.random.set_seed(5)
        model = tf.keras.Sequential([tf.keras.layers.Dense(4, activation="gelu"), tf.keras.layers.Dense(1)])
        optimizer = tf.keras.optimizers.Adam(0.05)
        x = tf.constant(np.linspace(-1, 1, 24, dtype=np.float32).reshape(8, 3))
        found = []
        for _ in range(5):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((model(x) - 0.5) ** 2)
            variables = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            found.append(float(loss))
        return found

    with tf.device("GPU:1"):
        found = losses()
    with backends.use("numpy"):
        np.testing.assert_allclose(found, losses(), rtol=1e-4)


def test_tensors_of_two_devices_in_one_op_are_an_error(cupy: Any) -> None:
    with tf.device("GPU:0"):
        x = tf.constant([1.0])
    with tf.device("GPU:1"):
        y = tf.constant([1.0])
    with pytest.raises(tf.errors.DeviceError, match="GPU:0 and GPU:1"):
        x + y
    with pytest.raises(tf.errors.DeviceError, match="GPU:0 and GPU:1"):
        tf.concat([x, y], axis=0)


def test_a_move_keeps_in_step_with_both_streams(cupy: Any) -> None:
    with tf.device("GPU:0"):
        x = tf.constant([1.0, 2.0])
    cuda.MACHINE.log.clear()
    y = x.to("GPU:1")
    assert cuda.MACHINE.log == [("record", 0), ("wait", 1), ("record", 1), ("wait", 0)]
    assert y.numpy().tolist() == [1.0, 2.0]
    assert y.to("GPU:1") is not None and cupy.device_of(y._array) == "GPU:1"


def test_a_profile_waits_for_the_device_of_each_result(cupy: Any) -> None:
    with tf.device("GPU:1"):
        x = tf.constant([1.0, 2.0])
    cuda.MACHINE.log.clear()
    with tf.profile() as p:
        tf.exp(x)
    assert [event.name for event in p.events] == ["exp"]
    assert ("synchronize", 1) in cuda.MACHINE.log and ("synchronize", 0) not in cuda.MACHINE.log


def test_the_current_device_is_where_cupy_s_own_blocks_say(cupy: Any) -> None:
    with cuda.Device(1):
        assert tf.constant([1.0]).device.endswith("GPU:1")
        assert tf.zeros([2]).device.endswith("GPU:1")
    assert tf.constant([1.0]).device.endswith("GPU:0")


def test_numbers_beside_tensors_land_where_those_are(cupy: Any) -> None:
    assert cupy.numbers is None
    for device in ("GPU:1", "GPU:0"):
        with tf.device(device):
            x = tf.constant([1.0, 2.0])
        assert (x * 2.0).device.endswith(device)
        assert (1.0 / x).device.endswith(device)
