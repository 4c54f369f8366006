"""The gradient of rows that were looked up."""

from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest

import polytape as tf


def test_gather_has_slices_as_gradient() -> None:
    table = tf.Variable(np.arange(8.0).reshape(4, 2))
    with tf.GradientTape() as tape:
        y = tf.gather(table, [[1, 3], [1, 0]]) * 2.0
    gradient = tape.gradient(y, table)
    assert isinstance(gradient, tf.IndexedSlices)
    assert gradient.values.shape == (4, 2)
    assert gradient.indices.numpy().tolist() == [1, 3, 1, 0]
    assert gradient.dense_shape == (4, 2) == gradient.shape
    assert gradient.dtype is tf.float64
    assert tf.convert_to_tensor(gradient).numpy().tolist() == [[2, 2], [4, 4], [0, 0], [2, 2]]
    assert gradient.numpy().tolist() == [[2, 2], [4, 4], [0, 0], [2, 2]]


def test_a_large_table_is_not_touched() -> None:
    table = tf.Variable(np.zeros((1_000_000, 64), "float32"))
    indices = tf.constant(np.random.default_rng(0).integers(0, 1_000_000, 256))
    tracemalloc.start()
    start = time.perf_counter()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(tf.gather(table, indices)))
    gradient = tape.gradient(loss, table)
    elapsed = time.perf_counter() - start
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert gradient.values.shape == (256, 64)
    assert peak < 2_000_000  # bytes; the table has 256 million
    assert elapsed < 0.1  # seconds; a pass over the table takes longer


def test_slices_add_up_with_slices_and_with_tensors() -> None:
    table = tf.Variable([[1.0], [2.0], [3.0]])
    with tf.GradientTape(persistent=True) as tape:
        twice = tf.reduce_sum(tf.gather(table, [0, 1])) + tf.reduce_sum(tf.gather(table, [1]))
        mixed = tf.reduce_sum(tf.gather(table, [2])) + tf.reduce_sum(table * table)
        turned = tf.reduce_sum(table * table) + tf.reduce_sum(tf.gather(table, [2]))
    slices = tape.gradient(twice, table)
    assert isinstance(slices, tf.IndexedSlices)
    assert slices.numpy().tolist() == [[1], [2], [0]]
    for target in (mixed, turned):
        assert tape.gradient(target, table).numpy().tolist() == [[2], [4], [7]]


def test_other_rules_get_a_tensor() -> None:
    x = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = tf.gather(x * x, [2, 2])
    assert tape.gradient(y, x).numpy().tolist() == [0, 0, 12]


def test_second_derivative_through_slices() -> None:
    table = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(tf.gather(table, [0, 2, 2]) ** 3)
        first = inner.gradient(y, table)
        total = tf.reduce_sum(first)
    assert isinstance(first, tf.IndexedSlices)
    assert first.numpy().tolist() == [3, 0, 54]
    assert tf.convert_to_tensor(outer.gradient(total, table)).numpy().tolist() == [6, 0, 36]


def test_jacobian_through_gather() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.gather(x, [2, 0]) ** 2
    assert tf.convert_to_tensor(tape.jacobian(y, x)).numpy().tolist() == [[0, 0, 6], [2, 0, 0]]


def test_slices_made_by_hand() -> None:
    slices = tf.IndexedSlices([[1.0], [2.0]], [2, 2], dense_shape=tf.constant([3, 1]))
    assert slices.numpy().tolist() == [[0], [0], [3]]
    assert (slices + slices).numpy().tolist() == [[0], [0], [6]]
    assert (slices + tf.ones([3, 1])).numpy().tolist() == [[1], [1], [4]]
    assert (tf.ones([3, 1]) + slices).numpy().tolist() == [[1], [1], [4]]
    assert "dense_shape=(3, 1)" in repr(slices)
    with pytest.raises(ValueError, match="don't know the shape"):
        tf.convert_to_tensor(tf.IndexedSlices([1.0], [0]))
