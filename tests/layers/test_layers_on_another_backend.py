"""Every layer of the table on a second backend, whose arrays NumPy can't read: same weights, same outputs."""

from __future__ import annotations

import numpy as np
import pytest
from loopback_backend import LoopbackBackend
from test_every_layer import BY_NAME, made, values

import polytape as tf
from polytape.plugins import backends


@BY_NAME
@pytest.mark.parametrize("training", [False, True])
def test_the_same_numbers_as_numpy(name: str, training: bool) -> None:
    """Random layers too: the random numbers are the same on every backend."""
    tf.random.set_seed(4)
    expected = made(name)(values(name), training=training)
    tf.random.set_seed(4)
    with backends.use(LoopbackBackend()):
        layer = made(name)
        x = tf.constant(values(name))
        with tf.GradientTape() as tape:
            tape.watch(x)
            found = layer(x, training=training)
            loss = tf.reduce_sum(found * found)
        assert found.backend == "loopback"
        assert all(gradient is not None for gradient in tape.gradient(loss, [x, *layer.trainable_variables]))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
