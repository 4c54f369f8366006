"""Tensors from values and shapes."""

from __future__ import annotations

import numpy as np

from polytape_conformance.linear import linear
from polytape_conformance.row import Row, booleans, integers, real

ROWS: list[Row] = [
    linear(
        "constant",
        lambda tf, x: [
            tf.constant(x),
            tf.constant(x, shape=[2, 3]),
            tf.constant(7, shape=[2]),
            tf.constant(2, x.dtype),
        ],
        lambda x: [
            x,
            np.array(x.ravel().tolist() * (6 // x.size), x.dtype).reshape(2, 3),
            np.array([7, 7]),
            np.array(2, x.dtype),
        ],
        ((real(6),), (real(),), (integers(3, 2),)),
        rejects=(
            (lambda tf: tf.constant([[1, 2], [3]]), ValueError, "must all have the same lengths"),
            (lambda tf: tf.constant(None), ValueError, "None can't be converted"),
            (lambda tf: tf.constant("text"), TypeError, "elements of type str"),
            (lambda tf: tf.constant(1.5, tf.int32), TypeError, "int32"),
            (lambda tf: tf.constant(300, tf.uint8), ValueError, "out of the range of uint8"),
            (lambda tf: tf.constant([1, 2, 3], shape=[2, 2]), TypeError, "3 elements can't take the shape"),
            (lambda tf: tf.constant(1, "text"), TypeError, "No dtype is called 'text'"),
        ),
    ),
    linear(
        "convert_to_tensor",
        lambda tf, x: tf.convert_to_tensor(x),
        lambda x: x,
        ((real(2, 2),), (booleans(3),)),
    ),
    Row(
        "zeros",
        lambda tf: [
            tf.zeros([2, 3]),
            tf.zeros(2, tf.int64),
            tf.zeros((), tf.bool),
            tf.zeros(tf.constant([1, 0])),
        ],
        lambda: [np.zeros((2, 3)), np.zeros(2), np.array(False), np.zeros((1, 0))],
        ((),),
        results=("float32", "int64", "bool", "float32"),
        rejects=(
            (lambda tf: tf.zeros([-1]), ValueError, "no negative lengths"),
            (lambda tf: tf.zeros([2.5]), TypeError, "must be an integer"),
        ),
    ),
    Row(
        "ones",
        lambda tf: [tf.ones([2, 3]), tf.ones(2, tf.uint8), tf.ones((), tf.bool), tf.ones([0], tf.complex64)],
        lambda: [np.array([[1.0] * 3] * 2), np.array([1, 1]), np.array(True), np.empty(0)],
        ((),),
        results=("float32", "uint8", "bool", "complex64"),
        rejects=((lambda tf: tf.ones([2, -2]), ValueError, "no negative lengths"),),
    ),
    Row(
        "zeros_like",
        lambda tf, x: [tf.zeros_like(x), tf.zeros_like(x, dtype=tf.int64)],
        lambda x: [x * 0 if x.dtype != bool else x & False] * 2,
        ((real(2, 3),), (real(),), (integers(2, 0),), (booleans(2),)),
        results=(None, "int64"),
    ),
    Row(
        "ones_like",
        lambda tf, x: [tf.ones_like(x), tf.ones_like(x, "float64")],
        lambda x: [np.array([1] * x.size).reshape(x.shape)] * 2,
        ((real(2, 3),), (real(),), (integers(2, 0),), (booleans(2),)),
        results=(None, "float64"),
    ),
    linear(
        "fill",
        lambda tf, value: tf.fill([2, 3], value),
        lambda value: np.array([[value] * 3] * 2),
        ((real(),), (integers(),), (booleans(),)),
        rejects=((lambda tf: tf.fill([2], [1, 2]), ValueError, "must have no axes"),),
    ),
    Row(
        "eye",
        lambda tf: [
            tf.eye(3),
            tf.eye(2, 3, dtype=tf.int32),
            tf.eye(3, 1, batch_shape=[2]),
            tf.eye(0),
            tf.eye(2, dtype=tf.bool),
        ],
        lambda: [
            np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
            np.array([[1, 0, 0], [0, 1, 0]]),
            np.array([[[1], [0], [0]]] * 2),
            np.empty((0, 0)),
            np.array([[True, False], [False, True]]),
        ],
        ((),),
        alias_of=("linalg.eye",),
        results=("float32", "int32", "float32", "float32", "bool"),
        rejects=((lambda tf: tf.eye(-1), ValueError, "no negative lengths"),),
    ),
]
