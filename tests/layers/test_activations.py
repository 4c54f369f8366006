"""Activations, regularizers and constraints against closed forms in Python floats."""

from __future__ import annotations

import math

import numpy as np
import pytest

import polytape as tf
from polytape.activations import BY_NAME

activations, regularizers, constraints = tf.keras.activations, tf.keras.regularizers, tf.keras.constraints
POINTS = [-7.5, -3.5, -2.0, -0.7, -0.1, 0.3, 1.0, 2.9, 6.5]
SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772  # Klambauer et al. 2017


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


FORMULAS = {
    "elu": lambda x: x if x > 0 else math.exp(x) - 1,
    "exponential": math.exp,
    "gelu": lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2))),
    "hard_sigmoid": lambda x: min(max(x / 6 + 0.5, 0), 1),
    "hard_silu": lambda x: x * min(max(x / 6 + 0.5, 0), 1),
    "leaky_relu": lambda x: x if x > 0 else 0.2 * x,
    "linear": lambda x: x,
    "mish": lambda x: x * math.tanh(math.log(1 + math.exp(x))),
    "relu": lambda x: max(x, 0),
    "relu6": lambda x: min(max(x, 0), 6),
    "selu": lambda x: SCALE * (x if x > 0 else ALPHA * (math.exp(x) - 1)),
    "sigmoid": sigmoid,
    "silu": lambda x: x * sigmoid(x),
    "softplus": lambda x: math.log(1 + math.exp(x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "tanh": math.tanh,
}
FORMULAS["swish"], FORMULAS["hard_swish"] = FORMULAS["silu"], FORMULAS["hard_silu"]


@pytest.mark.parametrize("name", sorted(BY_NAME.keys() - {"softmax", "log_softmax"}))
def test_values_and_slopes(name: str) -> None:
    function = activations.get(name)
    x = tf.constant(POINTS, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    np.testing.assert_allclose(y, [FORMULAS[name](p) for p in POINTS], rtol=1e-10)
    slopes = [(FORMULAS[name](p + 1e-6) - FORMULAS[name](p - 1e-6)) / 2e-6 for p in POINTS]
    np.testing.assert_allclose(tape.gradient(y, x), slopes, rtol=1e-5, atol=1e-7)
    layer = tf.keras.layers.Dense(1, activation=name)
    assert layer.activation is function
    assert type(layer).from_config(layer.get_config()).activation is function


def test_softmax() -> None:
    x = np.float64([[1.0, 2.0, 3.0], [1000.0, 1000.0, 0.0]])
    expected = [[math.exp(b) / sum(map(math.exp, (1, 2, 3))) for b in (1, 2, 3)], [0.5, 0.5, 0.0]]
    np.testing.assert_allclose(activations.softmax(x), expected, atol=1e-12)
    np.testing.assert_allclose(activations.softmax(x.T, axis=0), np.transpose(expected), atol=1e-12)
    np.testing.assert_allclose(activations.log_softmax(x)[0], np.log(expected[0]), rtol=1e-12)


def test_arguments_of_activations() -> None:
    x = np.float64([-2.0, 0.5, 1.0, 9.0])
    np.testing.assert_allclose(activations.relu(x, 0.1, 6.0, 1.0), [-0.3, -0.05, 1.0, 6.0])
    np.testing.assert_allclose(activations.elu(x, 2.0), [2 * math.expm1(-2), 0.5, 1, 9])
    inner = math.sqrt(2 / math.pi) * (0.5 + 0.044715 * 0.5**3)
    assert float(activations.gelu(x, approximate=True)[1]) == pytest.approx(0.25 * (1 + math.tanh(inner)))
    assert activations.get(None) is activations.linear
    own = lambda x: x
    assert activations.get(own) is own
    assert activations.serialize(activations.silu) == "silu"
    with pytest.raises(ValueError, match=r"No activation is called 'sigmiod'\. Did you mean 'sigmoid'"):
        activations.get("sigmiod")
    with pytest.raises(ValueError, match="name or a function"):
        activations.get(3)


def test_regularizers() -> None:
    w = np.float64([[1.0, -2.0], [0.5, 0.0]])
    assert float(regularizers.L1(0.1)(w)) == pytest.approx(0.35)
    assert float(regularizers.L2(0.1)(w)) == pytest.approx(0.525)
    assert float(regularizers.L1L2(0.1, 0.2)(w)) == pytest.approx(0.35 + 1.05)
    # By hand: the one pair of rows has the cosine (1 * 0.5) / (sqrt(5) * 0.5), that of columns -2 / (sqrt(1.25) * 2).
    assert float(regularizers.OrthogonalRegularizer(2.0)(w)) == pytest.approx(2 / math.sqrt(5))
    assert float(regularizers.OrthogonalRegularizer(1.0, "columns")(w)) == pytest.approx(math.sqrt(0.8))
    assert regularizers.get("l1_l2").get_config() == {"l1": 0.0, "l2": 0.0}
    assert regularizers.get({"class_name": "L2", "config": {"l2": 0.5}}).l2 == 0.5
    assert regularizers.get(None) is None
    for bad in (-1.0, float("nan"), "strong", True):
        with pytest.raises(ValueError, match="at least 0"):
            regularizers.L2(bad)
    with pytest.raises(ValueError, match="for matrices"):
        regularizers.OrthogonalRegularizer()(w[0])


def test_constraints() -> None:
    w = np.float64([[3.0, 0.3], [4.0, 0.4]])
    np.testing.assert_allclose(constraints.MaxNorm(1.0)(w), [[0.6, 0.3], [0.8, 0.4]], rtol=1e-6)
    np.testing.assert_allclose(constraints.UnitNorm()(w), [[0.6, 0.6], [0.8, 0.8]], rtol=1e-6)
    np.testing.assert_allclose(constraints.UnitNorm(axis=(0, 1))(w), w / math.sqrt(25.25), rtol=1e-6)
    np.testing.assert_allclose(constraints.MinMaxNorm(1.0, 2.0)(w), [[1.2, 0.6], [1.6, 0.8]], rtol=1e-6)
    np.testing.assert_allclose(constraints.MinMaxNorm(1.0, 2.0, rate=0.5)(w)[:, 0], [2.1, 2.8], rtol=1e-6)
    np.testing.assert_allclose(constraints.NonNeg()(-w), np.zeros((2, 2)))
    assert constraints.get("max_norm").max_value == 2
    assert constraints.get("UnitNorm").get_config() == {"axis": 0}
    with pytest.raises(ValueError, match="No constraint is called"):
        constraints.get("maxnorm2")
