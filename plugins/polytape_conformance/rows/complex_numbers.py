"""Complex numbers made of real ones, so that derivatives can be checked in real numbers."""

from __future__ import annotations

import cmath
from dataclasses import replace

import numpy as np

from polytape_conformance.by_element import by_element
from polytape_conformance.op_class import OpClass
from polytape_conformance.row import Row, positive, real

_PAIRS = (
    (real(2, 3), positive(2, 3, seed=1)),
    (real(2, 1, 3), positive(4, 1, seed=1)),
    (real(), positive(3)),
    (real(0, 3), positive(3)),
)
_REAL = (np.array([-2.0, 0.0, 3.0]),)

_ROWS = [
    Row(
        "complex",
        lambda tf, x, y: tf.complex(x, y),
        by_element(complex),
        _PAIRS,
        differentiable=(),
        rejects=(
            (lambda tf: tf.complex(1, 2), TypeError, "float32, float64"),
            (lambda tf: tf.complex([1.0, 2.0], [1.0, 2.0, 3.0]), ValueError, "incompatible shapes"),
        ),
    ),
    Row(
        "math.real",
        lambda tf, x, y: tf.math.real(tf.complex(real=x, imag=y) ** 2),
        by_element(lambda x, y: x * x - y * y),
        _PAIRS,
        kind=OpClass.PRODUCT,
    ),
    Row("math.real", lambda tf, x: tf.math.real(x), by_element(float), (_REAL,), variant="of a real number"),
    Row(
        "math.imag",
        lambda tf, x, y: tf.math.imag(tf.complex(x, y) ** 2),
        by_element(lambda x, y: 2 * x * y),
        _PAIRS,
        kind=OpClass.PRODUCT,
    ),
    Row(
        "math.imag",
        lambda tf, x: tf.math.imag(x),
        by_element(lambda x: 0.0),
        (_REAL,),
        variant="of a real number",
        differentiable=(),
    ),
    Row(
        "math.conj",
        lambda tf, x, y: tf.math.imag(tf.math.conj(tf.complex(x, y))),
        by_element(lambda x, y: -y),
        _PAIRS,
    ),
    Row("math.conj", lambda tf, x: tf.math.conj(x), by_element(float), (_REAL,), variant="of a real number"),
    Row(
        "math.angle",
        lambda tf, x, y: tf.math.angle(tf.complex(x, y)),
        by_element(lambda x, y: cmath.phase(complex(x, y))),
        _PAIRS,
    ),
    Row(
        "math.angle",
        lambda tf, x: tf.math.angle(x),
        by_element(cmath.phase),
        (_REAL,),
        variant="of a real number",
        differentiable=(),
    ),
    Row(
        "abs",
        lambda tf, x, y: tf.abs(tf.complex(x, y)),
        by_element(lambda x, y: abs(complex(x, y))),
        _PAIRS,
        variant="complex",
        kind=OpClass.ELEMENTARY,
    ),
]
ROWS = [replace(row, half=False) for row in _ROWS]  # there are no complex numbers of two halves
