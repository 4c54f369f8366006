"""Rounding, and what is a number."""

from __future__ import annotations

import math

import numpy as np

from polytape_conformance.by_element import by_element
from polytape_conformance.row import Row, distinct, integers, real

_ONE = (
    (distinct(3, 4),),
    (np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]) + 0.0,),
    (real(0, 2),),
    (np.float64(-1.7),),
    (distinct(3, 2).T,),
)
_ODD = ((np.array([1.0, np.nan, np.inf, -np.inf, 0.0]),), (np.float64(np.nan),), (real(0),))

ROWS = [
    Row(
        "floor",
        lambda tf, x: tf.floor(x),
        by_element(math.floor),
        _ONE,
        differentiable=(),
        alias_of=("math.floor",),
        rejects=((lambda tf: tf.floor(1), TypeError, "int32"),),
    ),
    Row("math.ceil", lambda tf, x: tf.math.ceil(x), by_element(math.ceil), _ONE, differentiable=()),
    Row(
        "round",
        lambda tf, x: tf.round(x),
        by_element(round),
        (*_ONE, (integers(4),)),
        differentiable=(),
        alias_of=("math.round", "math.rint"),
    ),
    Row(
        "math.is_nan",
        lambda tf, x: tf.math.is_nan(x),
        by_element(math.isnan),
        _ODD,
        differentiable=(),
        rejects=((lambda tf: tf.math.is_nan(1), TypeError, "int32"),),
    ),
    Row("math.is_inf", lambda tf, x: tf.math.is_inf(x), by_element(math.isinf), _ODD, differentiable=()),
    Row(
        "math.is_finite",
        lambda tf, x: tf.math.is_finite(x),
        by_element(math.isfinite),
        _ODD,
        differentiable=(),
    ),
    Row(
        "math.nextafter",
        lambda tf, x, y: tf.math.nextafter(tf.cast(x, tf.float64), tf.cast(y, tf.float64)),
        by_element(math.nextafter),
        (
            (np.array([1.0, 1.0, -1.0, 0.0, 0.0, 2.0, np.inf]), np.array([2.0, 0.0, 5.0, 1.0, -1.0, 2.0, 0.0])),
            (np.float64(1.0), real(3)),
        ),
        differentiable=(),
        results=("float64",),
    ),
]
