"""Variables as TensorFlow's users know them."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import polytape as tf


def test_construction() -> None:
    v = tf.Variable([[1, 2]], dtype=tf.float64, name="weights", trainable=False, constraint=abs, shape=[1, None])
    assert v.shape == (1, 2) == v.get_shape()
    assert v.ndim == 2
    assert v.dtype is tf.float64
    assert v.name == "weights:0"
    assert v.trainable is False
    assert v.constraint is abs
    assert tf.Variable(lambda: [1.0, 2.0]).shape == (2,)
    assert tf.Variable(tf.Variable(3)).dtype is tf.int32
    assert tf.Variable(1.0).trainable is True
    assert tf.Variable(1.0).name == "Variable:0"


def test_construction_refused() -> None:
    with pytest.raises(ValueError, match="needs an initial_value"):
        tf.Variable()
    with pytest.raises(ValueError, match=r"shape \(2,\)"):
        tf.Variable([1.0, 2.0], shape=[3])
    with pytest.raises(TypeError, match="int32"):
        tf.Variable(1.5, dtype=tf.int32)


def test_assignments() -> None:
    v = tf.Variable([1.0, 2.0])
    assert v.assign([3, 4]) is v
    assert v.assign_add([1.0, 1.0]) is v
    assert v.assign_sub(np.float32([2, 2])).numpy().tolist() == [2, 3]
    assert v.assign(tf.Variable([5.0, 6.0])).numpy().tolist() == [5, 6]


@pytest.mark.parametrize("method", ["assign", "assign_add", "assign_sub"])
def test_assignments_refused(method) -> None:
    v = tf.Variable([1.0, 2.0], name="weights")
    with pytest.raises(ValueError, match=r"shape.*weights:0.*\(2,\)|weights:0.*\(2,\)"):
        getattr(v, method)([1.0, 2.0, 3.0])
    with pytest.raises(TypeError, match="float64"):
        getattr(v, method)(tf.constant([1.0, 2.0], tf.float64))
    with pytest.raises(ValueError, match=r"\(2,\)"):
        getattr(v, method)(1.0)
    with pytest.raises(TypeError, match="int32"):
        getattr(tf.Variable(1), method)(1.5)
    assert v.numpy().tolist() == [1, 2]


def test_what_was_read_stays() -> None:
    v = tf.Variable([1.0, 2.0])
    read, converted, part, array = v.read_value(), tf.convert_to_tensor(v), v[:1], np.asarray(v)
    v.assign([9.0, 9.0])
    assert read.numpy().tolist() == converted.numpy().tolist() == array.tolist() == [1, 2]
    assert part.numpy().tolist() == [1]
    assert v.value().numpy().tolist() == [9, 9]


def test_a_variable_made_of_another_is_its_own() -> None:
    first = tf.Variable([1.0])
    second = tf.Variable(first)
    first.assign([5.0])
    assert second.numpy().tolist() == [1]


def test_python() -> None:
    assert float(tf.Variable(1.5)) == 1.5
    assert int(tf.Variable(3)) == 3
    assert bool(tf.Variable(0)) is False
    assert complex(tf.Variable(2.0)) == 2
    assert [10, 20][tf.Variable(1)] == 20
    assert len(tf.Variable([1, 2])) == 2
    assert [int(x) for x in tf.Variable([1, 2])] == [1, 2]
    with pytest.raises(TypeError, match="reduce_any"):
        1 in tf.Variable([1])  # noqa: B015
    with pytest.raises(TypeError, match=r"Variable is unhashable. Instead, use .ref\(\)"):
        {tf.Variable(1)}


def test_text() -> None:
    assert repr(tf.Variable(3.0)) == "<tf.Variable 'Variable:0' shape=() dtype=float32, numpy=3.0>"
    assert repr(tf.Variable([1, 2], name="v")) == (
        "<tf.Variable 'v:0' shape=(2,) dtype=int32, numpy=array([1, 2], dtype=int32)>"
    )
    assert str(tf.Variable([[1], [2]])) == (
        "<tf.Variable 'Variable:0' shape=(2, 1) dtype=int32, numpy=\narray([[1],\n       [2]], dtype=int32)>"
    )


def test_pickle_and_copies() -> None:
    v = tf.Variable([1.0, 2.0], name="weights", trainable=False)
    for other in (pickle.loads(pickle.dumps(v)), copy.deepcopy(v), copy.deepcopy({"v": v})["v"]):
        assert other.name == "weights:0"
        assert other.trainable is False
        other.assign([7.0, 7.0])
        assert v.numpy().tolist() == [1, 2]
    both = copy.deepcopy([v, v])
    assert both[0] is both[1]


# Slices.


def test_assignment_to_slices() -> None:
    v = tf.Variable(np.arange(12.0).reshape(3, 4))
    expected = np.arange(12.0).reshape(3, 4)
    assert v[1:3, ::2].assign([[-1, -2], [-3, -4]]) is v
    expected[1:3, ::2] = [[-1, -2], [-3, -4]]
    v[0].assign_add([1.0, 1, 1, 1])
    expected[0] += 1
    v[..., -1].assign_sub([5, 5, 5])
    expected[..., -1] -= 5
    v[2, 1].assign(100)
    expected[2, 1] = 100
    v[::-1, None, 0].assign([[7], [8], [9]])
    expected[::-1, 0] = [7, 8, 9]
    assert np.array_equal(v.numpy(), expected)


def test_assignment_to_slices_refused() -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"a value of shape \(3,\) to a slice of shape \(2,\)"):
        v[:2].assign([1.0, 2.0, 3.0])
    with pytest.raises(TypeError, match="float64"):
        v[:2].assign(tf.zeros(2, tf.float64))
    with pytest.raises(ValueError, match="scatter_update"):
        v[[0, 1]].assign([1.0, 2.0])
    with pytest.raises(IndexError, match="axis 0 of length 3"):
        v[3].assign(1.0)
    assert v.numpy().tolist() == [1, 2, 3]


def test_a_slice_is_a_tensor() -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        part = v[1:]
        y = tf.reduce_sum(part * part)
    assert isinstance(part, tf.Tensor)
    assert tape.gradient(y, v).numpy().tolist() == [0, 4, 6]
    assert repr(part).startswith("<tf.Tensor: shape=(2,)")
    assert type(pickle.loads(pickle.dumps(part))) is tf.Tensor
    with tf.GradientTape() as tape:
        tape.watch(part)
        y = part * part
    assert tape.gradient(y, part).numpy().tolist() == [4, 6]


def test_a_slice_can_be_the_target_of_a_gradient() -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        part = v[1]
    assert tape.gradient(part, v).numpy().tolist() == [0, 1, 0]


# Rows at indices.


def _slices(values, indices) -> tf.IndexedSlices:
    return tf.IndexedSlices(tf.constant(values), tf.constant(indices))


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("scatter_update", [1, 60, 4, 5]),
        ("scatter_add", [1, 92, 4, 5]),
        ("scatter_sub", [1, -88, 4, 5]),
        ("scatter_max", [1, 60, 4, 5]),
        ("scatter_min", [1, 2, 4, 5]),
        ("scatter_mul", [1, 3600, 4, 5]),
        ("scatter_div", [1, 2 / 1800, 4, 5]),
    ],
)
def test_scatter(method, expected) -> None:
    v = tf.Variable([1.0, 2.0, 4.0, 5.0])
    assert getattr(v, method)(_slices([30.0, 60.0], [1, 1])) is v
    assert np.allclose(v.numpy(), expected)
    v = tf.Variable([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0], [5.0, 5.0]])
    getattr(v, method)(_slices([[30.0, 30.0], [60.0, 60.0]], [1, 1]))
    assert np.allclose(v.numpy(), np.stack([expected, expected], 1))


def test_scatter_refused() -> None:
    v = tf.Variable([1.0, 2.0])
    with pytest.raises(IndexError, match=r"= 2 is not in \[0, 2\)"):
        v.scatter_add(_slices([1.0], [2]))
    with pytest.raises(IndexError, match="= -1 is not in"):
        v.scatter_update(_slices([1.0], [-1]))
    with pytest.raises(ValueError, match=r"must be of shape \[1\]; received \(2,\)"):
        v.scatter_add(_slices([1.0, 2.0], [0]))
    with pytest.raises(TypeError, match=r"must be a tf\.IndexedSlices; received Tensor"):
        v.scatter_add(tf.constant([1.0]))
    with pytest.raises(TypeError, match="indices must be integers"):
        v.scatter_add(_slices([1.0], [0.0]))
    with pytest.raises(TypeError, match="int32"):
        tf.Variable([1, 2]).scatter_add(_slices([1.0], [0]))
    with pytest.raises(ValueError, match="has no axes"):
        tf.Variable(1.0).scatter_add(_slices([1.0], [0]))
    assert v.numpy().tolist() == [1, 2]


def test_scatter_nd() -> None:
    v = tf.Variable([[1, 2], [3, 4]])
    assert v.scatter_nd_update([[0, 1], [1, 0]], [20, 30]).numpy().tolist() == [[1, 20], [30, 4]]
    assert v.scatter_nd_add([[0], [0]], [[1, 1], [2, 2]]).numpy().tolist() == [[4, 23], [30, 4]]
    assert v.scatter_nd_sub([[1, 1]], [4]).numpy().tolist() == [[4, 23], [30, 0]]
    with pytest.raises(IndexError, match="axis 1 of length 2"):
        v.scatter_nd_add([[0, 2]], [1])
    with pytest.raises(ValueError, match="must be of shape"):
        v.scatter_nd_add([[0]], [1])


def test_batch_scatter_update() -> None:
    v = tf.Variable(np.zeros((2, 3, 2), "float32"))
    v.batch_scatter_update(_slices([[[1.0, 2.0]], [[3.0, 4.0]]], [[2], [0]]))
    expected = np.zeros((2, 3, 2))
    expected[0, 2], expected[1, 0] = [1, 2], [3, 4]
    assert np.array_equal(v.numpy(), expected)


def test_sparse_reads() -> None:
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        y = v.sparse_read([1, 1]) * v.gather_nd([[0], [1]])
    assert y.numpy().tolist() == [[3, 8], [9, 16]]
    assert np.array_equal(tf.convert_to_tensor(tape.gradient(y, v)).numpy(), [[3, 4], [7, 10]])
