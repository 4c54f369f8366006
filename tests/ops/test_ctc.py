"""`ctc_loss` where the op table does not look: impossible alignments, long sequences."""

from __future__ import annotations

import numpy as np

import polytape as tf


def _loss_and_gradient(logits, labels, label_length, logit_length):
    logits = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = tf.nn.ctc_loss(labels, logits, label_length, logit_length)
    return loss.numpy(), tape.gradient(loss, logits).numpy()


def test_too_few_frames_give_infinity_and_no_gradient() -> None:
    logits = np.random.default_rng(0).normal(size=(2, 2, 3))
    loss, gradient = _loss_and_gradient(logits, [[1, 1], [1, 2]], [2, 2], [2, 2])
    assert loss[0] == np.inf
    assert np.isfinite(loss[1])
    assert (gradient[:, 0] == 0).all()
    assert (gradient[:, 1] != 0).any()


def test_frames_beyond_the_length_do_not_count() -> None:
    logits = np.random.default_rng(0).normal(size=(5, 1, 3))
    changed = logits.copy()
    changed[3:] = 1e3
    first, second = (_loss_and_gradient(x, [[1, 2]], [2], [3]) for x in (logits, changed))
    np.testing.assert_array_equal(first[0], second[0])
    assert (second[1][3:] == 0).all()


def test_long_sequences_neither_overflow_nor_underflow() -> None:
    random = np.random.default_rng(0)
    logits = (20 * random.normal(size=(200, 3, 30))).astype("float32")
    labels = random.integers(1, 30, (3, 40))
    loss, gradient = _loss_and_gradient(logits, labels, [40, 20, 1], [200, 150, 50])
    assert loss.dtype == np.float32
    assert np.isfinite(loss).all()
    assert np.isfinite(gradient).all()
    np.testing.assert_allclose(gradient.sum(axis=-1), 0, atol=1e-4)  # probabilities less probabilities
    double, _ = _loss_and_gradient(logits.astype("float64"), labels, [40, 20, 1], [200, 150, 50])
    np.testing.assert_allclose(loss, double, rtol=1e-5)
