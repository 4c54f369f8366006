"""The larger, the smaller, the chosen of two; values and norms within bounds."""

from __future__ import annotations

import math

import numpy as np

from polytape_conformance.by_element import by_element
from polytape_conformance.row import Row, booleans, distinct, integers, real

_PAIRS = (
    (distinct(2, 3), real(2, 3, seed=1)),
    (distinct(2, 1, 3), real(4, 1, seed=1)),
    (real(), distinct(3)),
    (real(0, 3), real(3)),
    (distinct(3, 2).T, real(2, 3, seed=1)),
    (integers(2, 3), integers(3)),
)
_NAN = ((np.array([np.nan, 1.0, np.nan]), np.array([1.0, np.nan, np.nan])),)


def _indices(x: np.ndarray) -> np.ndarray:
    found = [index for index in np.ndindex(x.shape) if x[index]]
    return np.array(found, np.int64).reshape(len(found), x.ndim)


def _norm(*arrays: np.ndarray) -> float:
    return math.hypot(*[float(item) for x in arrays for item in np.ravel(x)])


def _together(x: np.ndarray, y: np.ndarray) -> list[object]:
    norm = _norm(x, y)
    scale = min(1.0, 1.5 / norm)
    return [x * scale, y * scale, norm]


def _each_row(x: np.ndarray) -> np.ndarray:
    return np.array([row * min(1.0, 2.0 / _norm(row)) for row in x])


ROWS = [
    Row(
        "maximum",
        lambda tf, x, y: tf.maximum(x, y),
        by_element(max),
        _PAIRS,
        alias_of=("math.maximum",),
        rejects=((lambda tf: tf.maximum(True, False), TypeError, "bool"),),
    ),
    Row(
        "maximum",
        lambda tf, x, y: tf.maximum(x, y),
        lambda x, y: x + y,
        _NAN,
        variant="nan",
        differentiable=(),
    ),
    Row("minimum", lambda tf, x, y: tf.minimum(x, y), by_element(min), _PAIRS, alias_of=("math.minimum",)),
    Row(
        "minimum",
        lambda tf, x, y: tf.minimum(x, y),
        lambda x, y: x + y,
        _NAN,
        variant="nan",
        differentiable=(),
    ),
    Row(
        "where",
        lambda tf, c, x, y: tf.where(c, x, y),
        by_element(lambda c, x, y: x if c else y),
        (
            (booleans(2, 3), real(2, 3), real(2, 3, seed=1)),
            (booleans(3), real(2, 1), real(seed=1)),
            (np.bool_(True), real(2), real(2, seed=1)),
            (booleans(0), real(0), real(1)),
            (booleans(3), integers(3), integers(3, seed=1)),
        ),
        rejects=(
            (lambda tf: tf.where([True], [1.0]), ValueError, "both or not at all"),
            (lambda tf: tf.where([1], [1.0], [2.0]), TypeError, "must be of a dtype among bool"),
            (lambda tf: tf.where([True], [1.0], tf.constant([2])), TypeError, "int32"),
            (lambda tf: tf.where([True, False], [1.0, 2.0, 3.0], [1.0]), ValueError, "incompatible shapes"),
        ),
    ),
    Row(
        "where",
        lambda tf, c: tf.where(c),
        _indices,
        (
            (booleans(3, 4),),
            (booleans(7),),
            (integers(2, 2, 3, high=2),),
            (booleans(0, 3),),
            (np.zeros((2, 2), bool),),
            (np.bool_(True),),
            (np.bool_(False),),
            (np.array([[0.0, 1.5], [np.nan, 0.0]]),),
        ),
        variant="indices",
        differentiable=(),
    ),
    Row(
        "clip_by_value",
        lambda tf, x: tf.clip_by_value(x, -0.5, 1),
        by_element(lambda x: min(max(x, -0.5), 1.0)),
        ((distinct(3, 4),), (np.float64(-2.0),), (real(0, 2),), (distinct(3, 2).T,)),
    ),
    Row(
        "clip_by_value",
        lambda tf, x, low, high: tf.clip_by_value(x, low, high),
        by_element(lambda x, low, high: min(max(x, low), high)),
        ((distinct(3, 4), np.array([-1.1, -0.5, 0.0, 0.2]), np.float64(0.95)),),
        variant="tensors",
        rejects=((lambda tf: tf.clip_by_value([1.0], [0.0, 1.0], 2.0), ValueError, "must broadcast to the shape"),),
    ),
    Row(
        "clip_by_value",
        lambda tf, x: tf.clip_by_value(x, 2, 5),
        by_element(lambda x: min(max(x, 2), 5)),
        ((integers(8),),),
        variant="integers",
    ),
    Row(
        "clip_by_norm",
        lambda tf, x: tf.clip_by_norm(x, 1.5),
        lambda x: x * min(1.0, 1.5 / max(_norm(x), 1e-9)),
        ((real(2, 3),), (real(2, 3) / 10,), (np.float64(3.0),), (np.zeros(2),)),
    ),
    Row(
        "clip_by_norm",
        lambda tf, x: tf.clip_by_norm(x, 2.0, axes=[1]),
        _each_row,
        ((np.array([[3.0, 4.0], [0.5, 0.25]]),),),
        variant="axes",
    ),
    Row(
        "clip_by_global_norm",
        lambda tf, x, y: [*tf.clip_by_global_norm([x, y], 1.5)[0], tf.linalg.global_norm([x, None, y])],
        _together,
        ((real(2, 3), real(2)), (real(2, 3) / 10, real(2) / 10)),
        rejects=(
            (lambda tf: tf.clip_by_global_norm([None], 1.0), ValueError, "no tensor"),
            (lambda tf: tf.clip_by_global_norm(tf.constant([1.0]), 1.0), ValueError, "must be a sequence"),
        ),
    ),
    Row(
        "linalg.global_norm",
        lambda tf, x, y: tf.linalg.global_norm([x, None, y]),
        lambda x, y: np.array(_norm(x, y)),
        ((real(2, 3), real(2)), (real(4), np.float64(0.5))),
        rejects=((lambda tf: tf.linalg.global_norm(tf.constant([1.0])), ValueError, "must be a sequence"),),
    ),
    Row(
        "compat.v1.clip_by_average_norm",
        lambda tf, x: tf.compat.v1.clip_by_average_norm(x, 0.5),
        lambda x: x * min(1.0, 0.5 * x.size / _norm(x)),
        ((real(2, 3),), (real(2, 3) / 10,)),
    ),
]
