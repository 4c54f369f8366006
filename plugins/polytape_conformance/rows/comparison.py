"""Comparisons, logic, bits."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from polytape_conformance.by_element import by_element
from polytape_conformance.row import Row, booleans, integers, real

_PAIRS = (
    (integers(2, 3, high=3), integers(2, 3, high=3, seed=1)),
    (np.array([1.0, np.nan, np.inf, 0.0]), np.array([1.0, np.nan, 1.0, -0.0])),
    (real(2, 1, 3), real(4, 1, seed=1)),
    (real(), real(3)),
    (real(0, 3), real(3)),
)
_TRUTHS = (
    (booleans(2, 3), booleans(2, 3, seed=1)),
    (booleans(2, 1, 3), booleans(4, 1, seed=1)),
    (np.bool_(True), booleans(3)),
)
_BITS = (
    (integers(2, 3, low=-9), integers(2, 3, low=-9, seed=1)),
    (integers(2, 1, 3, dtype="uint8"), integers(4, 1, dtype="uint8", seed=1)),
    (np.int64(5), integers(3, dtype="int64")),
)
_SHIFTS = (
    (integers(2, 3, low=-9), integers(2, 3, high=5, seed=1)),
    (integers(3, dtype="uint8"), integers(3, high=4, dtype="uint8")),
)
_BINARY = (operator.and_, operator.or_, operator.xor)
_COMPARISONS = (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge)
_MIXED = (lambda tf: tf.equal(tf.constant(1.0), tf.constant(1)), TypeError, "float32 and int32")


def _row(name: str, function: Callable[..., Any], cases: tuple[Any, ...], wrong: Any, **options: Any) -> Row:
    def call(tf: Any, *tensors: Any) -> Any:
        found = tf
        for part in name.split("."):
            found = getattr(found, part)
        return found(*tensors)

    rejects = ((lambda tf: call(tf, *[wrong] * len(cases[0])), TypeError, "must be of a dtype among"),)
    return Row(name, call, by_element(function), cases, differentiable=(), rejects=rejects, **options)


ROWS = [
    Row(
        "equal",
        lambda tf, x, y: tf.equal(x, y),
        by_element(operator.eq),
        _PAIRS + _TRUTHS,
        differentiable=(),
        alias_of=("math.equal",),
        rejects=(_MIXED,),
    ),
    Row(
        "not_equal",
        lambda tf, x, y: tf.not_equal(x, y),
        by_element(operator.ne),
        _PAIRS + _TRUTHS,
        differentiable=(),
        alias_of=("math.not_equal",),
    ),
    _row("less", operator.lt, _PAIRS, True, alias_of=("math.less",)),
    _row("less_equal", operator.le, _PAIRS, True, alias_of=("math.less_equal",)),
    _row("greater", operator.gt, _PAIRS, True, alias_of=("math.greater",)),
    _row("greater_equal", operator.ge, _PAIRS, True, alias_of=("math.greater_equal",)),
    _row("logical_and", operator.and_, _TRUTHS, 1, alias_of=("math.logical_and",)),
    _row("logical_or", operator.or_, _TRUTHS, 1, alias_of=("math.logical_or",)),
    _row("math.logical_xor", operator.xor, _TRUTHS, 1),
    _row(
        "logical_not",
        operator.not_,
        ((booleans(2, 3),), (np.bool_(False),), (booleans(0),)),
        1,
        alias_of=("math.logical_not",),
    ),
    _row("bitwise.bitwise_and", operator.and_, _BITS, 1.0),
    _row("bitwise.bitwise_or", operator.or_, _BITS, 1.0),
    _row("bitwise.bitwise_xor", operator.xor, _BITS, 1.0),
    _row("bitwise.invert", operator.invert, ((integers(2, 3, low=-9),), (np.int64(7),)), 1.0),
    _row("bitwise.left_shift", operator.lshift, _SHIFTS, 1.0),
    _row("bitwise.right_shift", operator.rshift, _SHIFTS, 1.0),
    Row(
        "equal",
        lambda tf, x, y: [x == y, x != y, x < y, x <= y, x > y, x >= y],
        lambda x, y: [by_element(f)(x, y) for f in _COMPARISONS],
        _PAIRS,
        variant="operators",
        differentiable=(),
    ),
    Row(
        "logical_and",
        lambda tf, x, y: [x & y, x | y, x ^ y, ~x],
        lambda x, y: [*[by_element(f)(x, y) for f in _BINARY], by_element(operator.not_)(x)],
        _TRUTHS[:1],
        variant="operators",
        differentiable=(),
    ),
    Row(
        "bitwise.bitwise_and",
        lambda tf, x, y: [x & y, x | y, x ^ y, ~x, 3 & x],
        lambda x, y: [
            *[by_element(f)(x, y) for f in _BINARY],
            by_element(operator.invert)(x),
            by_element(lambda x: 3 & x)(x),
        ],
        _BITS[:1],
        variant="operators",
        differentiable=(),
    ),
    *[
        Row(
            f"math.{name}",
            lambda tf, x, name=name: getattr(tf.math, name)(x),
            lambda x, relation=relation: all(relation(*pair) for pair in pairwise(np.ravel(x).tolist())),
            ((integers(4),), (np.array([1, 2, 2, 5]),), (np.array([[1.0, 2.0], [3.0, 4.0]]),), (real(0),), (real(),)),
            differentiable=(),
        )
        for name, relation in (("is_non_decreasing", operator.le), ("is_strictly_increasing", operator.lt))
    ],
]
