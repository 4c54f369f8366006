"""Recurrent layers against loops over NumPy arrays, by the formulas of the papers."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf

layers = tf.keras.layers
RANDOM = np.random.default_rng(31)
X = RANDOM.normal(size=(2, 6, 3))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def simple(x, h, w, u, b):
    h = np.tanh(x @ w + h[0] @ u + b)
    return h, [h]


def lstm(x, states, w, u, b):
    h, c = states
    i, f, g, o = np.split(x @ w + h @ u + b, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    h = sigmoid(o) * np.tanh(c)
    return h, [h, c]


def gru(x, states, w, u, b):
    """Cho et al. 2014, with the reset gate after the product as in cuDNN."""
    (h,) = states
    (xz, xr, xh), (hz, hr, hh) = np.split(x @ w + b[0], 3, axis=1), np.split(h @ u + b[1], 3, axis=1)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    h = z * h + (1 - z) * np.tanh(xh + r * hh)
    return h, [h]


def gru_before(x, states, w, u, b):
    """Cho et al. 2014, equations 5 to 8."""
    (h,) = states
    xz, xr, xh = np.split(x @ w + b, 3, axis=1)
    uz, ur, uh = np.split(u, 3, axis=1)
    z, r = sigmoid(xz + h @ uz), sigmoid(xr + h @ ur)
    h = z * h + (1 - z) * np.tanh(xh + (r * h) @ uh)
    return h, [h]


CASES = {
    "simple": (lambda **o: layers.SimpleRNN(4, **o), simple, 1),
    "lstm": (lambda **o: layers.LSTM(4, **o), lstm, 2),
    "gru": (lambda **o: layers.GRU(4, **o), gru, 1),
    "gru reset before": (lambda **o: layers.GRU(4, reset_after=False, **o), gru_before, 1),
}


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_sequences_and_states(case: str, backwards: bool) -> None:
    make, step, count = CASES[case]
    layer = make(
        dtype="float64",
        return_sequences=True,
        return_state=True,
        go_backwards=backwards,
        bias_initializer="random_normal",
    )
    start = [RANDOM.normal(size=(2, 4)) for _ in range(count)]
    found, *states = layer(X, initial_state=[tf.constant(s) for s in start])
    expected, current = [], start
    for t in reversed(range(6)) if backwards else range(6):
        output, current = step(X[:, t], current, *layer.get_weights())
        expected.append(output)
    np.testing.assert_allclose(found, np.stack(expected, 1), rtol=1e-10)
    assert len(states) == count
    for state, reference in zip(states, current):
        np.testing.assert_allclose(state, reference, rtol=1e-10)
    shapes = [tuple(shape) for shape in layer.compute_output_shape((2, 6, 3))]
    assert shapes == [(2, 6, 4)] + [(2, 4)] * count


@pytest.mark.parametrize("case", CASES)
def test_a_cell_on_its_own_is_one_step_of_the_layer(case: str) -> None:
    layer = CASES[case][0](dtype="float64")
    expected = layer(X[:, :1])
    output, states = layer.cell(X[:, 0], layer.cell.get_initial_state(2))
    np.testing.assert_allclose(output, expected, rtol=1e-12)
    np.testing.assert_allclose(states[0], expected, rtol=1e-12)
    np.testing.assert_allclose(layers.RNN(layer.cell)(X[:, :1]), expected, rtol=1e-12)


def test_stateful_layers_go_on_where_they_stopped() -> None:
    once, twice = layers.LSTM(4), layers.LSTM(4, stateful=True)
    expected = once(X)
    twice(X[:, :2])
    twice.set_weights(once.get_weights())
    twice.reset_states()
    with tf.GradientTape() as tape:
        twice(X[:, :2])
        loss = tf.reduce_sum(twice(X[:, 2:]))
    np.testing.assert_allclose(twice.states[0], expected, rtol=1e-4, atol=1e-6)
    assert tape.gradient(loss, twice.cell.kernel) is not None
    twice.reset_states()
    assert twice.states is None


def test_a_cell_of_ones_own() -> None:
    class Adding(layers.Layer):
        state_size = 3

        def get_initial_state(self, batch_size=None, dtype=None):
            return [tf.zeros((batch_size, 3))]

        def call(self, inputs, states):
            total = inputs + states[0]
            return total * 2.0, [total]

    found, state = layers.RNN(Adding(), return_sequences=True, return_state=True)(X)
    np.testing.assert_allclose(found, 2 * X.cumsum(1), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(state, X.sum(1), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("mode", ["concat", "sum", "mul", "ave", None])
def test_bidirectional(mode: str | None) -> None:
    layer = layers.Bidirectional(layers.GRU(4, return_sequences=True, return_state=True), merge_mode=mode)
    outputs = layer(X)
    ahead, last = layer.forward_layer(X)
    back, first = layer.backward_layer(X)
    ahead, back = ahead.numpy(), back.numpy()[:, ::-1]
    merged = {
        "concat": np.concatenate([ahead, back], -1),
        "sum": ahead + back,
        "mul": ahead * back,
        "ave": (ahead + back) / 2,
    }
    expected = [ahead, back] if mode is None else [merged[mode]]
    for found, reference in zip(outputs, [*expected, last, first], strict=True):
        np.testing.assert_allclose(found, reference, rtol=1e-5, atol=1e-6)
    assert [tuple(shape) for shape in layer.compute_output_shape(X.shape)] == [tuple(found.shape) for found in outputs]
    assert len(layer.trainable_variables) == 6


def test_dropout_is_the_same_for_all_steps() -> None:
    layer = layers.SimpleRNN(
        3,
        activation="linear",
        recurrent_initializer="zeros",
        kernel_initializer="identity",
        dropout=0.5,
        return_sequences=True,
    )
    found = layer(np.ones((50, 4, 3)), training=True).numpy()
    assert set(np.unique(found)) == {0.0, 2.0}
    assert np.all(found == found[:, :1])
    np.testing.assert_array_equal(layer(np.ones((1, 4, 3))), np.ones((1, 4, 3)))
    again = layers.LSTM(3, recurrent_dropout=0.5)
    assert not np.array_equal(again(X, training=True), again(X, training=True))
    np.testing.assert_array_equal(again(X), again(X))


def test_time_distributed_keeps_training_and_weights() -> None:
    layer = layers.TimeDistributed(layers.Dense(2))
    found = layer(X.astype("float32")).numpy()
    w, b = layer.get_weights()
    np.testing.assert_allclose(found, X @ w + b, rtol=1e-4, atol=1e-5)
    assert np.any(layers.TimeDistributed(layers.Dropout(0.5))(np.ones((2, 3, 4)), training=True).numpy() == 0)


def test_the_forget_gate_begins_open() -> None:
    layer = layers.LSTM(2)
    layer(X)
    assert layer.cell.bias.numpy().tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    assert [tuple(v.shape) for v in layer.weights] == [(3, 8), (2, 8), (8,)]
    assert tuple(layers.GRUCell(2).bias_shape()) == (2, 6)


def test_errors() -> None:
    with pytest.raises(ValueError, match="expected 3 axes, received 2"):
        layers.LSTM(2)(X[0])
    with pytest.raises(ValueError, match=r"needs states of shapes \[\(2, 2\), \(2, 2\)\]; received \[\(2, 2\)\]"):
        layers.LSTM(2)(X, initial_state=[tf.zeros((2, 2))])
    with pytest.raises(ValueError, match="a cell is a layer with a state_size"):
        layers.RNN(layers.Dense(2))
    with pytest.raises(ValueError, match="units must be positive"):
        layers.GRU(0)
    with pytest.raises(ValueError, match="dropout must lie in"):
        layers.GRU(2, dropout=1.0)
    with pytest.raises(NotImplementedError, match="masks"):
        layers.GRU(2)(X, mask=tf.ones((2, 6), tf.bool))
    with pytest.raises(ValueError, match="at least one step"):
        layers.GRU(2)(X[:, :0])
    with pytest.raises(ValueError, match="one of the two layers must go backwards"):
        layers.Bidirectional(layers.GRU(2), backward_layer=layers.GRU(2))


@pytest.mark.parametrize("backwards", [False, True])
def test_all_steps_at_once_are_the_steps_one_by_one(backwards: bool) -> None:
    """Outputs, gradients and second derivatives; with functions of its own a cell goes step by step."""
    x = tf.constant(np.random.default_rng(4).normal(size=(2, 5, 3)))
    state = [tf.constant(np.random.default_rng(seed).normal(size=(2, 4))) for seed in (5, 6)]

    def found(**functions):
        tf.random.set_seed(9)
        layer = tf.keras.layers.LSTM(
            4, return_sequences=True, return_state=True, go_backwards=backwards, dtype="float64", **functions
        )
        layer(x)
        sources = [x, *state, *layer.trainable_variables]
        with tf.GradientTape() as outer:
            outer.watch([x, *state])
            with tf.GradientTape() as inner:
                inner.watch([x, *state])
                outputs, hidden, memory = layer(x, initial_state=state)
                total = tf.reduce_sum(outputs**2) + tf.reduce_sum(hidden * memory)
            first = inner.gradient(total, sources)
            square = tf.add_n([tf.reduce_sum(gradient**2) for gradient in first])
        return [outputs, hidden, memory, *first, *outer.gradient(square, sources)]

    at_once = found()
    step_by_step = found(recurrent_activation=lambda x: tf.sigmoid(x))
    for one, other in zip(at_once, step_by_step):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
