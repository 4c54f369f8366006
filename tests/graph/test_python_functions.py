"""Python functions in a `function`: called once at each call, in order; what they return and write is followed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from threading import Thread
from typing import Any

import numpy as np
import pytest
from loopback_backend import LoopbackBackend

import polytape as tf


@pytest.fixture(params=["numpy", "loopback"], autouse=True)
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    with tf.use("numpy" if request.param == "numpy" else LoopbackBackend()):
        yield request.param


KINDS = {"py_function": tf.py_function, "numpy_function": tf.numpy_function}


class Counting:
    """A function that gives something else at each call."""

    def __init__(self) -> None:
        self.calls = 0
        self.seen: list[Any] = []

    def __call__(self, x: Any) -> Any:
        self.calls += 1
        self.seen.append(np.asarray(x).tolist())
        return np.asarray(x) * np.float32(self.calls)


@pytest.mark.parametrize("kind", KINDS)
def test_what_changes_is_followed_by_one_path(kind: str) -> None:
    count = Counting()

    @tf.function
    def scaled(x: Any) -> Any:
        return KINDS[kind](count, [x + 1.0], tf.float32) * 2.0

    x = tf.constant([1.0, 2.0])
    assert [scaled(x).numpy().tolist() for _ in range(40)] == [[4.0 * n, 6.0 * n] for n in range(1, 41)]
    assert count.calls == 40 and len(scaled.paths) == 1
    assert scaled(tf.constant([3.0, 4.0])).numpy().tolist() == [328.0, 410.0]
    assert count.seen[-1] == [4.0, 5.0] and len(scaled.paths) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_constants_and_no_inputs_at_all(kind: str) -> None:
    count = Counting()

    @tf.function
    def of_constants(x: Any) -> Any:
        first = KINDS[kind](count, [tf.constant(10.0)], tf.float32)
        (second,) = KINDS[kind](lambda: [count(np.float32(100.0))], [], [tf.float32])
        return x + first + second

    assert [float(of_constants(tf.constant(1.0))) for _ in range(3)] == [211.0, 431.0, 651.0]
    assert count.calls == 6 and len(of_constants.paths) == 1


def test_several_results_of_several_dtypes() -> None:
    calls = []

    def halves(x: Any) -> Any:
        calls.append(1)
        return x // 2, x % 2 == 0, tf.cast(x, tf.float64) / 2

    @tf.function
    def both(x: Any) -> Any:
        half, even, exact = tf.py_function(halves, [x], [tf.int32, tf.bool, tf.float64])
        tf.py_function(lambda x: calls.append(2), [x], [])
        return tf.where(even, half, -half), exact * 2.0

    for n in range(5):
        half, exact = both(tf.constant(n))
        assert (int(half), float(exact)) == (n // 2 if n % 2 == 0 else -(n // 2), float(n))
    assert calls == [1, 2] * 5 and len(both.paths) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_another_dtype_or_number_of_results_is_refused_at_any_call(kind: str) -> None:
    given = iter([np.float32(1.0), 2.5, [1.0, 2.0, 3.0], np.int32(3), np.float32(4.0)])
    calls, v = [], tf.Variable(0)

    def next_one(_: Any) -> Any:
        calls.append(1)
        return next(given)

    @tf.function
    def read(x: Any) -> Any:
        v.assign_add(1)
        return KINDS[kind](next_one, [x], tf.int32 if x.dtype == tf.int32 else tf.float32) * 1.0

    @tf.function
    def of_two(x: Any) -> Any:
        return KINDS[kind](next_one, [x], [tf.float32, tf.float32])

    x = tf.constant(1.0)
    assert float(read(x)) == 1.0 and float(read(x)) == 2.5
    with pytest.raises(tf.errors.InvalidArgumentError, match=f"{kind}: Tout has 2 dtypes, .* returned 3 values"):
        of_two(x)
    with pytest.raises(TypeError):
        tf.py_function(lambda x: tf.constant(1), [x], tf.float32)
    assert float(read(x)) == 3.0 and float(read(x)) == 4.0
    assert len(calls) == 5 and int(v) == 4 and len(read.paths) == 1

    wrong = iter([tf.constant(1.0), tf.constant(1)])
    changing = tf.function(lambda x: tf.py_function(lambda x: next(wrong), [x], tf.float32))
    assert float(changing(x)) == 1.0
    with pytest.raises(TypeError, match="float32 for a tensor of dtype int32"):
        changing(x)


@pytest.mark.parametrize("kind", KINDS)
def test_another_shape_is_another_path(kind: str) -> None:
    calls = []

    def first(n: Any) -> Any:
        calls.append(int(n))
        return np.arange(int(n), dtype=np.float32)

    @tf.function
    def total(n: Any) -> Any:
        x = KINDS[kind](first, [n], tf.float32)
        return tf.reduce_sum(x) + tf.cast(tf.size(x), tf.float32) * 100.0

    order = [3, 3, 4, 3, 4, 5, 4, 3]
    for n in order:
        assert float(total(tf.constant(n))) == 100.0 * n + n * (n - 1) / 2
    assert calls == order and len(total.paths) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_guard_that_misses_after_the_call(kind: str) -> None:
    stream, count, v = io.StringIO(), Counting(), tf.Variable(0.0)

    @tf.function
    def branching(x: Any, limit: Any) -> Any:
        v.assign_add(1.0)
        tf.print("called", output_stream=stream)
        y = KINDS[kind](count, [x], tf.float32)
        if y > limit:
            z = KINDS[kind](count, [y], tf.float32)
            return z if tf.reduce_sum(z) > limit * limit * 3.0 else -z
        return y * 0.0

    expected = 0
    for call, limit in enumerate([0.0, 0.0, 1e9, 0.0, 1e9, 6.0, 25.0, 0.0, 9.0, 1e9, 10.0], 1):
        y = 1.0 + expected
        expected += 1
        value = 0.0
        if y > limit:
            expected += 1
            z = y * expected
            value = z if z > limit * limit * 3 else -z
        assert float(branching(tf.constant(1.0), tf.constant(limit))) == value
        assert count.calls == expected and float(v) == call
    assert stream.getvalue().splitlines() == ["called"] * 11
    assert len(branching.paths) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_an_exception_leaves_nothing_half_written(kind: str) -> None:
    v, calls = tf.Variable([1.0, 2.0]), []
    optimizer = tf.keras.optimizers.Adam(0.1)

    def strict(x: Any) -> Any:
        calls.append(1)
        v.assign(v * 10.0)
        if np.asarray(x).sum() < 0:
            raise ValueError("negative")
        return np.asarray(x)

    @tf.function
    def step(x: Any) -> Any:
        optimizer.apply_gradients([(tf.ones([2]), v)])
        y = KINDS[kind](strict, [x], tf.float32)
        v.assign_add(y)
        return tf.reduce_sum(v)

    good, bad = tf.constant([1.0, 1.0]), tf.constant([-1.0, -1.0])
    step(good)
    for _ in range(2):
        before, steps, count = v.numpy(), int(optimizer.iterations), len(calls)
        with pytest.raises(ValueError, match="negative"):
            step(bad)
        np.testing.assert_array_equal(v.numpy(), before)
        assert (int(optimizer.iterations), len(calls)) == (steps, count + 1)
        found = float(step(good))
        np.testing.assert_allclose(found, 10 * (before.sum() - 0.2) + 2, rtol=1e-5)
        np.testing.assert_allclose(v.numpy().sum(), found, rtol=1e-6)
    assert len(step.paths) == 1


def test_a_failing_step_after_the_call_does_not_call_again() -> None:
    count, v = Counting(), tf.Variable(0.0)

    @tf.function
    def pick(x: Any, index: Any) -> Any:
        y = tf.py_function(count, [x], tf.float32)
        v.assign_add(1.0)
        return tf.gather(y, index)

    x = tf.constant([1.0, 2.0])
    assert float(pick(x, tf.constant(1))) == 2.0
    with pytest.raises(tf.errors.InvalidArgumentError, match="7"):
        pick(x, tf.constant(7))
    assert (count.calls, float(v)) == (2, 1.0)
    assert float(pick(x, tf.constant(1))) == 6.0


def test_the_order_is_that_of_the_program() -> None:
    stream = io.StringIO()

    def noted(x: Any) -> Any:
        stream.write(f"called {float(x)}\n")
        return x + 1.0

    @tf.function
    def noisy(x: Any) -> Any:
        tf.print("first", x, output_stream=stream)
        x = tf.py_function(noted, [x], tf.float32)
        tf.print("then", x, output_stream=stream)
        x = tf.numpy_function(lambda x: np.float32(noted(x)), [x], tf.float32)
        tf.print("last", x, output_stream=stream)
        return x

    for n in (0.0, 0.0, 5.0):
        stream.truncate(0)
        stream.seek(0)
        assert float(noisy(tf.constant(n))) == n + 2
        lines = [f"first {n:.0f}", f"called {n}", f"then {n + 1:.0f}", f"called {n + 1}", f"last {n + 2:.0f}"]
        assert stream.getvalue().splitlines() == lines


def test_variables_are_as_they_are_at_that_point() -> None:
    v, w = tf.Variable(1.0), tf.Variable(0.0)
    seen = []

    def look() -> Any:
        seen.append(float(v))
        w.assign_add(1.0)
        v.assign(v * 2.0)
        return v.read_value()

    def run(x: Any) -> Any:
        v.assign_add(x)
        first = tf.py_function(look, [], tf.float32)
        v.assign_add(first)
        second = tf.py_function(look, [], tf.float32)
        return first + second + v + w

    results = []
    for function in (run, tf.function(run)):
        v.assign(1.0)
        w.assign(0.0)
        seen.clear()
        results.append(([float(function(tf.constant(x))) for x in (1.0, 2.0, 3.0)], list(seen), float(v), float(w)))
    assert results[0] == results[1]


def test_writing_now_and_then() -> None:
    v, calls = tf.Variable(1.0), []

    def sometimes(x: Any) -> Any:
        calls.append(1)
        if len(calls) % 3 == 0:
            v.assign(100.0 * len(calls))
        return x

    @tf.function
    def run(x: Any) -> Any:
        v.assign_add(1.0)
        y = tf.py_function(sometimes, [x], tf.float32)
        return v + y

    value = 1.0
    for call in range(1, 13):
        value = 100.0 * call if call % 3 == 0 else value + 1.0
        assert float(run(tf.constant(0.5))) == value + 0.5
        assert float(v) == value
    assert len(calls) == 12 and len(run.paths) == 2


def test_what_the_function_makes_and_trains_by_itself() -> None:
    kept: list[Any] = []
    optimizer = tf.keras.optimizers.SGD(0.5, momentum=0.5)

    def train(x: Any) -> Any:
        if not kept:
            kept.append(tf.Variable(1.0))
        with tf.GradientTape() as tape:
            loss = kept[0] * x
        optimizer.apply_gradients([(tape.gradient(loss, kept[0]), kept[0])])
        tf.Variable(3.0)
        return kept[0].read_value()

    def run(x: Any) -> Any:
        return tf.py_function(train, [x], tf.float32) + kept[0]

    expected = [float(run(tf.constant(x))) for x in (1.0, 2.0, 3.0, 4.0)]
    kept.clear()
    optimizer = tf.keras.optimizers.SGD(0.5, momentum=0.5)
    compiled = tf.function(run)
    assert [float(compiled(tf.constant(x))) for x in (1.0, 2.0, 3.0, 4.0)] == expected


def test_random_numbers_go_on_as_in_eager_mode() -> None:
    def draw(limit: Any) -> Any:
        first = tf.random.uniform([])
        second = tf.py_function(lambda: tf.random.uniform([]), [], tf.float32)
        third = tf.random.uniform([])
        fourth = tf.random.uniform([]) if third > limit else tf.random.normal([])
        fifth = tf.py_function(lambda x: x + tf.random.uniform([], seed=3), [fourth], tf.float32)
        return tf.stack([first, second, third, fourth, fifth, tf.random.uniform([])])

    compiled = tf.function(draw)
    found = []
    for function in (draw, compiled):
        tf.random.set_seed(11)
        found.append([function(tf.constant(limit)).numpy().tolist() for limit in (0.5, 0.5, 0.1, 0.9, 0.5, 0.0, 1.0)])
    assert found[0] == found[1]
    assert len(compiled.paths) == 2


def test_a_random_number_that_decides_after_a_call() -> None:
    def toss() -> Any:
        first = tf.random.uniform([])
        second = tf.py_function(lambda x: x + tf.random.uniform([]), [first], tf.float32)
        return first if second > 1.0 else -tf.random.uniform([])

    compiled = tf.function(toss)
    found = []
    for function in (toss, compiled):
        tf.random.set_seed(2)
        found.append([float(function()) for _ in range(30)])
    assert found[0] == found[1] and len(compiled.paths) == 2


def test_gradients_inside() -> None:
    powers, calls, w = iter(range(1, 100)), [], tf.Variable(3.0)

    def power(x: Any) -> Any:
        calls.append(1)
        return w * x ** float(next(powers))

    @tf.function
    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.py_function(power, [x], tf.float32) * 2.0
        return tape.gradient(y, [x, w])

    x = tf.constant(2.0)
    for n in range(1, 8):
        by_x, by_w = slope(x)
        assert (float(by_x), float(by_w)) == (6.0 * n * 2.0 ** (n - 1), 2.0 * 2.0**n)
        assert len(calls) == n and len(slope.paths) == 1


def test_gradients_outside() -> None:
    powers, calls, w = iter(range(1, 100)), [], tf.Variable(3.0)

    def power(x: Any) -> Any:
        calls.append(1)
        return w * x ** float(next(powers))

    @tf.function
    def of(x: Any) -> Any:
        return tf.py_function(power, [x * 1.0], tf.float32) * 2.0

    x = tf.constant(2.0)
    for n in range(1, 8):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = of(x)
        for _ in range(2):
            assert [float(g) for g in tape.gradient(y, [x, w])] == [6.0 * n * 2.0 ** (n - 1), 2.0 * 2.0**n]
        assert len(calls) == n and len(of.paths) == 1


@pytest.mark.parametrize("where", ["inside", "across", "outside"])
def test_second_derivatives(where: str) -> None:
    factors, calls = iter(range(1, 100)), []

    def cube(x: Any) -> Any:
        calls.append(1)
        return float(next(factors)) * x**3

    def value(x: Any) -> Any:
        return tf.py_function(cube, [x], tf.float32)

    def slope(x: Any, of: Any = value) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = of(x)
        return tape.gradient(y, x)

    def curvature(x: Any, of: Any = slope) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = of(x)
        return tape.gradient(y, x)

    if where == "inside":
        run = compiled = tf.function(curvature)
    elif where == "across":
        compiled = tf.function(slope)
        run = lambda x: curvature(x, compiled)
    else:
        compiled = tf.function(value)
        run = lambda x: curvature(x, lambda x: slope(x, compiled))
    for n in range(1, 5):
        for found in (run(tf.constant([2.0, 3.0])),):
            np.testing.assert_allclose(found.numpy(), [n * 12.0, n * 18.0])
        assert len(calls) == n
    assert len(compiled.paths) == 1


def test_a_gradient_of_rows_and_of_several_results() -> None:
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])

    def run(indices: Any) -> Any:
        with tf.GradientTape() as tape:
            rows, total = tf.py_function(
                lambda i: (tf.gather(v, i), tf.reduce_sum(v * v)), [indices], [tf.float32, tf.float32]
            )
            loss = tf.reduce_sum(rows) * 3.0
        return tape.gradient(loss, v), total

    compiled = tf.function(run)
    for indices in ([0, 1], [2, 2], [0, 2]):
        expected = tf.convert_to_tensor(run(tf.constant(indices))[0]).numpy()
        np.testing.assert_array_equal(compiled(tf.constant(indices))[0].numpy(), expected)


def test_other_variables_than_before() -> None:
    v, w = tf.Variable(2.0), tf.Variable(3.0)
    chosen = iter([v, v, w, v, w])

    @tf.function
    def run(x: Any) -> Any:
        with tf.GradientTape() as tape:
            y = tf.py_function(lambda x: x * next(chosen), [x], tf.float32)
        return [tf.zeros([]) if g is None else g for g in tape.gradient(y, [v, w])]

    found = [[float(g) for g in run(tf.constant(5.0))] for _ in range(5)]
    assert found == [[5.0, 0.0], [5.0, 0.0], [0.0, 5.0], [5.0, 0.0], [0.0, 5.0]]
    assert len(run.paths) == 2


def test_forward_mode_inside() -> None:
    factors = iter(range(1, 100))

    @tf.function
    def product(x: Any, t: Any) -> Any:
        with tf.autodiff.ForwardAccumulator(x, t) as accumulator:
            y = tf.py_function(lambda x: float(next(factors)) * x * x, [x], tf.float32)
        return y, accumulator.jvp(y)

    for n in range(1, 4):
        y, jvp = product(tf.constant(3.0), tf.constant(2.0))
        assert (float(y), float(jvp)) == (9.0 * n, 12.0 * n)


def test_numpy_functions_have_no_gradient() -> None:
    @tf.function
    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.numpy_function(np.square, [x], tf.float32) + x
        return tape.gradient(y, x)

    assert [float(slope(tf.constant(x))) for x in (1.0, 2.0)] == [1.0, 1.0]


def test_nested_functions_and_functions_that_are_called() -> None:
    count = Counting()

    @tf.function
    def inner(x: Any) -> Any:
        return tf.py_function(count, [x], tf.float32)

    @tf.function
    def square(x: Any) -> Any:
        return x * x

    @tf.function
    def outer(x: Any, again: Any) -> Any:
        y = inner(x) + inner(x)
        return tf.py_function(lambda y: square(y) + (outer(y, tf.constant(0)) if int(again) else 0.0), [y], tf.float32)

    @tf.function
    def simple(x: Any) -> Any:
        y = inner(x) + inner(x)
        return tf.py_function(lambda y: square(y), [y], tf.float32)

    assert [float(simple(tf.constant(1.0))) for _ in range(3)] == [9.0, 49.0, 121.0]
    assert (count.calls, len(simple.paths), len(inner.paths), len(square.paths)) == (6, 1, 0, 1)

    def itself(n: Any) -> Any:
        return factorial(n - 1.0) if float(n) > 1 else tf.constant(1.0)

    @tf.function
    def factorial(n: Any) -> Any:
        return n * tf.py_function(itself, [n], tf.float32)

    assert [float(factorial(tf.constant(n))) for n in (5.0, 4.0, 6.0)] == [120.0, 24.0, 720.0]
    with pytest.raises(tf.errors.InvalidArgumentError, match="py_function: the Python function uses a tensor that"):
        outer(tf.constant(1.0), tf.constant(1))


def test_tensors_from_outside_are_constants_and_those_of_the_run_are_refused() -> None:
    outside, v = tf.constant(10.0), tf.Variable(1.0)

    @tf.function
    def fine(x: Any) -> Any:
        return tf.py_function(lambda x: x + outside, [x], tf.float32)

    assert [float(fine(tf.constant(x))) for x in (1.0, 2.0)] == [11.0, 12.0]

    @tf.function
    def wrong(x: Any) -> Any:
        v.assign_add(1.0)
        y = x * 2.0
        return tf.py_function(lambda x: x + y, [x], tf.float32)

    for _ in range(2):
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"'wrong' has computed .* Pass the tensor as one"):
            wrong(tf.constant(1.0))
    assert float(v) == 1.0


def test_in_a_training_with_random_masks() -> None:
    def losses(compiled: bool) -> list[float]:
        tf.random.set_seed(5)
        model = tf.keras.Sequential([tf.keras.layers.Dense(4, "tanh"), tf.keras.layers.Dropout(0.4)])
        optimizer = tf.keras.optimizers.Adam(0.05)
        x = tf.constant(np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3))

        def step(x: Any) -> Any:
            with tf.GradientTape() as tape:
                y = model(x, training=True)
                loss = tf.py_function(
                    lambda y: tf.reduce_mean((y - 0.5 + 0.1 * tf.random.normal([4, 4])) ** 2), [y], tf.float32
                )
            optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
            return loss

        step = tf.function(step) if compiled else step
        return [float(step(x)) for _ in range(6)]

    np.testing.assert_allclose(losses(True), losses(False), rtol=1e-6)


def test_a_kept_value_is_not_written_to() -> None:
    v, kept = tf.Variable(np.zeros((5, 2), np.float32)), []
    optimizer = tf.keras.optimizers.SGD(1.0)

    @tf.function
    def step(indices: Any) -> Any:
        tf.py_function(lambda: kept.append((v.value(), v.numpy())), [], [])
        optimizer.apply_gradients([(tf.IndexedSlices(tf.ones([2, 2]), indices, [5, 2]), v)])

    for n in range(4):
        step(tf.constant([n, n + 1]))
    for value, numbers in kept:
        np.testing.assert_array_equal(value.numpy(), numbers)
    assert len({numbers.sum() for _, numbers in kept}) == 4


def test_concrete_functions_leave_state_alone() -> None:
    v = tf.Variable(1.0)

    @tf.function
    def run(x: Any) -> Any:
        return tf.py_function(lambda x: v.assign_add(tf.reduce_sum(x)).read_value(), [x], tf.float32) + v

    concrete = run.get_concrete_function(tf.ones([3]))
    assert float(v) == 1.0
    assert "call py_function(x0)" in concrete.pretty()
    assert float(concrete(tf.ones([3]))) == 8.0 and float(v) == 4.0
    assert "py_function" in run.show().source


def test_what_others_write_meanwhile_stays() -> None:
    own, other = tf.Variable(0.0), tf.Variable(0.0)

    def meanwhile(x: Any) -> Any:
        thread = Thread(target=lambda: other.assign_add(1.0))
        thread.start()
        thread.join()
        return x

    @tf.function
    def run(x: Any) -> Any:
        own.assign_add(tf.py_function(meanwhile, [x], tf.float32))
        return own.read_value()

    run(tf.constant(1.0))
    for call in range(2, 6):
        assert float(run(tf.constant(1.0))) == call
        assert float(other) == call
