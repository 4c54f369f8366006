"""Powers and roots, element by element."""

from __future__ import annotations

import cmath
import math
import operator

import numpy as np

from polytape_conformance.by_element import by_element
from polytape_conformance.row import Row, integers, positive, real

_ONE = ((real(2, 3),), (real(3, 2).T,), (real(0, 2),), (np.float64(-1.5),))
_POSITIVE = ((positive(2, 3),), (positive(3, 2).T,), (positive(0, 2),), (np.float64(1.5),))
_PAIRS = (
    (real(2, 3), real(2, 3, seed=1)),
    (real(2, 1, 3), real(4, 1, seed=1)),
    (real(), real(3)),
    (real(0, 3), real(3)),
)

ROWS = [
    Row(
        "square",
        lambda tf, x: tf.square(x),
        by_element(lambda x: x * x),
        (*_ONE, (integers(4, low=-3),)),
        complex=True,
        alias_of=("math.square",),
    ),
    Row(
        "sqrt",
        lambda tf, x: tf.sqrt(x),
        by_element(math.sqrt),
        _POSITIVE,
        complex=True,
        alias_of=("math.sqrt",),
        rejects=((lambda tf: tf.sqrt(4), TypeError, "int32"),),
    ),
    Row(
        "math.rsqrt",
        lambda tf, x: tf.math.rsqrt(x),
        by_element(lambda x: 1 / math.sqrt(x), lambda z: 1 / cmath.sqrt(z)),
        _POSITIVE,
        complex=True,
    ),
    Row(
        "math.squared_difference",
        lambda tf, x, y: tf.math.squared_difference(x, y),
        by_element(lambda x, y: (x - y) ** 2),
        (*_PAIRS, (integers(2, 3), integers(3))),
        complex=True,
    ),
    Row(
        "pow",
        lambda tf, x, y: tf.pow(x, y),
        by_element(operator.pow),
        (
            (positive(2, 3), real(2, 3)),
            (positive(2, 1, 3), real(4, 1)),
            (integers(2, 3, low=-4), integers(3, high=5)),
        ),
        complex=True,
        alias_of=("math.pow",),
        rejects=(
            (lambda tf: tf.pow([2, 3], -1), ValueError, "negative"),
            (lambda tf: tf.pow([1.0, 2.0], [1.0, 2.0, 3.0]), ValueError, "incompatible shapes"),
        ),
    ),
    Row(
        "pow",
        lambda tf, x: tf.stack([x**2, x**3.0, x**1, x**0.0 - x]),
        lambda x: np.stack([x * x, x * x * x, x, 1 - x]),
        ((real(2, 3),), (np.array([0.0, -1.0, 2.0]),)),
        variant="whole powers of zero and negative numbers",
    ),
    Row("pow", lambda tf, x: 2**x, by_element(lambda x: 2**x), _ONE, variant="reflected"),
]
