"""Sums, products, signs, element by element."""

from __future__ import annotations

import operator

import numpy as np

from polytape_conformance.by_element import by_element
from polytape_conformance.op_class import OpClass
from polytape_conformance.row import Row, distinct, integers, positive, real

_PAIRS = (
    (real(2, 3), positive(2, 3, seed=1)),
    (real(2, 1, 3), positive(4, 1, seed=1)),
    (real(), positive(3)),
    (real(0, 3), positive(3)),
    (real(3, 2).T, positive(2, 3, seed=1)),
)
_INTEGERS = ((integers(2, 3), integers(3, low=1)),)
_ONE = ((distinct(2, 3),), (distinct(3, 2).T,), (real(0, 2),), (np.float64(-1.5),))
_MIXED = (
    (lambda tf: tf.add(tf.constant(1.0), tf.constant(1)), TypeError, "float32 and int32"),
    (lambda tf: tf.add([1.0, 2.0], [1.0, 2.0, 3.0]), ValueError, r"incompatible shapes \[2\] and \[3\]"),
    (lambda tf: tf.add(True, True), TypeError, "must be of a dtype among"),
    (lambda tf: tf.constant(1) + 1.5, TypeError, "cannot convert 1.5"),
    (lambda tf: tf.constant([1], tf.uint8) + 256, ValueError, "out of the range of uint8"),
)


def _sign(x: float) -> float:
    return 0.0 if x == 0 else x / operator.abs(x)


ROWS = [
    Row(
        "add",
        lambda tf, x, y: tf.add(x, y),
        by_element(operator.add),
        _PAIRS + _INTEGERS,
        rejects=_MIXED,
        complex=True,
        alias_of=("math.add",),
    ),
    Row("add", lambda tf, x, y: x + y, by_element(operator.add), _PAIRS, variant="operator"),
    Row("add", lambda tf, x: 1.5 + x + 0.25, by_element(lambda x: x + 1.75), _ONE, variant="scalar"),
    Row(
        "subtract",
        lambda tf, x, y: tf.subtract(x, y),
        by_element(operator.sub),
        _PAIRS + _INTEGERS,
        complex=True,
        alias_of=("math.subtract",),
    ),
    Row("subtract", lambda tf, x: 1.5 - (x - 0.25), by_element(lambda x: 1.75 - x), _ONE, variant="scalar"),
    Row(
        "multiply",
        lambda tf, x, y: tf.multiply(x, y),
        by_element(operator.mul),
        _PAIRS + _INTEGERS,
        complex=True,
        alias_of=("math.multiply",),
    ),
    Row("multiply", lambda tf, x: 1.5 * x * 2, by_element(lambda x: 3 * x), _ONE, variant="scalar"),
    Row(
        "negative",
        lambda tf, x: tf.negative(x),
        by_element(operator.neg),
        _ONE,
        complex=True,
        alias_of=("math.negative",),
    ),
    Row("negative", lambda tf, x: -x, by_element(operator.neg), _ONE, variant="operator"),
    Row("abs", lambda tf, x: tf.abs(x), by_element(operator.abs), _ONE, alias_of=("math.abs",)),
    Row(
        "abs",
        lambda tf, x: tf.abs(x),
        by_element(operator.abs),
        _ONE,
        variant="modulus",
        kind=OpClass.ELEMENTARY,
        dtypes=(),
        half=False,
        complex=True,
    ),
    Row(
        "abs",
        lambda tf, x: abs(x),
        by_element(operator.abs),
        ((integers(4, low=-3),), *_ONE),
        variant="operator",
    ),
    Row("sign", lambda tf, x: tf.sign(x), by_element(_sign), _ONE, alias_of=("math.sign",)),
    Row(
        "sign",
        lambda tf, x: tf.sign(x),
        by_element(_sign),
        ((np.array([-2.0, 0.0, 5.0]),), (integers(5, low=-2, high=3),)),
        variant="zero",
        differentiable=(),
    ),
    Row(
        "add_n",
        lambda tf, x, y, z: tf.add_n([x, y, z]),
        by_element(lambda x, y, z: x + y + z),
        ((real(2, 3), real(2, 3, seed=1), real(2, 3, seed=2)), (real(), real(seed=1), real(seed=2))),
        rejects=(
            (lambda tf: tf.add_n([]), ValueError, "at least one tensor"),
            (lambda tf: tf.add_n([[1.0], [1.0, 2.0]]), ValueError, "one shape"),
            (lambda tf: tf.add_n([1.0, tf.constant(1)]), TypeError, "int32"),
        ),
        alias_of=("math.add_n",),
    ),
    Row(
        "math.accumulate_n",
        lambda tf, x, y: tf.math.accumulate_n([x, y], shape=[2, 3]),
        by_element(operator.add),
        ((real(2, 3), real(2, 3, seed=1)),),
        rejects=((lambda tf: tf.math.accumulate_n([[1.0]], shape=[2]), ValueError, "asked for"),),
    ),
    Row(
        "scalar_mul",
        lambda tf, x, y: tf.scalar_mul(x, y),
        by_element(operator.mul),
        ((real(), real(2, 3)),),
        rejects=((lambda tf: tf.scalar_mul([1.0, 2.0], [1.0, 2.0]), ValueError, "no axes"),),
        alias_of=("math.scalar_mul",),
    ),
]
