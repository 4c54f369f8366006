"""`tf.TensorSpec`."""

from __future__ import annotations

import pickle

import pytest

import polytape as tf


def test_what_it_says() -> None:
    spec = tf.TensorSpec([None, 3], "float64", name="x")
    assert spec.shape == (None, 3) and spec.dtype is tf.float64 and spec.name == "x"
    assert repr(spec) == "TensorSpec(shape=(None, 3), dtype=tf.float64, name='x')"
    assert tf.TensorSpec([]).dtype is tf.float32
    assert tf.TensorSpec(None).shape is None


@pytest.mark.parametrize(
    "shape, fits",
    [([2, 3], True), ([None, 3], True), ([2], False), ([2, 4], False), (None, True), ([], False)],
)
def test_compatibility(shape, fits) -> None:
    assert tf.TensorSpec(shape, tf.int32).is_compatible_with(tf.zeros([2, 3], tf.int32)) is fits
    assert not tf.TensorSpec(shape, tf.float32).is_compatible_with(tf.zeros([2, 3], tf.int32))


def test_equality_hash_and_pickle() -> None:
    spec = tf.TensorSpec([None, 3], tf.int32)
    assert spec == tf.TensorSpec((None, 3), "int32") and hash(spec) == hash(tf.TensorSpec((None, 3), "int32"))
    assert spec != tf.TensorSpec([2, 3], tf.int32) and spec != tf.TensorSpec([None, 3], tf.int64)
    assert pickle.loads(pickle.dumps(spec)) == spec


def test_from_tensor_and_most_specific() -> None:
    first, second = tf.TensorSpec.from_tensor(tf.zeros([2, 3])), tf.TensorSpec([4, 3])
    assert first == tf.TensorSpec([2, 3])
    assert first.most_specific_compatible_type(second) == tf.TensorSpec([None, 3])
    assert first.most_specific_compatible_type(tf.TensorSpec([2])) == tf.TensorSpec(None)
    assert first.most_specific_compatible_type(tf.TensorSpec([2, 3], tf.int32)) is None
    with pytest.raises(tf.errors.InvalidArgumentError, match="3"):
        tf.TensorSpec.from_tensor(3)
