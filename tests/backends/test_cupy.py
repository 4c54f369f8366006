"""CuPy on a GPU: what the conformance kit does not cover. Skipped where there is none.

The kit itself: `pytest --pyargs polytape_conformance --polytape-backend=cupy`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from small_trainings import images, step

import polytape as tf
from polytape import array_api
from polytape.plugins import backends

cupy = pytest.importorskip("cupy", reason="CuPy is not installed")
cupyx = pytest.importorskip("cupyx", reason="CuPy is not installed")


def _count() -> int:
    try:
        return int(cupy.cuda.runtime.getDeviceCount())
    except cupy.cuda.runtime.CUDARuntimeError:
        return 0


GPUS = _count()
pytestmark = pytest.mark.skipif(not GPUS, reason="CUDA finds no GPU")
two_gpus = pytest.mark.skipif(GPUS < 2, reason="there is one GPU, and this needs two")


@pytest.fixture(autouse=True)
def backend() -> Iterator[Any]:
    """The backend, in use."""
    with backends.use("cupy") as found:
        yield found


def losses(steps: int = 20) -> list[float]:
    parts = images()
    return [float(step(*parts)) for _ in range(steps)]


def test_a_training_gives_the_losses_of_numpy() -> None:
    found = losses()
    with backends.use("numpy"):
        expected = losses()
    np.testing.assert_allclose(found, expected, rtol=1e-3)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-5)


def test_a_training_step_does_not_wait_for_the_gpu() -> None:
    parts = images()
    step(*parts)  # compiles kernels
    with cupyx.allow_synchronize(False):
        loss = step(*parts)
        with pytest.raises(cupyx.DeviceSynchronized):
            float(loss)
    assert np.isfinite(float(loss))


def test_a_training_on_a_stream_of_its_own() -> None:
    expected = losses(5)
    with cupy.cuda.Stream(non_blocking=True):
        found = losses(5)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_what_one_stream_has_made_is_read_on_another() -> None:
    stream = cupy.cuda.Stream(non_blocking=True)
    with stream:
        x = tf.ones([512, 512])
        for _ in range(20):
            x = tf.matmul(x, tf.ones([512, 512])) / 512.0
        event = stream.record()
    cupy.cuda.get_current_stream().wait_event(event)
    assert x.numpy().tolist() == np.ones((512, 512)).tolist()


def test_dlpack_shares_memory(backend: Any) -> None:
    x = tf.constant([1.0, 2.0])
    array = cupy.from_dlpack(x)
    assert array.data.ptr == x._array.data.ptr
    assert array_api.from_dlpack(array)._array.data.ptr == array.data.ptr
    assert tf.constant(array).numpy().tolist() == [1.0, 2.0]
    assert backend.from_dlpack(array).data.ptr == array.data.ptr
    assert cupy.from_dlpack(_Copying(x)).data.ptr != x._array.data.ptr


class _Copying:
    """Asks a tensor for a copy."""

    def __init__(self, tensor: Any) -> None:
        self.tensor = tensor

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.tensor.__dlpack_device__()  # type: ignore[no-any-return]

    def __dlpack__(self, **options: Any) -> Any:
        return self.tensor.__dlpack__(**(options | {"copy": True}))


def test_memory_is_given_back() -> None:
    pool = cupy.get_default_memory_pool()
    x = tf.ones([1024, 1024])
    used = pool.used_bytes()
    del x
    assert pool.used_bytes() <= used - 4 * 1024 * 1024


def replayed_losses(steps: int = 20) -> list[float]:
    model, optimizer, x, labels = images()
    one_step = tf.function(lambda x, labels: step(model, optimizer, x, labels))
    found = [one_step(x, labels) for _ in range(steps)]
    assert "captured" in [node.name for node in one_step.paths[0].program.graph.nodes]
    return [float(loss) for loss in found]


@pytest.mark.filterwarnings("error")  # a stretch that can't be captured says so
def test_a_training_by_cuda_graphs_gives_the_losses_of_eager_mode() -> None:
    np.testing.assert_allclose(replayed_losses(), losses(), rtol=1e-3)


@pytest.mark.filterwarnings("error")
def test_a_training_by_cuda_graphs_on_a_stream_of_its_own() -> None:
    expected = losses(8)
    with cupy.cuda.Stream(non_blocking=True):
        found = replayed_losses(8)
    np.testing.assert_allclose(found, expected, rtol=1e-3)


@pytest.mark.filterwarnings("error")
def test_what_cuda_graphs_have_given_out_stays_as_it_is() -> None:
    variable = tf.Variable([1.0, 2.0])
    optimizer = tf.keras.optimizers.Adam(0.1)

    @tf.function
    def one_step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(variable * x - 1.0))
        optimizer.apply_gradients([(tape.gradient(loss, variable), variable)])
        return loss

    held, seen = [], []
    for number in range(8):
        held += [one_step(tf.constant([1.0, float(number)])), variable.value()]
        seen += [tensor.numpy().tolist() for tensor in held[-2:]]
    assert [tensor.numpy().tolist() for tensor in held] == seen


@pytest.mark.filterwarnings("error")
def test_a_replay_does_not_wait_for_the_gpu() -> None:
    model, optimizer, x, labels = images()
    one_step = tf.function(lambda x, labels: step(model, optimizer, x, labels))
    for _ in range(3):
        one_step(x, labels)
    with cupyx.allow_synchronize(False):
        loss = one_step(x, labels)
    assert np.isfinite(float(loss))


def test_cublas_is_not_captured_by_cupy() -> None:
    """Where this fails CuPy has come to allow it, and products may go into the stretches: `segments.LIBRARIES`."""
    x = cupy.ones((4, 4), "float32")
    x @ x
    stream = cupy.cuda.Stream(non_blocking=True)
    with stream:
        stream.begin_capture()
        with pytest.raises(NotImplementedError, match="cuBLAS"):
            x @ x
        stream.end_capture()


@two_gpus
def test_a_training_on_the_second_gpu() -> None:
    expected = losses(5)
    with tf.device("GPU:1"):
        parts = images()
        assert all(variable.device.endswith("GPU:1") for variable in parts[0].trainable_variables)
        found = [float(step(*parts)) for _ in range(5)]
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert cupy.cuda.runtime.getDevice() == 0


@two_gpus
@pytest.mark.filterwarnings("error")  # CuPy warns where it reaches over to another GPU's memory
def test_a_program_on_two_gpus() -> None:
    with tf.device("GPU:0"):
        first = tf.Variable([1.0, 2.0])
    with tf.device("GPU:1"):
        second = tf.Variable([3.0, 4.0])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum((first * first).to("GPU:1") * second * second)
    gradients = tape.gradient(loss, [first, second])
    assert [gradient.device[-5:] for gradient in gradients] == ["GPU:0", "GPU:1"]
    assert gradients[0].numpy().tolist() == [18.0, 64.0]
    assert gradients[1].numpy().tolist() == [6.0, 32.0]
