"""Quotients and remainders, element by element."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from polytape_conformance.by_element import by_element
from polytape_conformance.row import Row, integers, positive, real

_PAIRS = (
    (real(2, 3), positive(2, 3, seed=1)),
    (real(2, 1, 3), -positive(4, 1, seed=1)),
    (real(), positive(3)),
    (real(0, 3), positive(3)),
    (real(3, 2).T, positive(2, 3, seed=1)),
)
_WHOLE = (
    (integers(2, 4, low=-9), integers(4, low=1, high=5)),
    (integers(6, low=-9), np.int32(-4)),
    (integers(6, low=-9, dtype="int64"), integers(6, low=1, high=5, dtype="int64")),
)
_ZEROS = (real(4), np.array([0.0, 2.0, 0.0, -1.5]))


def _by_zero(name: str) -> Any:
    """The refusal to divide an integer by zero."""

    def call(tf: Any) -> Any:
        return getattr(tf.math if hasattr(tf.math, name) else tf, name)([1, 2], [1, 0])

    return ((call, ValueError, "division by zero"),)


ROWS = [
    Row(
        "divide",
        lambda tf, x, y: tf.divide(x, y),
        by_element(operator.truediv),
        _PAIRS + _WHOLE[:2],
        complex=True,
        alias_of=("math.divide", "math.truediv", "realdiv", "truediv"),
        rejects=(
            (lambda tf: tf.divide([1.0], tf.constant([1])), TypeError, "int32"),
            (lambda tf: tf.divide(True, True), TypeError, "bool"),
        ),
    ),
    Row(
        "divide",
        lambda tf, x: 3 / x + x / 2,
        by_element(lambda x: 3 / x + x / 2),
        ((positive(2, 3),), (positive(),)),
        variant="operator",
        tolerance=3,  # it divides, adds and divides
    ),
    Row(
        "math.floordiv",
        lambda tf, x, y: tf.math.floordiv(x, y),
        by_element(operator.floordiv),
        _PAIRS + _WHOLE,
        rejects=_by_zero("floordiv"),
    ),
    Row(
        "math.floordiv",
        lambda tf, x: 7 // x + x // 2,
        by_element(lambda x: 7 // x + x // 2),
        ((integers(5, low=1),), (positive(4),)),
        variant="operator",
    ),
    Row(
        "math.floormod",
        lambda tf, x, y: tf.math.floormod(x, y),
        by_element(operator.mod),
        _PAIRS + _WHOLE,
        rejects=_by_zero("floormod"),
        alias_of=("math.mod",),
    ),
    Row(
        "math.floormod",
        lambda tf, x: 7 % x + x % 2,
        by_element(lambda x: 7 % x + x % 2),
        ((integers(5, low=1),), (positive(4),)),
        variant="operator",
    ),
    Row(
        "truncatediv",
        lambda tf, x, y: tf.truncatediv(x, y),
        by_element(lambda x, y: math.trunc(x / y)),
        _PAIRS + _WHOLE,
        rejects=_by_zero("truncatediv"),
    ),
    Row(
        "truncatemod",
        lambda tf, x, y: tf.truncatemod(x, y),
        by_element(math.fmod),
        _PAIRS + _WHOLE,
        rejects=_by_zero("truncatemod"),
    ),
    Row(
        "math.divide_no_nan",
        lambda tf, x, y: tf.math.divide_no_nan(x, y),
        by_element(lambda x, y: x / y if y else 0.0),
        (*_PAIRS, _WHOLE[0]),
        complex=True,
    ),
    Row(
        "math.divide_no_nan",
        lambda tf, x, y: tf.math.divide_no_nan(x, y),
        by_element(lambda x, y: x / y if y else 0.0),
        (_ZEROS,),
        variant="zero",
        differentiable=(0,),
    ),
    Row(
        "math.multiply_no_nan",
        lambda tf, x, y: tf.math.multiply_no_nan(x, y),
        by_element(lambda x, y: x * y if y else 0.0),
        _PAIRS,
        complex=True,
    ),
    Row(
        "math.multiply_no_nan",
        lambda tf, x, y: tf.math.multiply_no_nan(x, y),
        by_element(lambda x, y: x * y if y else 0.0),
        ((np.array([np.nan, np.inf, 3.0]), np.array([0.0, 0.0, 2.0])),),
        variant="zero",
        differentiable=(),
    ),
    Row(
        "math.reciprocal",
        lambda tf, x: tf.math.reciprocal(x),
        by_element(lambda x: 1 / x),
        ((positive(2, 3),), (-positive(),), (real(0),)),
        complex=True,
    ),
    Row(
        "math.reciprocal_no_nan",
        lambda tf, x: tf.math.reciprocal_no_nan(x),
        by_element(lambda x: 1 / x if x else 0.0),
        ((positive(2, 3),), (-positive(),)),
    ),
    Row(
        "math.reciprocal_no_nan",
        lambda tf, x: tf.math.reciprocal_no_nan(x),
        by_element(lambda x: 1 / x if x else 0.0),
        ((np.array([0.0, 4.0]),),),
        variant="zero",
        differentiable=(),
    ),
]
