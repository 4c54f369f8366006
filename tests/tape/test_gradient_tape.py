"""`GradientTape`: what TensorFlow users rely on, against closed forms, with the errors it promises."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import polytape as tf


def test_gradient_of_a_polynomial() -> None:
    w = tf.Variable(4.0)
    with tf.GradientTape() as tape:
        y = 3.0 * w**2 + 2.0 * w + 1.0
    gradient = tape.gradient(y, w)
    assert float(gradient) == 26.0
    assert gradient.dtype is tf.float32


def test_only_what_is_watched_has_a_gradient() -> None:
    x, v = tf.constant(2.0), tf.Variable(3.0, trainable=False)
    with tf.GradientTape(persistent=True) as tape:
        y = x * v
    assert tape.gradient(y, [x, v]) == [None, None]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        y = x * v
    assert float(tape.gradient(y, x)) == 3.0


def test_a_tensor_watched_late_counts_from_then_on() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        before = x * x
        tape.watch(x)
        y = before + 5.0 * x
    assert float(tape.gradient(y, x)) == 5.0


def test_gradient_of_the_target_itself_and_of_intermediates() -> None:
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
        z = y * y
    assert float(tape.gradient(x, x)) == 1.0
    assert [float(g) for g in tape.gradient(z, [y, x])] == [8.0, 32.0]


def test_a_variable_that_was_assigned_keeps_the_values_that_were_read() -> None:
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        first = v * v
        v.assign(10.0)
        y = first + 3.0 * v
    assert float(tape.gradient(y, v)) == 2 * 2.0 + 3.0


def test_structures_of_targets_and_sources() -> None:
    a, b = tf.Variable(2.0), tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        targets = {"one": a * a, "two": (tf.reduce_sum(b) * a,)}
    found = tape.gradient(targets, {"b": b, "list": [a, a]})
    assert found["b"].numpy().tolist() == [2.0, 2.0]
    assert [float(g) for g in found["list"]] == [7.0, 7.0]


def test_output_gradients_weight_the_target() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
    assert tape.gradient(y, x, output_gradients=tf.constant([10.0, 100.0])).numpy().tolist() == [20.0, 400.0]
    assert tape.gradient(y, x, output_gradients=[1.0, 0.0]).numpy().tolist() == [2.0, 0.0]
    with pytest.raises(ValueError, match=r"has the shape of its target.*\(3,\).*\(2,\)"):
        tape.gradient(y, x, output_gradients=tf.ones(3))
    with pytest.raises(ValueError, match="should begin with the form of"):
        tape.gradient([y, y], x, output_gradients=[y])


def test_unconnected_gradients() -> None:
    x, y = tf.Variable([1.0, 2.0]), tf.Variable(1.0)
    with tf.GradientTape(persistent=True) as tape:
        z = y * 2.0
    assert tape.gradient(z, x) is None
    for zero in ("zero", tf.UnconnectedGradients.ZERO):
        found = tape.gradient(z, x, unconnected_gradients=zero)
        assert found.numpy().tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="nonsense"):
        tape.gradient(z, x, unconnected_gradients="nonsense")


def test_broadcasting_sums_back() -> None:
    x, y = tf.Variable(tf.ones((3, 1))), tf.Variable(tf.ones(4))
    with tf.GradientTape() as tape:
        z = x * y + y
    to_x, to_y = tape.gradient(z, [x, y])
    assert to_x.numpy().tolist() == [[4.0]] * 3
    assert to_y.numpy().tolist() == [6.0] * 4


def test_nested_tapes_give_every_order() -> None:
    x = tf.Variable(2.0, dtype=tf.float64)
    with tf.GradientTape() as third, tf.GradientTape() as second, tf.GradientTape() as first:
        y = x**4
        by_order = [first.gradient(y, x)]
        by_order.append(second.gradient(by_order[0], x))
        by_order.append(third.gradient(by_order[1], x))
    np.testing.assert_allclose([float(g) for g in by_order], [32.0, 48.0, 48.0], rtol=1e-12)


def test_a_persistent_tape_differentiates_its_own_gradient() -> None:
    x = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x**3
        slope = tape.gradient(y, x)
    assert float(tape.gradient(slope, x)) == pytest.approx(18.0)


def test_a_second_gradient_needs_persistence() -> None:
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    with pytest.raises(RuntimeError, match=r"can only be used to compute one set of gradients.*persistent=True"):
        tape.gradient(y, x)


def test_a_tape_cannot_be_entered_twice() -> None:
    with tf.GradientTape() as tape, pytest.raises(RuntimeError, match="already recording"):
        tape.__enter__()


def test_reset_forgets() -> None:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        lost = x * x
        tape.reset()
        y = x * x * x
    assert tape.watched_variables()[0] is x
    assert float(tape.gradient(y, x)) == 27.0
    assert lost.numpy() == 9.0


def test_stop_recording() -> None:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
        with tape.stop_recording():
            detached = x * 100.0
        z = y + detached
    assert float(tape.gradient(z, x)) == 6.0
    with pytest.raises(RuntimeError, match="needs a tape that is recording"), tape.stop_recording():
        raise AssertionError("not reached")


def test_watched_variables_in_order_of_reading() -> None:
    a, b, c = tf.Variable(1.0), tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        _ = b * a * b
    assert [v is w for v, w in zip(tape.watched_variables(), (b, a))] == [True, True]
    assert c.numpy() == 3.0


def test_integers_have_no_gradient_and_are_warned_about() -> None:
    x = tf.constant(3)
    with tf.GradientTape() as tape:
        with pytest.warns(UserWarning, match="must be floating-point or complex; received int32"):
            tape.watch(x)
        y = x * x
    with pytest.warns(UserWarning, match="target of gradient must be floating-point or complex; received int32"):
        assert tape.gradient(y, x) is None


@pytest.mark.parametrize("wrong", [3.0, "x", None, object()])
def test_only_tensors_and_variables_are_watched_or_differentiated(wrong: object) -> None:
    with tf.GradientTape(persistent=True) as tape:
        with pytest.raises(ValueError, match="watch takes tensors and variables; received"):
            tape.watch(wrong)
        y = tf.Variable(1.0) * 2.0
    with pytest.raises(ValueError, match="must be a tensor or a variable"):
        tape.gradient(y, wrong)
    with pytest.raises(ValueError, match="target must be a tensor or a variable"):
        tape.gradient(wrong, y)


def test_complex_gradients_follow_the_conjugate_convention() -> None:
    """For a holomorphic f the gradient is conj(f'(z)) times what arrives."""
    z = tf.constant(1.0 + 2.0j, tf.complex128)
    with tf.GradientTape() as tape:
        tape.watch(z)
        y = z * z * z
    assert complex(tape.gradient(y, z)) == pytest.approx(np.conj(3 * (1 + 2j) ** 2))


def test_a_dropped_tape_frees_what_it_recorded() -> None:
    x = tf.Variable(tf.ones(8))
    gc.disable()
    try:
        with tf.GradientTape(persistent=True) as tape:
            y = tf.exp(x)
            z = y * 2.0
        gone = weakref.ref(y)
        del y, z
        assert gone() is not None  # exp's rule reads its output
        del tape
        assert gone() is None
    finally:
        gc.enable()


def test_the_tape_keeps_only_what_rules_read() -> None:
    x = tf.Variable(tf.ones(8))
    with tf.GradientTape() as tape:
        h = x + 1.0
        gone = weakref.ref(h)
        h = h + 2.0
        assert gone() is None  # no rule of addition reads an operand
        h = tf.nn.relu(h)
    assert tape.gradient(h, x).numpy().tolist() == [1.0] * 8
