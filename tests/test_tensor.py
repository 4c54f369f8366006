"""Tensors as TensorFlow's users know them."""

from __future__ import annotations

import copy
import pickle
from collections import namedtuple

import numpy as np
import pytest

import polytape as tf


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (1, tf.int32),
        (1.0, tf.float32),
        (True, tf.bool),
        (1j, tf.complex128),
        ([1, 2.5], tf.float32),
        ([[1], [2]], tf.int32),
        ([], tf.float32),
        (np.float64(1), tf.float64),
        (np.int8(1), tf.int8),
        (np.array([1, 2]), tf.int64),
        (np.array([1.0]), tf.float64),
        (np.float16([1.0]), tf.float16),
        ([np.float64(1), 2.0], tf.float64),
        (np.array([True]), tf.bool),
        (range(3), tf.int32),
    ],
    ids=repr,
)
def test_dtype_of_a_constant(value, dtype) -> None:
    assert tf.constant(value).dtype is dtype


def test_is_tensor() -> None:
    assert tf.is_tensor(tf.constant(1)) and tf.is_tensor(tf.Variable(1))
    assert not tf.is_tensor(1) and not tf.is_tensor([tf.constant(1)])


def test_python_numbers_take_the_dtype_that_is_asked_for() -> None:
    for dtype in ("float16", tf.float64, np.float32, tf.complex64, "double"):
        assert tf.constant(2, dtype).dtype == dtype
        assert tf.constant(2, dtype).numpy() == 2
    assert tf.constant([1, 2], tf.int8).dtype is tf.int8
    assert tf.constant([], tf.int32).dtype is tf.int32


def test_nested_sequences_may_hold_tensors() -> None:
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.convert_to_tensor([[x, 1.0], [0.0, x * x]])
    assert y.numpy().tolist() == [[2, 1], [0, 4]]
    assert tape.gradient(y, x).numpy() == 5


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ([[1, 2], [3]], ValueError, "nested sequences must all have the same lengths"),
        (None, ValueError, "None can't be converted to a tensor"),
        ("text", TypeError, "elements of type str"),
        ([b"text"], TypeError, "elements of type bytes"),
        (object(), TypeError, "elements of type object"),
        (2**63, ValueError, "out of the range of int64"),
        ([1, None], TypeError, "elements of type"),
    ],
    ids=repr,
)
def test_what_is_no_tensor(value, error, message) -> None:
    with pytest.raises(error, match=message):
        tf.constant(value)


def test_a_float_is_no_integer() -> None:
    with pytest.raises(TypeError, match="int32"):
        tf.constant(1.5, tf.int32)
    with pytest.raises(TypeError, match="bool"):
        tf.constant(1, tf.bool)
    with pytest.raises(TypeError, match=r"tf\.cast"):
        tf.convert_to_tensor(tf.constant(1.0), tf.float64)


# Memory of its own.


def test_writing_to_the_source_does_not_show() -> None:
    for source in (np.arange(6.0).reshape(2, 3), np.arange(6.0)[::2], np.array(1.0)):
        tensor, variable = tf.constant(source), tf.Variable(source)
        before = source.copy()
        source[...] = 99
        assert np.array_equal(tensor.numpy(), before)
        assert np.array_equal(variable.numpy(), before)


def test_writing_to_what_numpy_gave_does_not_show() -> None:
    tensor = tf.constant([1.0, 2.0])
    value = tensor.numpy()
    value[0] = 99
    assert tensor.numpy().tolist() == [1, 2]
    part = tensor[:1].numpy()
    part[0] = 99
    assert tensor.numpy().tolist() == [1, 2]


def test_arrays_over_a_tensor_are_read_only() -> None:
    tensor = tf.constant([1.0, 2.0])
    for view in (np.asarray(tensor), np.from_dlpack(tensor)):
        with pytest.raises(ValueError, match="read-only"):
            view[0] = 99
    mine = np.array(tensor)
    mine[0] = 99
    assert tensor.numpy().tolist() == [1, 2]


def test_a_tensor_has_no_item_assignment() -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        tf.constant([1, 2])[0] = 3  # type: ignore[index]


# To Python.


def test_one_element_is_a_python_number() -> None:
    assert bool(tf.constant(2)) is True
    assert bool(tf.constant([[0.0]])) is False
    assert int(tf.constant(2.9)) == 2
    assert float(tf.constant([1.5])) == 1.5
    assert complex(tf.constant(1 + 2j)) == 1 + 2j
    assert [10, 20, 30][tf.constant(1)] == 20
    assert list(range(tf.constant(3))) == [0, 1, 2]


@pytest.mark.parametrize("convert", [bool, int, float, complex])
def test_several_elements_are_no_python_number(convert) -> None:
    with pytest.raises(ValueError, match=r"takes a tensor of one element; received a float32 tensor of shape \(2,\)"):
        convert(tf.constant([1.0, 2.0]))


def test_only_an_integer_is_an_index() -> None:
    for value in (1.0, [1], True):
        with pytest.raises(TypeError):
            range(tf.constant(value))


def test_len_and_iteration() -> None:
    matrix = tf.constant([[1, 2], [3, 4], [5, 6]])
    assert len(matrix) == 3
    assert [row.numpy().tolist() for row in matrix] == [[1, 2], [3, 4], [5, 6]]
    first, *_ = matrix
    assert isinstance(first, tf.Tensor)
    for call in (len, iter, list):
        with pytest.raises(TypeError, match="without axes"):
            call(tf.constant(1))


def test_membership_is_refused() -> None:
    with pytest.raises(TypeError, match="reduce_any"):
        1 in tf.constant([1, 2])  # noqa: B015


