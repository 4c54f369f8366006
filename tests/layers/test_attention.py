"""Multi-head attention against loops over heads and places, by the formula of the paper."""

from __future__ import annotations

import math

import numpy as np
import pytest

import polytape as tf

layers = tf.keras.layers
RANDOM = np.random.default_rng(41)
QUERY, VALUE, KEY = RANDOM.normal(size=(2, 4, 6)), RANDOM.normal(size=(2, 5, 3)), RANDOM.normal(size=(2, 5, 7))


def attended(weights, query, value, key, allowed):
    (wq, bq), (wk, bk), (wv, bv), (wo, bo) = (weights[i : i + 2] for i in range(0, 8, 2))
    heads, depth = wq.shape[1:]
    result = np.zeros((*query.shape[:2], wo.shape[-1])) + bo
    shares = np.zeros((len(query), heads, query.shape[1], value.shape[1]))
    for n, h, t in np.ndindex(len(query), heads, query.shape[1]):
        q = query[n, t] @ wq[:, h] + bq[h]
        scores = [
            math.exp(q @ (key[n, s] @ wk[:, h] + bk[h]) / math.sqrt(depth)) if allowed(n, t, s) else 0.0
            for s in range(value.shape[1])
        ]
        for s, score in enumerate(scores):
            shares[n, h, t, s] = score / sum(scores)
            result[n, t] += shares[n, h, t, s] * (value[n, s] @ wv[:, h] + bv[h]) @ wo[h]
    return result, shares


def made(**options):
    return layers.MultiHeadAttention(3, 2, value_dim=4, bias_initializer="random_normal", dtype="float64", **options)


def test_values_and_weights() -> None:
    layer = made(output_shape=5)
    found, scores = layer(QUERY, VALUE, key=KEY, return_attention_scores=True)
    expected, shares = attended(layer.get_weights(), QUERY, VALUE, KEY, lambda n, t, s: True)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    np.testing.assert_allclose(scores, shares, rtol=1e-9)
    assert [tuple(v.shape) for v in layer.weights] == [
        *((6, 3, 2), (3, 2), (7, 3, 2), (3, 2)),
        *((3, 3, 4), (3, 4), (3, 4, 5), (5,)),
    ]
    assert tuple(layer.compute_output_shape(QUERY.shape, VALUE.shape)) == (2, 4, 5)


def test_masks() -> None:
    mask = RANDOM.integers(0, 2, (2, 4, 5)).astype(bool)
    mask[:, :, 0] = True
    layer = made()
    found = layer(QUERY, VALUE, KEY, attention_mask=mask)
    expected, _ = attended(layer.get_weights(), QUERY, VALUE, KEY, lambda n, t, s: mask[n, t, s])
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    found = layer(QUERY, VALUE, KEY, attention_mask=mask, use_causal_mask=True)
    expected, _ = attended(layer.get_weights(), QUERY, VALUE, KEY, lambda n, t, s: mask[n, t, s] and s <= t)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    found = layer(QUERY, VALUE, KEY, use_causal_mask=True)
    expected, _ = attended(layer.get_weights(), QUERY, VALUE, KEY, lambda n, t, s: s <= t)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_self_attention_gradients_and_dropout() -> None:
    layer = layers.MultiHeadAttention(2, 3, dropout=0.5, use_bias=False)
    x = tf.constant(QUERY.astype("float32"))
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(layer(x, x) ** 2)
    gradients = tape.gradient(loss, [x, *layer.trainable_variables])
    assert len(gradients) == 5
    assert all(np.any(gradient.numpy()) for gradient in gradients)
    np.testing.assert_array_equal(layer(x, x), layer(x, x))
    assert not np.array_equal(layer(x, x, training=True), layer(x, x, training=True))


def test_configuration_and_errors() -> None:
    layer = made()
    again = type(layer).from_config(layer.get_config())
    layer(QUERY, VALUE)
    again(QUERY, VALUE)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(layer(QUERY, VALUE), again(QUERY, VALUE))
    with pytest.raises(ValueError, match="takes value of rank 3"):
        made()(QUERY, VALUE[0])
    with pytest.raises(ValueError, match="must be positive"):
        layers.MultiHeadAttention(0, 2)
    with pytest.raises(NotImplementedError, match="axis 1"):
        layers.MultiHeadAttention(1, 2, attention_axes=(1, 2))
