"""Pipelines on a backend that is not NumPy, and on a device that is not its first."""

from __future__ import annotations

import numpy as np
import pytest
from loopback_backend import LoopbackBackend

import polytape as tf

Dataset = tf.data.Dataset


def _drawn(row):
    return tf.random.uniform([], dtype=tf.float64, seed=3)


PIPELINES = {
    "slices": lambda x: Dataset.from_tensor_slices(x),
    "batch": lambda x: Dataset.from_tensor_slices(x).batch(4),
    "shuffled batch": lambda x: Dataset.from_tensor_slices(x).shuffle(3, seed=1).batch(4),
    "mapped batch": lambda x: Dataset.from_tensor_slices(x).map(lambda row: row * 2.0).batch(4).prefetch(1),
    "padded batch": lambda x: Dataset.from_tensor_slices(x).padded_batch(4, padded_shapes=[5]),
    "unbatch": lambda x: Dataset.from_tensor_slices(x).batch(4).unbatch(),
    "concatenated": lambda x: (
        Dataset.from_tensor_slices(x).concatenate(Dataset.from_tensor_slices(x)).shuffle(9, 2).batch(7)
    ),
    "rebatched": lambda x: Dataset.from_tensor_slices(x).batch(4).map(lambda row: row * 2.0).unbatch().batch(3),
    "chosen": lambda x: Dataset.from_tensor_slices(x).filter(lambda row: row[0] > 9.0).batch(3),
    "windows": lambda x: Dataset.from_tensor_slices(x).window(3, 2).flat_map(lambda w: w.batch(3)),
    "cached": lambda x: Dataset.from_tensor_slices(x).cache().repeat(3).shuffle(9, seed=1).batch(4),
    "drawn": lambda x: Dataset.from_tensor_slices(x).map(lambda row: row * 0.0 + _drawn(row)).batch(4),
    "range": lambda x: Dataset.range(5),
    "generator": lambda x: Dataset.from_generator(lambda: x, output_signature=tf.TensorSpec([3], tf.float64)),
}


def plain(dataset):
    return [element.tolist() for element in dataset.as_numpy_iterator()]


@pytest.mark.parametrize("device", ["CPU:0", "LOOP:0"])
@pytest.mark.parametrize("name", PIPELINES)
def test_elements_are_where_the_data_is_and_agree_with_numpy(name, device) -> None:
    array = np.arange(30.0).reshape(10, 3)
    tf.random.set_seed(1)
    expected = plain(PIPELINES[name](array))
    tf.random.set_seed(1)
    with tf.use(LoopbackBackend()), tf.device(device):
        dataset = PIPELINES[name](array)
        tf.random.set_seed(1)
        assert plain(dataset) == expected
        for element in dataset:
            assert element.backend == "loopback" and element.device.endswith(device)


def test_data_of_two_backends_stay_where_they_are() -> None:
    here = tf.constant([1.0, 2.0, 3.0])
    with tf.use(LoopbackBackend()):
        there = tf.constant([4.0, 5.0, 6.0])
    for x, y in Dataset.from_tensor_slices((here, there)).shuffle(3).batch(2):
        assert (x.backend, y.backend) == (here.backend, "loopback")
        np.testing.assert_array_equal(x.numpy() + 3, y.numpy())