def test_format() -> None:
    assert f"{tf.constant(1.23456):.2f}" == "1.23"
    assert f"{tf.constant(7):03d}" == "007"
    assert f"{tf.constant([1, 2])}" == "tf.Tensor([1 2], shape=(2,), dtype=int32)"


def test_text() -> None:
    assert repr(tf.constant([1.0, 2.0])) == (
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 2.], dtype=float32)>"
    )
    assert str(tf.constant([1.0, 2.0])) == "tf.Tensor([1. 2.], shape=(2,), dtype=float32)"
    assert repr(tf.constant(3.0)) == "<tf.Tensor: shape=(), dtype=float32, numpy=3.0>"
    assert repr(tf.constant(True)) == "<tf.Tensor: shape=(), dtype=bool, numpy=True>"
    assert str(tf.constant(3)) == "tf.Tensor(3, shape=(), dtype=int32)"
    assert repr(tf.constant([[1], [2]])) == (
        "<tf.Tensor: shape=(2, 1), dtype=int32, numpy=\narray([[1],\n       [2]], dtype=int32)>"
    )
    assert str(tf.constant([[1], [2]])) == "tf.Tensor(\n[[1]\n [2]], shape=(2, 1), dtype=int32)"
    assert repr(tf.zeros([0])) == "<tf.Tensor: shape=(0,), dtype=float32, numpy=array([], dtype=float32)>"


def test_text_in_notebooks() -> None:
    html = tf.constant([[1.5, 2.5]])._repr_html_()
    for part in ("tf.Tensor", "(1, 2)", "float32", "CPU:0", "1.5"):
        assert part in html
    assert len(tf.zeros([1000, 1000])._repr_html_()) < 2000
    assert "&lt;weight&gt;" in tf.Variable(1.0, name="<weight>")._repr_html_()


def test_printing_is_not_leaving_the_tape() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        repr(x), str(x), x._repr_html_()
        y = x * x
    assert tape.gradient(y, x).numpy() == 6


# As an object.


def test_pickle_and_copies() -> None:
    tensor = tf.constant([[1, 2], [3, 4]], tf.int16)
    again = pickle.loads(pickle.dumps(tensor))
    assert again.dtype is tf.int16
    assert np.array_equal(again.numpy(), tensor.numpy())
    assert copy.copy(tensor) is tensor
    assert copy.deepcopy([tensor])[0] is tensor


def test_hash_and_reference() -> None:
    tensor, other = tf.constant(1.0), tf.constant(1.0)
    with pytest.raises(TypeError, match=r"Tensor is unhashable. Instead, use .ref\(\) as the key"):
        {tensor}  # noqa: B018
    table = {tensor.ref(): "first", other.ref(): "second"}
    assert table[tensor.ref()] == "first"
    assert tensor.ref().deref() is tensor
    assert tensor.ref() != other.ref()


def test_properties() -> None:
    x = tf.zeros([2, 3])
    assert x.shape == (2, 3) == x.get_shape()
    assert x.shape.as_list() == [2, 3]
    assert x.ndim == 2
    assert x.dtype is tf.float32
    assert x.backend == "numpy"
    assert x.device == "/job:localhost/replica:0/task:0/device:CPU:0"


# Beside NumPy.


def test_arithmetic_with_arrays_gives_tensors() -> None:
    tensor, array = tf.constant([1.0, 2.0]), np.array([10.0, 20.0], np.float32)
    for made in (array + tensor, tensor + array, array * tf.Variable(tensor), np.float32(1) + tensor):
        assert isinstance(made, tf.Tensor)
    assert (array - tensor).numpy().tolist() == [9, 18]
    assert (np.array([1.0, 2.0]) + tensor).dtype is tf.float32
    with pytest.raises(TypeError, match="float64"):
        np.array([1.0, 2.0]) + tf.constant([1, 2])


def test_functions_of_numpy_give_arrays() -> None:
    tensor = tf.constant([1.0, 2.0])
    for made in (
        np.square(tensor),
        np.sum(tensor),
        np.concatenate([tensor, tensor]),
        np.square(tf.Variable(tensor)),
    ):
        assert isinstance(made, (np.ndarray, np.generic))
    assert np.allclose(np.square(tensor), [1, 4])
    assert np.asarray(tensor, np.float64).dtype == np.float64
    with pytest.raises(ValueError, match="without a copy"):
        np.asarray(tensor, np.float64, copy=False)


def test_dlpack() -> None:
    tensor = tf.constant([[1.0, 2.0]])
    assert np.from_dlpack(tensor).tolist() == [[1, 2]]
    assert tensor.__dlpack_device__() == (1, 0)

    class OnlyDlpack:
        def __init__(self, array) -> None:
            self.array = array

        def __dlpack__(self, **options):
            return self.array.__dlpack__(**options)

        def __dlpack_device__(self):
            return self.array.__dlpack_device__()

    source = np.array([1.0, 2.0])
    made = tf.constant(OnlyDlpack(source))
    source[0] = 99
    assert made.dtype is tf.float64
    assert made.numpy().tolist() == [1, 2]


def test_dlpack_without_read_only_memory_gives_a_copy() -> None:
    tensor = tf.constant([1.0, 2.0])

    class Old:
        def __dlpack__(self, stream=None):
            return tensor.__dlpack__()

        def __dlpack_device__(self):
            return (1, 0)

    taken = np.from_dlpack(Old())
    if taken.flags.writeable:
        taken[0] = 99
    assert tensor.numpy().tolist() == [1, 2]


def test_named_tuples_are_structures() -> None:
    point = namedtuple("point", "x y")
    made = tf.nest.map_structure(tf.constant, point(1, 2.0))
    assert isinstance(made, point)
    assert made.y.dtype is tf.float32
