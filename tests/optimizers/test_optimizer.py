"""What all optimizers have in common: pairs, learning rates, clipping, decay, constraints, errors."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import polytape as tf
from polytape import protocols
from polytape.optimizers import ALL

optimizers = tf.keras.optimizers
ONE = tf.constant(1.0)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_protocol_defaults_and_configuration(kind) -> None:
    optimizer = kind()
    assert isinstance(optimizer, protocols.Optimizer)
    assert float(optimizer.learning_rate) == pytest.approx(0.01 if kind.__name__ == "SGD" else 0.001)
    config = kind(learning_rate=0.25, clipnorm=2.0).get_config()
    again = kind.from_config(config)
    assert again.get_config() == config
    assert config["learning_rate"] == 0.25
    assert config["clipnorm"] == 2.0
    assert type(optimizers.get(kind.__name__.lower())) is kind


def test_keras_defaults() -> None:
    """The defaults that Keras 3 documents."""
    adam = optimizers.Adam()
    assert (adam.beta_1, adam.beta_2, adam.epsilon, adam.amsgrad) == (0.9, 0.999, 1e-7, False)
    rms = optimizers.RMSprop()
    assert (rms.rho, rms.momentum, rms.epsilon, rms.centered) == (0.9, 0.0, 1e-7, False)
    assert optimizers.AdamW().weight_decay == 0.004
    assert optimizers.Adagrad().initial_accumulator_value == 0.1
    assert (optimizers.Adadelta().rho, optimizers.Lion().beta_2) == (0.95, 0.99)


def test_learning_rate_can_be_read_assigned_and_set() -> None:
    w = tf.Variable(0.0)
    optimizer = optimizers.SGD(learning_rate=1.0)
    optimizer.apply_gradients([(ONE, w)])
    rate = optimizer.learning_rate
    assert rate.dtype == tf.float32 and float(rate) == 1.0
    rate.assign(0.5)
    optimizer.apply_gradients([(ONE, w)])
    assert float(w) == -1.5
    optimizer.learning_rate = 0.25
    assert float(rate) == 0.25
    optimizer.apply_gradients([(ONE, w)])
    assert float(w) == -1.75


def test_learning_rate_may_be_a_function_or_a_schedule() -> None:
    w = tf.Variable(0.0)
    rates = iter([1.0, 0.5])
    optimizer = optimizers.SGD(lambda: next(rates))
    optimizer.apply_gradients([(ONE, w)])
    optimizer.apply_gradients([(ONE, w)])
    assert float(w) == -1.5

    w.assign(0.0)
    optimizer = optimizers.SGD(optimizers.schedules.PiecewiseConstantDecay([0, 1], [1.0, 0.5, 0.25]))
    seen = []
    for _ in range(4):
        seen.append(float(optimizer.learning_rate))
        optimizer.apply_gradients([(ONE, w)])
    assert seen == [1.0, 0.5, 0.25, 0.25]
    assert float(w) == -2.0


def test_iterations_are_live_and_can_be_set() -> None:
    w = tf.Variable(0.0)
    optimizer = optimizers.Adam()
    iterations = optimizer.iterations
    assert iterations.dtype == tf.int64
    for _ in range(3):
        optimizer.apply_gradients([(ONE, w)])
    assert int(iterations) == 3
    iterations.assign(10)
    optimizer.apply_gradients([(ONE, w)])
    assert optimizer.step == 11
    assert int(iterations) == 11
    optimizer.iterations = 0
    optimizer.apply_gradients([(ONE, w)])
    assert int(optimizer.iterations) == 1


@pytest.mark.parametrize("bad", ["fast", None, [1.0, 2.0]])
def test_bad_learning_rates(bad) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="learning_rate must be a number"):
        optimizers.SGD(learning_rate=bad)


def test_old_argument_names_say_what_to_write() -> None:
    with pytest.raises(ValueError, match="learning_rate="):
        optimizers.Adam(lr=0.1)
    with pytest.raises(ValueError, match="InverseTimeDecay"):
        optimizers.SGD(decay=0.1)
    with pytest.raises(TypeError, match="momentun"):
        optimizers.SGD(momentun=0.1)


def test_missing_gradients() -> None:
    a, b = tf.Variable(1.0, name="a"), tf.Variable(1.0, name="b")
    optimizer = optimizers.SGD(1.0)
    with pytest.warns(UserWarning, match=r"Gradients do not exist for variables \['b:0'\]") as seen:
        for _ in range(3):
            optimizer.apply_gradients([(ONE, a), (None, b)])
    assert len(seen) == 1
    assert seen[0].filename == __file__
    assert (float(a), float(b)) == (-2.0, 1.0)
    with pytest.raises(ValueError, match="No gradients provided for any variable of a:0, b:0"):
        optimizer.apply_gradients([(None, a), (None, b)])
    with pytest.raises(ValueError, match="No gradients provided for any variable"):
        optimizer.apply_gradients([])
    assert int(optimizer.iterations) == 3


def test_pairs_are_checked() -> None:
    optimizer = optimizers.SGD(1.0)
    w = tf.Variable([[1.0], [2.0]], name="w")
    with pytest.raises(ValueError, match=r"'w:0' has shape \(2,\), the variable \(2, 1\)"):
        optimizer.apply_gradients([(tf.constant([1.0, 2.0]), w)])
    with pytest.raises(TypeError, match="dtype float64, the variable float32"):
        optimizer.apply_gradients([(tf.constant([[1.0], [2.0]], tf.float64), w)])
    with pytest.raises(ValueError, match="in this order"):
        optimizer.apply_gradients([(w, tf.constant([[1.0], [2.0]]))])
    with pytest.raises(ValueError, match="received 1 gradients for 2 variables"):
        optimizer.apply([ONE], [w, w])
    assert w.numpy().tolist() == [[1.0], [2.0]]


def test_gradients_may_be_arrays_and_numbers() -> None:
    w = tf.Variable([1.0, 2.0])
    optimizers.SGD(1.0).apply_gradients([(np.float32([1.0, 1.0]), w)])
    optimizers.SGD(1.0).apply_gradients([([1.0, 1.0], w)])
    assert w.numpy().tolist() == [-1.0, 0.0]


def test_apply_and_minimize() -> None:
    w = tf.Variable(2.0)
    optimizer = optimizers.SGD(0.25)
    optimizer.minimize(lambda: w * w, [w])
    assert float(w) == 1.0
    with tf.GradientTape() as tape:
        loss = w * w
    optimizer.minimize(loss, [w], tape=tape)
    assert float(w) == 0.5
    optimizer.apply([ONE], [w])
    optimizer.apply([ONE])
    assert float(w) == 0.0
    with pytest.raises(ValueError, match="tape="):
        optimizer.minimize(loss, [w])


def test_clipping() -> None:
    def moved(**clip) -> list[list[float]]:
        a, b = tf.Variable([0.0, 0.0]), tf.Variable([0.0])
        gradients = [tf.constant([3.0, -4.0]), tf.constant([12.0])]
        optimizers.SGD(1.0, **clip).apply_gradients(zip(gradients, [a, b]))
        return [[-x for x in v.numpy().tolist()] for v in (a, b)]

    assert moved(clipvalue=3.5) == [[3.0, -3.5], [3.5]]
    np.testing.assert_allclose(np.hstack(moved(clipnorm=1.0)), [0.6, -0.8, 1.0], rtol=1e-6)
    np.testing.assert_allclose(np.hstack(moved(clipnorm=100.0)), [3, -4, 12], rtol=0)
    np.testing.assert_allclose(np.hstack(moved(global_clipnorm=1.3)), [0.3, -0.4, 1.2], rtol=1e-6)
    np.testing.assert_allclose(np.hstack(moved(global_clipnorm=13.5)), [3, -4, 12], rtol=0)
    with pytest.raises(ValueError, match="At most one"):
        optimizers.SGD(clipvalue=1.0, clipnorm=1.0)
    with pytest.raises(ValueError, match="clipnorm must be positive"):
        optimizers.SGD(clipnorm=-1.0)


def test_clipping_of_rows_counts_rows_that_add_up_once() -> None:
    table = tf.Variable(np.zeros((3, 1), np.float32))
    slices = tf.IndexedSlices(tf.constant([[3.0], [3.0], [8.0]]), tf.constant([0, 0, 2]), (3, 1))
    optimizers.SGD(1.0, clipnorm=5.0).apply_gradients([(slices, table)])
    np.testing.assert_allclose(table.numpy().ravel(), [-3.0, 0.0, -4.0], rtol=1e-6)


def test_weight_decay() -> None:
    a, b, c = tf.Variable(1.0, name="kernel"), tf.Variable(1.0, name="bias"), tf.Variable(1.0, name="norm/gamma")
    optimizer = optimizers.SGD(0.5, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_list=[c], var_names=["bias"])
    optimizer.apply_gradients([(ONE, a), (ONE, b), (ONE, c)])
    assert [float(v) for v in (a, b, c)] == [0.25, 0.5, 0.5]


def test_constraints_hold_after_each_step() -> None:
    w = tf.Variable([1.0, -1.0], constraint=tf.keras.constraints.NonNeg())
    optimizers.SGD(0.5).apply_gradients([(tf.constant([1.0, 1.0]), w)])
    assert w.numpy().tolist() == [0.5, 0.0]


def test_steps_inside_a_tape_are_not_recorded() -> None:
    w = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        loss = w * w
        optimizers.Adam().apply_gradients([(ONE, w)])
    assert float(tape.gradient(loss, w)) == 2.0


def test_a_state_of_its_own_for_each_variable() -> None:
    """Two variables under one optimizer move as each would alone."""
    together, alone = optimizers.Adam(0.1), optimizers.Adam(0.1)
    a, b, c = tf.Variable(1.0), tf.Variable([2.0, 3.0]), tf.Variable([2.0, 3.0])
    for step in range(4):
        gradient = tf.constant([0.1 * step, -1.0])
        together.apply_gradients([(ONE, a), (gradient, b)])
        alone.apply_gradients([(gradient, c)])
    np.testing.assert_array_equal(b.numpy(), c.numpy())
    assert set(together.slots_of(a)) == {"mean", "variance"}


def test_no_floating_point_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in ALL:
            for start in (0.0, [0.0, 1.0]):
                w = tf.Variable(start)
                big = tf.fill(w.shape, 3e38)
                kind(clipnorm=1.0).apply_gradients([(big, w)])
                kind(1e38).apply_gradients([(big, w)])


def test_an_optimizer_of_ones_own_with_tensors_as_slots() -> None:
    class Momentum(optimizers.Optimizer):
        def create_slots(self, variable):
            return {"velocity": tf.zeros_like(variable), "count": 0}

        def update(self, gradient, variable, slots):
            slots["velocity"] = 0.9 * slots["velocity"] - self.rate * gradient
            slots["count"] += 1
            variable.assign_add(slots["velocity"])

    ours, theirs = Momentum(0.1), optimizers.SGD(0.1, momentum=0.9)
    a, b = tf.Variable(np.ones((3, 2))), tf.Variable(np.ones((3, 2)))
    for step in range(3):
        slices = tf.IndexedSlices(tf.constant([[1.0, 2.0]], tf.float64), tf.constant([step % 2]), (3, 2))
        ours.apply_gradients([(slices, a)])
        theirs.apply_gradients([(slices, b)])
    np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-12)
    assert ours.slots_of(a)["count"] == 3


def test_update_must_be_defined() -> None:
    with pytest.raises(NotImplementedError, match="must define update"):
        optimizers.Optimizer(0.1).apply_gradients([(ONE, tf.Variable(1.0))])


def test_training_reaches_the_minimum_of_a_quadratic() -> None:
    target = np.float32([1.0, -2.0, 3.0])
    for kind, rate in ((optimizers.SGD, 0.1), (optimizers.Adam, 0.3), (optimizers.Nadam, 0.3)):
        w = tf.Variable([0.0, 0.0, 0.0])
        optimizer = kind(rate)
        for _ in range(300):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum((w - target) ** 2)
            optimizer.apply_gradients([(tape.gradient(loss, w), w)])
        np.testing.assert_allclose(w.numpy(), target, atol=2e-3)


def test_schedules_against_their_formulas() -> None:
    schedules = optimizers.schedules
    for step in (0, 1, 7, 10, 11, 25, 30, 70):
        close = pytest.approx
        assert float(schedules.ExponentialDecay(0.1, 10, 0.5)(step)) == close(0.1 * 2 ** (-step / 10), rel=1e-6)
        assert float(schedules.ExponentialDecay(0.1, 10, 0.5, staircase=True)(step)) == close(
            0.1 * 2 ** -(step // 10), rel=1e-6
        )
        assert float(schedules.InverseTimeDecay(0.1, 10, 2.0)(step)) == close(0.1 / (1 + step / 5), rel=1e-6)
        assert float(schedules.InverseTimeDecay(0.1, 10, 2.0, True)(step)) == close(
            0.1 / (1 + 2 * (step // 10)), rel=1e-6
        )
        part = min(step, 30) / 30
        assert float(schedules.PolynomialDecay(0.1, 30, 0.01, power=2.0)(step)) == close(
            0.09 * (1 - part) ** 2 + 0.01, rel=1e-6
        )
        wave = 0.5 * (1 + math.cos(math.pi * part))
        assert float(schedules.CosineDecay(0.1, 30, alpha=0.2)(step)) == close(0.1 * (0.8 * wave + 0.2), rel=1e-6)
        assert float(schedules.CosineDecay(0.0, 30, warmup_target=0.1, warmup_steps=10)(step)) == close(
            0.1 * step / 10 if step < 10 else 0.1 * 0.5 * (1 + math.cos(math.pi * min(step - 10, 30) / 30)), rel=1e-6
        )
        # Restarts after 10, 20 and 40 steps more, each from half as high.
        begin, length, top = next(
            (b, n, t) for b, n, t in ((70, 80, 0.125), (30, 40, 0.25), (10, 20, 0.5), (0, 10, 1.0)) if step >= b
        )
        assert float(schedules.CosineDecayRestarts(1.0, 10, m_mul=0.5)(step)) == close(
            top * 0.5 * (1 + math.cos(math.pi * (step - begin) / length)), rel=1e-6, abs=1e-9
        )
    cycle = schedules.PolynomialDecay(1.0, 10, 0.0, cycle=True)
    assert [float(cycle(step)) for step in (0, 5, 10, 15, 20)] == pytest.approx([1.0, 0.5, 0.0, 0.25, 0.0])
    assert float(schedules.ExponentialDecay(0.1, 10, 0.5)(tf.constant(10))) == pytest.approx(0.05)
    config = schedules.CosineDecay(0.1, 30).get_config()
    assert schedules.CosineDecay.from_config(config).get_config() == config
    with pytest.raises(ValueError, match="must ascend"):
        schedules.PiecewiseConstantDecay([2, 1], [1, 2, 3])
    with pytest.raises(ValueError, match="decay_steps must be positive"):
        schedules.CosineDecay(0.1, 0)


def test_rows_of_a_large_embedding_are_written_in_place_unless_somebody_looks() -> None:
    table = tf.Variable(np.zeros((1000, 4), np.float32))
    optimizer = tf.keras.optimizers.SGD(1.0)
    gradient = tf.IndexedSlices(tf.ones((2, 4)), tf.constant([3, 7]), (1000, 4))
    optimizer.apply_gradients([(gradient, table)])
    array = table._value._array
    place = array.__array_interface__["data"]
    del array
    optimizer.apply_gradients([(gradient, table)])
    assert table._value._array.__array_interface__["data"] == place
    before, view = table.read_value(), np.asarray(table[3:4])
    optimizer.apply_gradients([(gradient, table)])
    assert before.numpy()[3, 0] == -2.0 and view[0, 0] == -2.0
    assert table.numpy()[3, 0] == -3.0 and table.numpy()[4, 0] == 0.0


def test_a_variable_made_of_a_view_does_not_write_to_what_it_views() -> None:
    whole = tf.zeros((4, 2))
    table = tf.Variable(tf.reshape(whole, (2, 4)))
    optimizer = tf.keras.optimizers.SGD(1.0)
    optimizer.apply_gradients([(tf.IndexedSlices(tf.ones((1, 4)), tf.constant([0]), (2, 4)), table)])
    assert whole.numpy().sum() == 0.0 and table.numpy().sum() == -4.0
