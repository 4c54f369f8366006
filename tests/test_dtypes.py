"""dtypes: names, comparison, kinds, limits."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import polytape as tf
from polytape import dtypes


@pytest.mark.parametrize("dtype", dtypes.ALL, ids=str)
def test_it_stands_for_the_numpy_dtype_of_its_name(dtype: tf.DType) -> None:
    native = np.dtype(dtype.name)
    assert dtype == native == dtype.as_numpy_dtype
    assert dtype == dtype.name
    assert dtype.size == native.itemsize
    assert tf.as_dtype(native) is tf.as_dtype(dtype.name) is tf.as_dtype(native.type) is dtype
    assert repr(dtype) == f"tf.{dtype.name}" and str(dtype) == f"<dtype: '{dtype.name}'>"
    assert pickle.loads(pickle.dumps(dtype)) is dtype
    assert len({dtype, dtype.name} - {dtype}) <= 1


def test_python_types() -> None:
    found = [tf.as_dtype(kind) for kind in (bool, int, float, complex)]
    assert found == [tf.bool, tf.int64, tf.float32, tf.complex128]


def test_kinds_and_limits() -> None:
    assert tf.float16.is_floating and not tf.float16.is_integer
    assert tf.uint8.is_integer and tf.uint8.is_unsigned and (tf.uint8.min, tf.uint8.max) == (0, 255)
    assert tf.complex64.is_complex and tf.complex64.real_dtype is tf.float32
    assert tf.float32.max == np.finfo(np.float32).max
    with pytest.raises(TypeError, match="bool has no smallest"):
        _ = tf.bool.max


def test_different_dtypes_differ() -> None:
    assert tf.float32 != tf.float64
    assert tf.float32 != "float64"
    assert tf.float32 is not None and tf.float32 != None  # noqa: E711
    assert tf.float32 != "no dtype"


@pytest.mark.parametrize("wrong", ["float31", object(), "str", np.dtype("datetime64[s]"), [1]])
def test_what_is_no_dtype_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match=r"No dtype is called .*; there are bool, int8"):
        tf.as_dtype(wrong)
