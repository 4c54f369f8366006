"""TensorFlow 1's optimizers against their formulas, written out in plain Python."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

import polytape as tf

GRADIENTS = [0.5, -1.0, 2.0, 0.25]
RATES = [0.1, 0.1, 0.05, 0.2]


def momentum(w: float, nesterov: bool) -> float:
    accumulated = 0.0
    for g, rate in zip(GRADIENTS, RATES):
        accumulated = 0.9 * accumulated + g
        w -= rate * (g + 0.9 * accumulated if nesterov else accumulated)
    return w


def adam(w: float) -> float:
    m = v = 0.0
    for t, (g, rate) in enumerate(zip(GRADIENTS, RATES), start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w -= rate * sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (sqrt(v) + 1e-8)
    return w


def rmsprop(w: float, centered: bool) -> float:
    square, mean, moved = 1.0, 0.0, 0.0
    for g, rate in zip(GRADIENTS, RATES):
        square, mean = 0.8 * square + 0.2 * g * g, 0.8 * mean + 0.2 * g
        moved = 0.5 * moved + rate * g / sqrt(square - centered * mean * mean + 1e-10)
        w -= moved
    return w


def adagrad(w: float) -> float:
    total = 0.1
    for g, rate in zip(GRADIENTS, RATES):
        total += g * g
        w -= rate * g / sqrt(total)
    return w


def adadelta(w: float) -> float:
    squares = steps = 0.0
    for g, rate in zip(GRADIENTS, RATES):
        squares = 0.95 * squares + 0.05 * g * g
        step = sqrt(steps + 1e-8) / sqrt(squares + 1e-8) * g
        steps = 0.95 * steps + 0.05 * step * step
        w -= rate * step
    return w


def ftrl(w: float) -> float:
    n, z = 0.1, 0.0
    for g, rate in zip(GRADIENTS, RATES):
        larger = n + g * g
        z += g - (sqrt(larger) - sqrt(n)) / rate * w
        n = larger
        w = 0.0 if abs(z) <= 0.01 else -(z - np.sign(z) * 0.01) / (sqrt(n) / rate + 2 * 0.02)
    return w


train = tf.compat.v1.train
CASES = {
    "descent": (lambda rate: train.GradientDescentOptimizer(rate), lambda w: w - np.dot(GRADIENTS, RATES)),
    "momentum": (lambda rate: train.MomentumOptimizer(rate, 0.9), lambda w: momentum(w, False)),
    "nesterov": (
        lambda rate: train.MomentumOptimizer(rate, momentum=0.9, use_nesterov=True),
        lambda w: momentum(w, True),
    ),
    "adam": (lambda rate: train.AdamOptimizer(rate, beta1=0.9, beta2=0.999), adam),
    "rmsprop": (
        lambda rate: train.RMSPropOptimizer(rate, decay=0.8, momentum=0.5),
        lambda w: rmsprop(w, False),
    ),
    "centered": (
        lambda rate: train.RMSPropOptimizer(rate, 0.8, 0.5, centered=True),
        lambda w: rmsprop(w, True),
    ),
    "adagrad": (lambda rate: train.AdagradOptimizer(rate), adagrad),
    "adadelta": (lambda rate: train.AdadeltaOptimizer(rate), adadelta),
    "ftrl": (
        lambda rate: train.FtrlOptimizer(rate, l1_regularization_strength=0.01, l2_regularization_strength=0.02),
        ftrl,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_steps(case) -> None:
    make, expected = case
    w = tf.Variable(1.5, dtype=tf.float64)
    step = tf.Variable(0, dtype=tf.int64)
    rates = iter(RATES)
    optimizer = make(lambda: next(rates))  # a rate that is a function is asked at each step
    for g in GRADIENTS:
        optimizer.apply_gradients([(tf.constant(g, tf.float64), w)], global_step=step)
    np.testing.assert_allclose(float(w), expected(1.5), rtol=1e-12)
    assert int(step) == len(GRADIENTS)


def test_minimize_finds_the_variables() -> None:
    used, unused = tf.Variable([1.0, 2.0]), tf.Variable(1.0)
    optimizer = tf.train.GradientDescentOptimizer(learning_rate=0.25)
    assert optimizer.get_name() == "GradientDescent"
    step = tf.train.get_or_create_global_step()
    before = int(step)
    optimizer.minimize(lambda: tf.reduce_sum(used * used), step)
    assert used.numpy().tolist() == [0.5, 1.0] and int(step) == before + 1
    optimizer.minimize(lambda: used * used, var_list=[used, unused], grad_loss=tf.constant([1.0, 0.0]))
    assert used.numpy().tolist() == [0.25, 1.0] and float(unused) == 1.0
    ((gradient, variable),) = optimizer.compute_gradients(lambda: used[0] * 3.0)
    assert variable is used and gradient.numpy().tolist() == [3.0, 0.0]


def test_refusals() -> None:
    w = tf.Variable(1.0)
    optimizer = train.AdamOptimizer()
    with pytest.raises(RuntimeError, match="should be a function when eager execution is enabled"):
        optimizer.minimize(w * w)
    with pytest.raises(ValueError, match="No gradients provided for any variable"):
        optimizer.minimize(lambda: tf.constant(1.0), var_list=[w])
    with pytest.raises(ValueError, match="No gradients provided"):
        optimizer.minimize(lambda: tf.constant(1.0))
    with pytest.raises(ValueError, match="must be positive"):
        train.AdagradOptimizer(0.1, 0.0)
    with pytest.raises(ValueError, match="momentum must be"):
        train.MomentumOptimizer(0.1, 2.0)
