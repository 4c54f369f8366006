"""Exponentials and logarithms, number by number with Python's `math`."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from polytape_conformance.by_element import by_element
from polytape_conformance.row import Row, positive, real

_ONE = ((real(2, 3),), (real(3, 2).T,), (real(0, 2),), (np.float64(-1.5),))
_POSITIVE = ((positive(2, 3),), (positive(3, 2).T,), (positive(0, 2),), (np.float64(1.5),))
_TINY = (np.array([1e-9, -1e-12, 3e-5]),)
_FAR = (np.array([-1000.0, -90.0, -20.0, 0.5, 20.0, 90.0, 1000.0]),)
_PAIRS = (
    (real(2, 3), positive(2, 3, seed=1)),
    (real(2, 1, 3), positive(4, 1, seed=1)),
    (real(), positive(3)),
    (real(0, 3), positive(3)),
)
_ZERO = ((np.array([0.0, 0.0, 2.0]), np.array([0.0, -1.0, 3.0])),)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _softplus(x: float) -> float:
    return x + math.log1p(math.exp(-x)) if x >= 0 else math.log1p(math.exp(x))


def _product(of: Callable[[float], float]) -> Callable[..., Any]:
    """x times a function of y, and zero where x is zero."""
    return by_element(lambda x, y: x * of(y) if x else 0.0)


ROWS = [
    Row(
        "exp",
        lambda tf, x: tf.exp(x),
        by_element(math.exp),
        _ONE,
        complex=True,
        alias_of=("math.exp",),
        rejects=((lambda tf: tf.exp(1), TypeError, "int32"),),
    ),
    Row("math.expm1", lambda tf, x: tf.math.expm1(x), by_element(math.expm1), _ONE, complex=True),
    Row("math.expm1", lambda tf, x: tf.math.expm1(x), by_element(math.expm1), (_TINY,), variant="near zero"),
    Row(
        "math.log",
        lambda tf, x: tf.math.log(x),
        by_element(math.log),
        _POSITIVE,
        complex=True,
        rejects=((lambda tf: tf.math.log(1), TypeError, "int32"),),
    ),
    Row(
        "math.log",
        lambda tf, x: tf.math.log(x),
        lambda x: np.array([-np.inf, np.nan, np.inf]),
        ((np.array([0.0, -1.0, np.inf]),),),
        variant="limits",
        differentiable=(),
    ),
    Row(
        "math.log1p",
        lambda tf, x: tf.math.log1p(x),
        by_element(math.log1p),
        _POSITIVE,
        complex=True,
    ),
    Row("math.log1p", lambda tf, x: tf.math.log1p(x), by_element(math.log1p), (_TINY,), variant="near zero"),
    Row(
        "sigmoid",
        lambda tf, x: tf.sigmoid(x),
        by_element(_sigmoid, lambda z: (1 + cmath.tanh(z / 2)) / 2),
        _ONE,
        complex=True,
        alias_of=("math.sigmoid", "nn.sigmoid"),
    ),
    Row("sigmoid", lambda tf, x: tf.sigmoid(x), by_element(_sigmoid), (_FAR,), variant="far from zero"),
    Row(
        "math.softplus",
        lambda tf, x: tf.math.softplus(x),
        by_element(_softplus),
        (*_ONE, _FAR),
        alias_of=("nn.softplus",),
    ),
    Row(
        "math.log_sigmoid",
        lambda tf, x: tf.math.log_sigmoid(x),
        by_element(lambda x: -_softplus(-x)),
        (*_ONE, _FAR),
    ),
    Row("math.xlogy", lambda tf, x, y: tf.math.xlogy(x, y), _product(math.log), _PAIRS),
    Row(
        "math.xlogy",
        lambda tf, x, y: tf.math.xlogy(x, y),
        _product(math.log),
        _ZERO,
        variant="zero",
        differentiable=(),
    ),
    Row("math.xlog1py", lambda tf, x, y: tf.math.xlog1py(x, y), _product(math.log1p), _PAIRS),
    Row(
        "math.xlog1py",
        lambda tf, x, y: tf.math.xlog1py(x, y),
        _product(math.log1p),
        _ZERO,
        variant="zero",
        differentiable=(),
    ),
    Row("math.xdivy", lambda tf, x, y: tf.math.xdivy(x, y), _product(lambda y: 1 / y), _PAIRS),
    Row(
        "math.xdivy",
        lambda tf, x, y: tf.math.xdivy(x, y),
        _product(lambda y: 1 / y),
        _ZERO,
        variant="zero",
        differentiable=(),
    ),
]
