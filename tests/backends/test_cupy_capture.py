"""Functions as CUDA graphs, on the stand-in: what is captured, on which memory, and that results are eager mode's.

The stand-in runs nothing while a stream is captured, fills new memory with junk, hands freed memory of a pool out
again, and refuses what CuPy and CUDA refuse; see `cupy_stand_in`. Nothing here runs on a GPU.
"""

from __future__ import annotations

import gc
import importlib
import sys
import warnings
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import cupy_stand_in
import numpy as np
import pytest
from cupy_stand_in import cuda, streams
from small_trainings import images, step, words

import polytape as tf
from polytape.ops.python_function import host_function
from polytape.plugins import backends
from polytape_conformance.row import Row
from polytape_conformance.subject import Subject
from polytape_conformance.table import table
from polytape_conformance.training.layer_cases import ten_steps
from polytape_conformance.training.layer_rows import LAYERS

pytest.importorskip("scipy", reason="the stand-in's special functions are SciPy's")
pytestmark = pytest.mark.filterwarnings("error")

OPTIMIZERS = ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl", "Lion")
REPLAYABLE = [row for row in table() if row.cases and "float32" in row.dtypes]


@pytest.fixture(scope="module", params=[1, 2], ids=["one device", "two devices"])
def module_backend(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The backend over the stand-in, with one device and with two."""
    with cupy_stand_in.installed(devices=request.param):
        from polytape_cupy.backend import CupyBackend

        yield CupyBackend()


@pytest.fixture
def cupy(module_backend: Any) -> Iterator[Any]:
    """The backend, in use."""
    cuda.MACHINE.log.clear()
    with backends.use(module_backend):
        yield module_backend
    assert cuda.current() == 0


@pytest.fixture
def least(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every single step that can be captured is."""
    from polytape_cupy import segments

    monkeypatch.setattr(segments, "LEAST", 1)


class Dense:
    """A dense net of two layers with an optimizer."""

    def __init__(self, optimizer: Any = None) -> None:
        random = np.random.default_rng(4)
        self.variables = [
            tf.Variable(random.normal(size=shape).astype(np.float32)) for shape in ((3, 4), (4,), (4, 2), (2,))
        ]
        self.optimizer = optimizer or tf.keras.optimizers.Adam(0.05)
        self.step = tf.function(self.train)

    def train(self, x: Any) -> Any:
        with tf.GradientTape() as tape:
            first, of_first, second, of_second = self.variables
            hidden = tf.nn.relu(tf.matmul(x, first) + of_first)
            loss = tf.reduce_mean(tf.square(tf.matmul(hidden, second) + of_second - 1.0))
        self.optimizer.apply_gradients(zip(tape.gradient(loss, self.variables), self.variables))
        return loss

    def state(self) -> list[Any]:
        return [variable.numpy() for variable in self.variables]


def batches(count: int = 6) -> list[Any]:
    random = np.random.default_rng(5)
    return [tf.constant(random.normal(size=(5, 3)).astype(np.float32)) for _ in range(count)]


def names(function: Any) -> list[str]:
    """The steps of what was replayed last."""
    return [node.name for node in function.paths[0].program.graph.nodes]


def events(kind: str) -> list[int]:
    """The devices on which something happened."""
    return [device for event, device in cuda.MACHINE.log if event == kind]


def test_a_training_step_is_stretches_between_products(cupy: Any) -> None:
    net = Dense()
    assert cupy.compiles()
    for x in batches(3):
        net.step(x)
    found = names(net.step)
    assert found.count("captured") == 4
    assert found[-2:] == ["captured", "settled"]
    assert set(found) == {"product", "matmul", "matrix_transpose", "captured", "settled"} & set(found)
    assert "adam_update" in net.step.pretty()  # what people read is what was recorded


def test_a_replay_launches_graphs_and_captures_no_more(cupy: Any) -> None:
    net = Dense()
    inputs = batches()
    for x in inputs[:4]:
        net.step(x)
    assert len(events("captured")) == 5  # four stretches, and what the state is written with
    cuda.MACHINE.log.clear()
    net.step(inputs[4])
    assert (len(events("launch")), len(events("captured"))) == (5, 0)


@pytest.mark.parametrize("network", [images, words])
def test_a_training_is_that_of_eager_mode_bit_for_bit(cupy: Any, network: Any) -> None:
    def trained(decorate: Callable[[Any], Any]) -> list[Any]:
        model, optimizer, x, labels = network()
        one_step = decorate(lambda x, labels: step(model, optimizer, x, labels))
        losses = [float(one_step(x, labels)) for _ in range(6)]
        return [*losses, *[variable.numpy() for variable in model.variables]]

    for here, there in zip(trained(tf.function), trained(lambda f: f), strict=True):
        np.testing.assert_array_equal(here, there)
    assert events("captured")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_numbers_of_the_step_are_not_baked_in(cupy: Any, name: str) -> None:
    def trained(eagerly: bool) -> list[Any]:
        rate = tf.keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
        net = Dense(getattr(tf.keras.optimizers, name)(rate))
        for x in batches():
            (net.train if eagerly else net.step)(x)
        return net.state()

    for here, there in zip(trained(False), trained(True), strict=True):
        np.testing.assert_array_equal(here, there)


def test_a_replay_does_not_wait_for_the_gpu(cupy: Any) -> None:
    net = Dense()
    inputs = batches()
    for x in inputs[:2]:  # recording waits
        net.step(x)
    with sys.modules["cupyx"].allow_synchronize(False):
        losses = [net.step(x) for x in inputs[2:]]
    assert np.isfinite([float(loss) for loss in losses]).all()


def test_what_is_held_stays_as_it_is(cupy: Any) -> None:
    net, other = Dense(), Dense()
    held: list[Any] = []
    expected: list[Any] = []
    for x in batches():
        held += [net.step(x), *[variable.value() for variable in net.variables]]
        expected += [other.train(x).numpy(), *other.state()]
    for tensor, array in zip(held, expected, strict=True):
        np.testing.assert_array_equal(tensor.numpy(), array)


def test_results_that_are_views_of_static_memory_are_copies(cupy: Any) -> None:
    @tf.function
    def reshaped(x: Any) -> Any:
        y = tf.exp(x) * 2.0
        return tf.reshape(tf.nn.relu(tf.matmul(y, y)), [4]), tf.reshape(y, [4]), y, x

    inputs = [tf.constant([[1.0, 2.0], [3.0, float(count)]]) for count in range(4)]
    found = [reshaped(x) for x in inputs]
    for results, x in zip(found, inputs):
        for result, expected in zip(results, reshaped.python_function(x), strict=True):
            np.testing.assert_array_equal(result.numpy(), expected.numpy())


def test_assignments_between_calls_are_seen(cupy: Any) -> None:
    net, other = Dense(), Dense()
    for place, x in enumerate(batches()):
        np.testing.assert_array_equal(net.step(x).numpy(), other.train(x).numpy())
        for trained in (net, other):
            if place == 2:
                trained.variables[0].assign_add(tf.ones([3, 4]))
                trained.optimizer.learning_rate = 0.5
            if place == 3:  # the slots change outside of the function as well
                trained.train(x)
    for here, there in zip(net.state(), other.state()):
        np.testing.assert_array_equal(here, there)


def test_memory_that_others_write_to_is_read_at_each_call(cupy: Any) -> None:
    x = tf.constant([1.0, 2.0])
    f = tf.function(lambda x: tf.exp(x) + x)
    for _ in range(3):
        f(x)
    x._array._hidden[...] = 5.0  # as its owner may who has handed it over by DLPack
    assert f(x).numpy()[0] == np.exp(np.float32(5.0)) + np.float32(5.0)


def test_a_missed_guard_leaves_the_state_as_it_was(cupy: Any) -> None:
    def trained(eagerly: bool) -> list[Any]:
        variable = tf.Variable([1.0, 2.0])
        optimizer = tf.keras.optimizers.Adam(0.1)

        def train(x: Any) -> Any:
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(tf.square(variable * x - 1.0))
            optimizer.apply_gradients([(tape.gradient(loss, variable), variable)])
            return loss * 2.0 if tf.reduce_sum(variable + x) > 3.0 else -loss

        run = train if eagerly else tf.function(train)
        found = [run(tf.constant([value, -value])).numpy() for value in (1.0, 1.0, 9.0, 1.0, 9.0, -9.0, 1.0, 1.0)]
        found += [run(tf.constant([value, value])).numpy() for value in (1.0, 1.0, 9.0, 1.0, 0.0, -9.0, 1.0, 1.0)]
        return [*found, variable.numpy()]

    for here, there in zip(trained(False), trained(True), strict=True):
        np.testing.assert_array_equal(here, there)


def test_swapped_variables_and_slots(cupy: Any) -> None:
    def swapped(eagerly: bool) -> list[Any]:
        first, second = tf.Variable([1.0, 2.0]), tf.Variable([3.0, 4.0])

        def swap(x: Any) -> Any:
            total = tf.exp(first * 0.1) * second + x
            here, there = first.value(), second.value()
            first.assign(there)
            second.assign(here)
            return total * 2.0

        run = swap if eagerly else tf.function(swap)
        return [*[run(tf.constant(float(n))).numpy() for n in range(6)], first.numpy(), second.numpy()]

    for here, there in zip(swapped(False), swapped(True), strict=True):
        np.testing.assert_array_equal(here, there)


def test_a_call_that_cannot_be_captured_is_named_once(cupy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from polytape_cupy import segments

    monkeypatch.setattr(segments, "OUTSIDE", segments.OUTSIDE - {"matmul"})
    f = tf.function(lambda x: tf.exp(tf.matmul(x + 1.0, x)) * 2.0)
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    expected = f(x).numpy()
    with pytest.warns(UserWarning, match=r"'matmul' at .*test_cupy_capture.py.* can't be captured .*cuBLAS"):
        np.testing.assert_array_equal(f(x).numpy(), expected)
    for _ in range(3):  # warnings are errors
        np.testing.assert_array_equal(f(x).numpy(), expected)
    assert f.experimental_get_tracing_count() == 1


class Printed:
    """Where `tf.print` writes to: the third and fifth time it replays a function, in the middle of its replay."""

    def __init__(self, again: Callable[[], Any]) -> None:
        self.again = again
        self.texts: list[str] = []
        self.found: list[Any] = []

    def write(self, text: str) -> None:
        if text.strip():
            self.texts.append(text.strip())
            if len(self.texts) in (3, 5):
                self.found.append(self.again())


@pytest.mark.parametrize("how", ["print", "host_function"])
def test_a_function_of_the_user_may_replay_the_function(cupy: Any, how: str) -> None:
    def whole(x: Any) -> Any:
        y = tf.exp(x * 0.1) + 1.0
        z = tf.sqrt(y) * 3.0
        if how == "print":
            tf.print(y, output_stream=printed)
        else:
            (y,) = host_function(y, function=written, dtypes=(tf.float32,))
        return tf.square(z) * y - z

    def written(y: Any) -> Any:
        printed.write(str(y))
        return y

    other = tf.constant([10.0, 20.0])
    printed = Printed(lambda: f(other).numpy())
    f = tf.function(whole)
    found = [f(tf.constant([float(place), 2.0])).numpy() for place in range(6)]
    assert (len(printed.found), f.experimental_get_tracing_count()) == (2, 1)
    assert "released" in names(f)
    printed.again = lambda: None
    for place in range(6):
        np.testing.assert_array_equal(found[place], whole(tf.constant([float(place), 2.0])).numpy())
    for array in printed.found[:2]:
        np.testing.assert_array_equal(array, whole(other).numpy())


def test_a_replay_on_another_stream_waits_for_the_one_before(cupy: Any) -> None:
    """The stand-in notices if it does not."""
    net, other = Dense(), Dense()
    inputs = batches()
    for x in inputs[:3]:
        net.step(x), other.train(x)
    ready = streams.get_current_stream().record()
    stream = streams.Stream(non_blocking=True)
    stream.wait_event(ready)
    with stream:
        loss = net.step(inputs[3])
        done = stream.record()
    streams.get_current_stream().wait_event(done)
    np.testing.assert_array_equal(loss.numpy(), other.train(inputs[3]).numpy())
    for x in inputs[4:]:
        np.testing.assert_array_equal(net.step(x).numpy(), other.train(x).numpy())


def test_threads_have_memory_of_their_own(cupy: Any) -> None:
    f = tf.function(lambda x: tf.exp(x) * 2.0 + 1.0)
    x = tf.constant([1.0, 2.0])
    expected, *_ = [f(x).numpy() for _ in range(3)]
    captured = len(events("captured"))
    found: list[Any] = []

    def work() -> None:
        with backends.use(cupy):
            found.extend(f(x).numpy() for _ in range(3))

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert len(events("captured")) == captured + 1
    for array in found:
        np.testing.assert_array_equal(array, expected)


def test_memory_goes_with_the_function(cupy: Any) -> None:
    f = tf.function(lambda x: tf.exp(x) * 2.0 + 1.0)
    for _ in range(3):
        result = f(tf.constant([1.0, 2.0]))
    stretch = next(node.function for node in f.paths[0].program.graph.nodes if node.name == "captured")
    pool = weakref.ref(stretch.memory.pool)
    assert pool() is not None
    del f, stretch
    gc.collect()
    assert pool() is None
    assert result.numpy()[0] == np.exp(np.float32(1.0)) * np.float32(2.0) + np.float32(1.0)


def test_jit_compile_false_captures_nothing(cupy: Any) -> None:
    f = tf.function(lambda x: tf.exp(x) * 2.0 + 1.0, jit_compile=False)
    for _ in range(3):
        f(tf.constant([1.0, 2.0]))
    assert "captured" not in names(f) and not events("captured")


def test_a_profile_sees_the_stretches(cupy: Any) -> None:
    f = tf.function(lambda x: tf.exp(x) * 2.0 + 1.0)
    x = tf.constant([1.0, 2.0])
    for _ in range(3):
        f(x)
    with tf.profile() as p:
        f(x)
    assert "captured" in [event.name for event in p.events]


def test_the_second_device(cupy: Any) -> None:
    if len(cupy.devices()) == 1:
        with pytest.raises(tf.errors.DeviceError):
            tf.device("GPU:1").__enter__()
        return
    inputs = [x.to("GPU:1") for x in batches()]
    with tf.device("GPU:1"):
        net, other = Dense(), Dense()
    cuda.MACHINE.log.clear()
    for x in inputs:
        np.testing.assert_array_equal(net.step(x).numpy(), other.train(x).numpy())
    assert set(events("captured")) == set(events("launch")) == {1}


def test_a_function_on_two_devices(cupy: Any) -> None:
    if len(cupy.devices()) == 1:
        assert cupy.follow is None
        return

    @tf.function
    def across(x: Any, y: Any) -> Any:
        here = tf.exp(x) * 2.0
        return (here.to("GPU:1") + 1.0) * tf.tanh(y), here - 1.0

    with tf.device("GPU:0"):
        x = tf.constant([1.0, 2.0])
    with tf.device("GPU:1"):
        y = tf.constant([3.0, 4.0])
    expected = [tensor.numpy() for tensor in across(x, y)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stretches that reach over are named, and run step by step
        for _ in range(3):
            for result, array in zip(across(x, y), expected):
                np.testing.assert_array_equal(result.numpy(), array)


@pytest.mark.parametrize("row", REPLAYABLE, ids=lambda row: row.id)
@pytest.mark.usefixtures("least")
def test_every_op_is_captured_or_known_not_to_be(cupy: Any, row: Row) -> None:
    """A stretch that can't be captured warns, and warnings are errors."""
    case = max(row.cases, key=lambda case: sum(np.size(item) for item in case))
    arrays = [np.asarray(item) for item in case]
    tensors = [tf.constant(x.astype(np.float32) if x.dtype.kind == "f" else x) for x in arrays]

    def run(*given: Any) -> list[Any]:
        with tf.GradientTape() as tape:
            watched = [given[position] for position in row.positions(case)]
            tape.watch(watched)
            results = tf.nest.flatten(row.call(tf, *given))
            floating = [y for y in results if y.dtype == tf.float32]
            total = tf.add_n([tf.reduce_sum(y) for y in floating]) if floating else None
        if total is None or not watched:
            return results
        return results + tape.gradient(total, watched, unconnected_gradients="zero")

    expected = [tensor.numpy() for tensor in map(tf.convert_to_tensor, run(*tensors))]
    replayed = tf.function(run)
    for _ in range(3):
        for tensor, array in zip(map(tf.convert_to_tensor, replayed(*tensors)), expected, strict=True):
            np.testing.assert_array_equal(tensor.numpy(), array)


@pytest.mark.parametrize("row", LAYERS, ids=lambda row: f"{row.name} {row.variant}".strip())
@pytest.mark.usefixtures("least")
def test_every_layer_is_trained_as_its_formula_says(cupy: Any, row: Any) -> None:
    assert ten_steps(Subject(cupy), row=row, dtype="float32", compiled=True) is not None


def test_the_stand_in_refuses_what_cupy_and_cuda_refuse(cupy: Any) -> None:
    library = sys.modules["cupy"]
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])._array
    pool = library.cuda.MemoryPool()
    stream = library.cuda.Stream(non_blocking=True)
    stream.wait_event(library.cuda.get_current_stream().record())
    with stream, library.cuda.using_allocator(pool.malloc):
        library.exp(x)
        for illegal, error in (
            (lambda: x.get(), RuntimeError),
            (lambda: bool(x[0, 0]), RuntimeError),
            (lambda: library.array(np.ones(2)), RuntimeError),
            (lambda: library.argwhere(x), RuntimeError),
            (lambda: library.matmul(x, x), NotImplementedError),
            (lambda: library.linalg.inv(x), NotImplementedError),
            (lambda: library.concatenate([x] * 9), RuntimeError),
            (
                lambda: library.cosh(library.exp(x)[None]),
                AssertionError,
            ),  # has never run: it would be compiled and loaded
        ):
            stream.begin_capture()
            with pytest.raises(error):
                illegal()
            stream.end_capture()
        stream.begin_capture()
        y = library.exp(x)
        graph = stream.end_capture()
        assert (y.get() == 77).all()
        graph.launch()
        np.testing.assert_allclose(y.get(), np.exp([[1.0, 2.0], [3.0, 4.0]]), rtol=1e-6)
        stream.begin_capture()
        with pytest.raises(cuda.CUDARuntimeError, match="Unsupported"):
            stream.synchronize()
        with pytest.raises(cuda.CUDARuntimeError, match="Invalidated"):
            stream.end_capture()
    with pytest.raises(AssertionError, match="without having waited"):
        y.get()
    with stream:
        stream.begin_capture()
        with pytest.raises(AssertionError, match="common pool"):
            library.exp(x)
        stream.end_capture()
        del pool
        gc.collect()
        with pytest.raises(AssertionError, match="given back"):
            graph.launch()
    with pytest.raises(RuntimeError, match="default"):
        streams.get_current_stream().begin_capture()


def test_the_benchmark_s_steps_agree(cupy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m benchmarks cupy_dense_step` needs a GPU; that it computes the same everywhere can be seen here."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))
    module = importlib.import_module("benchmarks.workloads.cupy_dense_step")
    for name, value in {**module.TINY, "UNITS": 5, "KNOWN": {"cupy": SimpleNamespace(installed=True)}}.items():
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(tf, "use", lambda name: None)
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["GPU:0"])
    found = []
    for framework in module.FRAMEWORKS:
        run, result = getattr(module, framework)()
        run()
        found.append(result())
    assert len(found) == 4 and len(found[0]) == 5
    for losses in found[1:]:
        np.testing.assert_allclose(losses, found[0], rtol=1e-5)
