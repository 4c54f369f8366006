"""Functions that draw random numbers, run once for many elements: each element draws what it would have drawn."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf

Dataset = tf.data.Dataset
X = np.random.default_rng(3).standard_normal((29, 2, 3)).astype(np.float32)


def flipped(x):
    return tf.where(tf.random.uniform([]) > 0.5, tf.reverse(x, [1]), x)


FUNCTIONS = {
    "flipped": flipped,
    "twice": lambda x: (flipped(x), tf.random.uniform([3], -1, 1)),
    "noise": lambda x: x + tf.random.normal(tf.shape(x), 1.0, 0.5),
    "noise of many": lambda x: (x, tf.random.normal([40]), tf.random.uniform([])),
    "noise of long numbers": lambda x: (
        tf.random.normal([2], dtype=tf.float64),
        tf.random.uniform([], dtype="float64"),
    ),
    "half precision": lambda x: tf.random.uniform([3], dtype=tf.float16),
    "whole numbers": lambda x: (tf.random.uniform([], 0, 5, tf.int32), tf.random.uniform([2], 0, 5, tf.int64)),
    "truncated": lambda x: tf.random.truncated_normal([3]) * x,
    "with seeds": lambda x: (tf.random.uniform([2], seed=1), tf.random.uniform([], seed=2), tf.random.uniform([])),
    "one": lambda x: tf.random.uniform([1]) + x,
    "none": lambda x: tf.random.uniform([0, 3]),
}
PIPELINES = {
    "plain": lambda d, f: d.map(f).batch(8),
    "shuffled before": lambda d, f: d.shuffle(50, seed=1).map(f).batch(8),
    "shuffled after": lambda d, f: d.map(f).shuffle(7, seed=1).batch(8),
    "without the rest": lambda d, f: d.map(f).batch(8, drop_remainder=True),
    "some": lambda d, f: d.map(f).skip(3).take(11).batch(4),
    "the first": lambda d, f: d.map(f).take(11).batch(4),
    "again and again": lambda d, f: d.map(f).repeat(2).batch(8),
    "and mapped": lambda d, f: d.map(f).map(lambda *x: (x[0], 1)).batch(8),
    "and mapped with a sum": lambda d, f: d.map(f).map(lambda *x: tf.nest.map_structure(tf.reduce_sum, x)).batch(8),
    "and drawn again": lambda d, f: d.map(f).map(lambda *x: (x[0], tf.random.uniform([2]))).batch(8),
    "with numbers": lambda d, f: d.map(f).enumerate().batch(8),
    "two of them": lambda d, f: Dataset.zip(d.map(f), d.map(f).take(5)).batch(3),
    "one after the other": lambda d, f: d.map(f).concatenate(d.map(f)).batch(8),
    "chosen": lambda d, f: d.map(f).filter(lambda *x: True).batch(8),
    "kept": lambda d, f: d.map(f).cache().repeat(2).batch(8),
    "batched again": lambda d, f: d.map(f).batch(5).unbatch().batch(3),
    "padded": lambda d, f: d.map(f).padded_batch(8),
}


def batches(dataset):
    tf.random.set_seed(11)
    found = [[leaf.numpy() for leaf in tf.nest.flatten(batch)] for batch in dataset]
    return found, tf.random.uniform([2]).numpy()


def one_by_one(function):
    """The same function with an effect, which must be there for each element."""
    calls = []

    def call(*x):
        calls.append(1)
        return function(*x)

    return call


def require_same(pipeline, function):
    source = Dataset.from_tensor_slices(X)
    tf.random.set_seed(11)
    expected, state = batches(pipeline(source, one_by_one(function)))
    tf.random.set_seed(11)
    found, other = batches(pipeline(source, function))
    for batch, columns in zip(found, expected, strict=True):
        for array, column in zip(batch, columns, strict=True):
            assert array.dtype == column.dtype
            np.testing.assert_array_equal(array, column)
    np.testing.assert_array_equal(state, other)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function(function):
    assert Dataset.from_tensor_slices(X).map(FUNCTIONS[function])._stage.as_rows() is not None
    require_same(PIPELINES["plain"], FUNCTIONS[function])


@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.parametrize("function", ["flipped", "twice", "with seeds"])
def test_every_pipeline(pipeline, function):
    require_same(PIPELINES[pipeline], FUNCTIONS[function])


def test_the_kept_elements_are_those_that_were_drawn():
    dataset = Dataset.from_tensor_slices(X).map(flipped).cache()
    first = [x.numpy() for x in dataset]
    again = np.concatenate([batch.numpy() for batch in dataset.batch(6)])
    np.testing.assert_array_equal(np.stack(first), again)


def test_a_draw_that_decides_goes_one_by_one():
    def decided(x):
        return tf.cond(tf.random.uniform([]) > 0.5, lambda: x * 2, lambda: x)

    assert Dataset.from_tensor_slices(X).map(decided)._stage.as_rows() is None
    require_same(PIPELINES["plain"], decided)


def test_a_draw_elsewhere_does_no_harm(monkeypatch):
    """Another thread may move the stream on meanwhile: then the elements draw one after the other."""
    asked = []

    def moved(stream, key, counter, count):
        asked.append(count)
        return False

    dataset = Dataset.from_tensor_slices(X).map(flipped).batch(8)
    expected, _ = batches(dataset)
    monkeypatch.setattr("polytape.random.streams.Stream.move", moved)
    found, _ = batches(dataset)
    assert asked == [8, 8, 8, 5]
    for (one,), (other,) in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)
