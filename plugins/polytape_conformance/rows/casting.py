"""From dtype to dtype, and ops that give back what they get."""

from __future__ import annotations

import struct

import numpy as np

from polytape_conformance.by_element import by_element
from polytape_conformance.row import Row, booleans, integers, real


def _bytes(x: np.ndarray) -> np.ndarray:
    """The bits of numbers, as unsigned integers of their width."""
    found = [struct.unpack("I", struct.pack("f", item))[0] for item in np.ravel(x)]
    return np.array(found, np.uint32).reshape(x.shape)


ROWS = [
    Row(
        "cast",
        lambda tf, x: tf.cast(x, tf.int32),
        by_element(int),
        (
            (np.array([1.8, -1.8, 0.0, 1e6]),),
            (np.float64(2.5),),
            (booleans(4),),
            (integers(4, dtype="int64"),),
            (real(0),),
        ),
        differentiable=(),
        half=False,
        rejects=((lambda tf: tf.cast(1, "int33"), TypeError, "int33"),),
    ),
    Row(
        "cast",
        lambda tf, x: tf.cast(x, tf.float64),
        by_element(float),
        ((real(2, 3),), (integers(4),), (booleans(4),), (real(),)),
        variant="to float64",
        results=("float64",),
    ),
    Row(
        "cast",
        lambda tf, x: tf.cast(x, "bool"),
        by_element(bool),
        ((np.array([0.0, -2.5]),), (integers(4, high=2),)),
        variant="to bool",
        differentiable=(),
    ),
    Row(
        "cast",
        lambda tf, x: tf.math.real(tf.cast(tf.cast(x, tf.complex128), tf.float64)),
        by_element(float),
        ((real(2, 3),),),
        variant="by way of complex",
        results=("float64",),
    ),
    Row(
        "saturate_cast",
        lambda tf, x: tf.saturate_cast(x, tf.uint8),
        by_element(lambda x: min(max(int(x), 0), 255)),
        (
            (np.array([-5.0, 0.5, 254.9, 1e9, -1e9]),),
            (integers(6, low=-300, high=600),),
            (integers(3, dtype="int8"),),
        ),
        differentiable=(),
        half=False,
    ),
    Row(
        "saturate_cast",
        lambda tf, x: tf.saturate_cast(x, tf.int32),
        by_element(lambda x: 2**31 - 1 if x > 2**31 - 1 else max(int(x), -(2**31))),
        ((np.array([-1e20, 3.0, -2147483648.0]),), (integers(4, low=-(2**40), high=2**40, dtype="int64"),)),
        variant="to int32",
        differentiable=(),
        half=False,
    ),
    Row(
        "bitcast",
        lambda tf, x: tf.bitcast(tf.cast(x, tf.float32), tf.uint32),
        _bytes,
        ((np.array([1.0, -2.5, 0.0]),), (np.float64(0.5),)),
        differentiable=(),
        rejects=((lambda tf: tf.bitcast(tf.constant([1, 2, 3]), tf.float64), ValueError, "must have length 2"),),
    ),
    Row(
        "bitcast",
        lambda tf, x: [tf.bitcast(x, tf.uint16), tf.bitcast(tf.bitcast(x, tf.uint16), tf.int32)],
        lambda x: [np.stack([x % 65536, x // 65536], -1), x],
        ((integers(2, 3, high=2**30),),),
        variant="widths",
        differentiable=(),
    ),
    Row("identity", lambda tf, x: tf.identity(x), lambda x: x, ((real(2, 3),), (real(),), (booleans(3),))),
    Row(
        "stop_gradient",
        lambda tf, x: tf.stop_gradient(x) * x,
        by_element(lambda x: x * x),
        ((real(2, 3),),),
        differentiable=(),
    ),
    Row(
        "identity_n",
        lambda tf, x, y: tf.identity_n([x, y]),
        lambda x, y: [x, y],
        ((real(2, 3), real()), (booleans(3), real(2))),
    ),
]
