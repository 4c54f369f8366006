"""`function`: what it gives is what the Python function gives, call after call."""

from __future__ import annotations

import io
import math
import warnings
from typing import Any

import numpy as np
import pytest

import polytape as tf

layers = tf.keras.layers


class Network:
    """A small network with everything that keeps state: random masks, moving statistics, a decaying rate."""

    def __init__(self, optimizer: Any) -> None:
        tf.random.set_seed(3)
        self.model = tf.keras.Sequential(
            [layers.Dense(16, activation="relu"), layers.Dropout(0.3), layers.BatchNormalization(), layers.Dense(3)]
        )
        self.optimizer = optimizer()

    def step(self, x: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = self.model(x, training=True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
        variables = self.model.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss


OPTIMIZERS = {
    "sgd": lambda: tf.keras.optimizers.SGD(0.1),
    "momentum": lambda: tf.keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "adam": lambda: tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.ExponentialDecay(0.01, 3, 0.8)),
    "adamw": lambda: tf.keras.optimizers.AdamW(0.01),
    "amsgrad": lambda: tf.keras.optimizers.Adam(0.01, amsgrad=True, clipnorm=0.5),
    "nadam": lambda: tf.keras.optimizers.Nadam(0.01, global_clipnorm=1.0),
    "adamax": lambda: tf.keras.optimizers.Adamax(0.01),
    "rmsprop": lambda: tf.keras.optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    "rmsprop without momentum": lambda: tf.keras.optimizers.RMSprop(0.01),
    "adagrad": lambda: tf.keras.optimizers.Adagrad(0.1),
    "adadelta": lambda: tf.keras.optimizers.Adadelta(1.0),
    "ftrl": lambda: tf.keras.optimizers.Ftrl(0.1),
    "lion": lambda: tf.keras.optimizers.Lion(0.01, weight_decay=0.01),
}


def losses_of(optimizer: Any, compiled: bool) -> tuple[list[float], list[Any]]:
    random = np.random.default_rng(0)
    x = tf.constant(random.normal(size=(32, 8)).astype("float32"))
    labels = tf.constant(random.integers(0, 3, 32))
    network = Network(optimizer)
    step = tf.function(network.step) if compiled else network.step
    losses = [float(step(x, labels)) for _ in range(8)]
    return losses, [variable.numpy() for variable in network.model.variables]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_training_is_the_same_bit_for_bit(name: str) -> None:
    expected, variables = losses_of(OPTIMIZERS[name], compiled=False)
    found, others = losses_of(OPTIMIZERS[name], compiled=True)
    assert found == expected
    for variable, other in zip(variables, others):
        np.testing.assert_array_equal(variable, other)


def test_it_runs_the_python_function_once_for_each_kind_of_call() -> None:
    runs = []

    @tf.function
    def double(x: Any) -> Any:
        runs.append(x.shape)
        return x * 2

    for _ in range(3):
        np.testing.assert_array_equal(double(tf.constant([1.0, 2.0])), [2, 4])
        np.testing.assert_array_equal(double(np.float32([5.0, 6.0])), [10, 12])
        np.testing.assert_array_equal(double(tf.constant([7.0])), [14])
    assert [tuple(shape) for shape in runs] == [(2,), (1,)]
    assert double.experimental_get_tracing_count() == 2


def test_structures_and_python_values() -> None:
    @tf.function
    def mixed(pair: Any, scale: float = 1.0, *, flag: bool = True) -> Any:
        x, y = pair["x"], pair["y"]
        return {"sum": (x + y) * scale if flag else x, "name": "fixed", "both": [x, (y,)]}

    for scale in (1.0, 2.0, 1.0):
        found = mixed({"x": tf.constant(1.0), "y": tf.constant(2.0)}, scale)
        assert float(found["sum"]) == 3 * scale and found["name"] == "fixed"
        assert float(found["both"][1][0]) == 2.0
    assert float(mixed({"x": tf.constant(1.0), "y": tf.constant(2.0)}, flag=False)["sum"]) == 1.0
    assert mixed.experimental_get_tracing_count() == 3


def test_reduce_retracing_takes_numbers_for_tensors() -> None:
    @tf.function(reduce_retracing=True)
    def power(x: Any, n: Any) -> Any:
        return x * n

    assert [float(power(tf.constant(2.0), number)) for number in (1.0, 2.5, 4.0)] == [2.0, 5.0, 8.0]
    assert power.experimental_get_tracing_count() == 1


def test_python_control_flow_is_followed_each_time() -> None:
    @tf.function
    def collatz(n: Any) -> Any:
        steps = 0
        while n > 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        return tf.constant(steps)

    assert [int(collatz(tf.constant(n))) for n in (6, 3, 6, 8, 3, 1)] == [8, 7, 8, 3, 7, 0]
    assert collatz.experimental_get_tracing_count() == 4


def test_a_value_that_keeps_changing_is_said_once() -> None:
    @tf.function
    def scaled(x: Any) -> Any:
        return x * float(tf.reduce_sum(x))

    with pytest.warns(
        UserWarning, match=r"'scaled' runs eagerly from now on.*float\(\) at .*test_function.py"
    ) as caught:
        for number in range(40):
            assert float(scaled(tf.constant(float(number)))) == number * number
    assert len([w for w in caught if "eagerly" in str(w.message)]) == 1


def test_a_guard_knows_nan_and_the_sign_of_zero() -> None:
    @tf.function
    def sign(x: Any) -> Any:
        seen = float(x)
        return tf.zeros_like(x) if math.isnan(seen) else tf.ones_like(x) * math.copysign(1.0, seen)

    for _ in range(3):
        assert [float(sign(tf.constant(x))) for x in (math.nan, 0.0, -0.0)] == [0.0, 1.0, -1.0]
    assert sign.experimental_get_tracing_count() == 3


def test_a_failing_call_leaves_nothing_behind() -> None:
    v, w = tf.Variable(1.0), tf.Variable([1.0, 2.0, 3.0])

    @tf.function
    def update(index: Any) -> Any:
        v.assign_add(1.0)
        w.assign(w * 2.0)
        return tf.gather(w, index)

    assert float(update(tf.constant(2))) == 6.0
    for _ in range(2):
        with pytest.raises(tf.errors.InvalidArgumentError, match="7"):
            update(tf.constant(7))
        assert float(v) == 2.0
        np.testing.assert_array_equal(w.numpy(), [2, 4, 6])
    assert float(update(tf.constant(0))) == 4.0
    assert float(v) == 3.0


def test_a_missed_guard_leaves_nothing_behind() -> None:
    count, stream = tf.Variable(0), tf.random.Generator.from_seed(5)

    @tf.function
    def draw(limit: Any) -> Any:
        count.assign_add(1)
        number = stream.uniform([])
        return number if number < limit else -number

    expected = tf.random.Generator.from_seed(5)
    for call, limit in enumerate((2.0, 0.0, 2.0, 0.5, 0.5, 0.5, 0.0), 1):
        number = float(expected.uniform([]))
        assert float(draw(tf.constant(limit))) == pytest.approx(number if number < limit else -number)
        assert int(count) == call


def test_random_numbers_go_on_as_in_eager_mode() -> None:
    def draw() -> Any:
        return tf.random.normal([3]), tf.random.uniform([2], seed=4)

    compiled = tf.function(draw)
    for function in (draw, compiled):
        tf.random.set_seed(11)
        found = [np.concatenate([part.numpy() for part in function()]) for _ in range(4)]
        if function is draw:
            expected = found
        assert not np.array_equal(found[0], found[1])
    np.testing.assert_array_equal(found, expected)


def test_variables_made_at_the_first_call() -> None:
    class Counter:
        value = None

        @tf.function
        def next(self, x: Any) -> Any:
            if self.value is None:
                self.value = tf.Variable(10.0)
            return self.value.assign_add(x).read_value()

    first, second = Counter(), Counter()
    assert [float(first.next(tf.constant(1.0))) for _ in range(3)] == [11, 12, 13]
    assert [float(second.next(tf.constant(2.0))) for _ in range(3)] == [12, 14, 16]
    assert float(first.next(tf.constant(1.0))) == 14


def test_variables_made_at_every_call_are_an_error() -> None:
    kept = []

    @tf.function
    def careless(x: Any) -> Any:
        kept.append(tf.Variable(x))
        return kept[-1] + 1.0

    assert float(careless(tf.constant(1.0))) == 2.0
    with pytest.raises(tf.errors.FailedPreconditionError, match="'careless' makes new variables at each call"):
        careless(tf.constant(1.0))


def test_tf_print_and_numpy_functions_run_at_each_call_in_order() -> None:
    stream, seen = io.StringIO(), []

    def note(x: Any) -> Any:
        seen.append(float(x))
        return x * 10

    @tf.function
    def noisy(x: Any) -> Any:
        tf.print("before", x, output_stream=stream)
        y = tf.numpy_function(note, [x], tf.float32)
        tf.print("after", {"y": y}, output_stream=stream)
        return y + 1.0

    assert [float(noisy(tf.constant(v))) for v in (1.0, 2.0, 3.0)] == [11, 21, 31]
    assert stream.getvalue().splitlines() == [
        line for v in (1, 2, 3) for line in (f"before {v}", f"after {{'y': {10 * v}}}")
    ]
    assert seen == [1.0, 2.0, 3.0]


def test_py_function_runs_at_each_call() -> None:
    seen = []

    def note(x: Any) -> Any:
        seen.append(x.numpy().tolist())
        return x * 2.0

    @tf.function
    def doubled(x: Any) -> Any:
        return tf.py_function(note, [x], tf.float32) + 1.0

    assert [doubled(tf.constant([v])).numpy().tolist() for v in (1.0, 2.0, 3.0)] == [[3.0], [5.0], [7.0]]
    assert seen == [[1.0], [2.0], [3.0]]

    @tf.function
    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.py_function(lambda x: x**3, [x], tf.float32)
        return tape.gradient(y, x)

    assert [float(slope(tf.constant(v))) for v in (1.0, 2.0, 3.0)] == [3.0, 12.0, 27.0]


def test_nested_functions_are_one_graph() -> None:
    @tf.function
    def inner(x: Any) -> Any:
        return tf.sin(x)

    @tf.function
    def outer(x: Any) -> Any:
        return inner(x) + inner(x)

    x = tf.constant(0.5)
    for _ in range(2):
        assert float(outer(x)) == pytest.approx(2 * np.sin(0.5), rel=1e-6)
    assert outer.pretty().count("= sin(") == 1, "the same call twice is made once"
    assert inner.experimental_get_tracing_count() == 0


def test_gradients_inside_and_across() -> None:
    @tf.function
    def cube(x: Any) -> Any:
        return x * x * x

    @tf.function
    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = cube(x)
        return tape.gradient(y, x)

    @tf.function
    def curvature(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = slope(x)
        return tape.gradient(y, x)

    x = tf.constant(2.0)
    for _ in range(2):
        assert (float(cube(x)), float(slope(x)), float(curvature(x))) == (8, 12, 12)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = cube(x)
        assert float(tape.gradient(y, x)) == 12


def test_input_signature() -> None:
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def total(x: Any) -> Any:
        return tf.reduce_sum(x)

    assert float(total([[1.0, 2.0]])) == 3.0
    assert float(total(tf.ones([3, 2]))) == 6.0
    with pytest.raises(ValueError, match=r"total: input_signature asks for shape \(None, 2\); received \(3,\)"):
        total(tf.ones([3]))
    with pytest.raises(TypeError, match="input_signature asks for float32; received int32"):
        total(tf.ones([3, 2], tf.int32))


def test_concrete_functions_leave_state_alone() -> None:
    v = tf.Variable(1.0)

    @tf.function
    def add(x: Any) -> Any:
        return v.assign_add(tf.reduce_sum(x)).read_value()

    concrete = add.get_concrete_function(tf.TensorSpec([3], tf.float32))
    assert float(v) == 1.0
    assert "sum(" in concrete.pretty()
    assert float(concrete(tf.ones([3]))) == 4.0
    assert add.experimental_get_tracing_count() == 1


def test_eagerly_by_configuration() -> None:
    runs = []

    @tf.function
    def noted(x: Any) -> Any:
        runs.append(1)
        return x

    assert not tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        for _ in range(3):
            noted(tf.constant(1.0))
    finally:
        tf.config.run_functions_eagerly(False)
    assert len(runs) == 3


def test_results_outlive_the_run_that_was_recorded() -> None:
    kept = []

    @tf.function
    def leaky(x: Any) -> Any:
        kept.append(x * 3.0)
        return x + 1.0

    result = leaky(tf.constant([1.0, 2.0]))
    np.testing.assert_array_equal(kept[0] + result, [5, 9])
    np.testing.assert_array_equal((result * kept[0]).numpy(), [6, 18])
    assert kept[0].backend == "numpy"


def test_a_graph_in_text_and_as_a_drawing() -> None:
    v = tf.Variable([[2.0]], name="weight")

    @tf.function
    def layer(x: Any) -> Any:
        return tf.nn.relu(tf.transpose(tf.transpose(x)) @ v)

    with pytest.raises(tf.errors.FailedPreconditionError, match="No run of 'layer'"):
        layer.pretty()
    layer(tf.ones([3, 1]))
    text = layer.pretty()
    assert text.startswith("layer(x0: float32[3,1]):")
    assert "<variable weight:0>" in text and "permute_dims" not in text
    assert "permute_dims" in layer.pretty(cleaned=False)
    assert "test_function.py" in text
    assert layer.show().source.startswith("digraph") and "matmul" in layer.show().source


def test_dead_code_is_dropped() -> None:
    @tf.function
    def wasteful(x: Any) -> Any:
        tf.exp(x)
        return x + 0.0 * 1.0

    wasteful(tf.constant(1.0))
    assert "exp" not in wasteful.pretty() and "exp" in wasteful.pretty(cleaned=False)


def test_it_does_not_warn_of_what_is_silent_otherwise() -> None:
    @tf.function
    def infinite(x: Any) -> Any:
        return 1.0 / x + tf.math.log(x)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            assert np.isnan(float(infinite(tf.constant(0.0))))


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(TypeError, match="function takes a callable; received 3"):
        tf.function(3)


def test_a_replay_that_fails_alone_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    @tf.function
    def double(x: Any) -> Any:
        return x * 2.0

    double(tf.constant(1.0))

    def failing(*_: Any) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr(double.paths[0].program, "replay", failing)
    with pytest.warns(UserWarning, match=r"'double' runs eagerly.*its replay failed.*RuntimeError: broken"):
        assert float(double(tf.constant(2.0))) == 4.0
    assert float(double(tf.constant(3.0))) == 6.0


def test_a_gradient_stands_at_the_line_that_asks_for_it() -> None:
    @tf.function
    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.sin(x)
        return tape.gradient(y, x)

    slope(tf.constant(1.0))
    (line,) = [line for line in slope.pretty().splitlines() if "= cos(" in line]
    assert "test_function.py" in line and "<string>" not in line
