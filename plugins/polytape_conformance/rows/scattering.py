"""Slices written to the places that indices say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polytape_conformance.linear import linear
from polytape_conformance.row import Row, distinct, integers, real


def _written(start: Any, indices: Any, updates: Any, combine: Callable[[Any, Any], Any]) -> Any:
    result = np.array(start)
    for place in np.ndindex(indices.shape[:-1]):
        target = tuple(indices[place])
        result[target] = combine(result[target], updates[place])
    return result


_ONCE = np.array([[3], [0]], "int32")
_REPEATED = np.array([[1], [3], [1], [1]], "int64")
_PAIRS = np.array([[[0, 1]], [[2, 0]], [[0, 1]]], "int32")
_CASES = (
    (real(4, 3), _ONCE, real(2, 3, seed=1)),
    (real(5), _REPEATED, real(4, seed=1)),
    (real(3, 2, 2), _PAIRS, real(3, 1, 2, seed=1)),
    (real(3, 2), np.zeros((0, 1), "int32"), real(0, 2)),
    (integers(4), _REPEATED, integers(4, seed=1)),
)
_EXTREMES = (
    (distinct(4, 3), _ONCE, distinct(2, 3, seed=1)),
    (distinct(5), _REPEATED, distinct(4, seed=1) * 1.1),
    (distinct(3, 2, 2), _PAIRS, distinct(3, 1, 2, seed=1) * 1.1),
    (integers(4), _REPEATED, integers(4, seed=1)),
)


def _op(name: str) -> Callable[..., Any]:
    return lambda tf, x, indices, updates: getattr(tf, name)(x, indices, updates)


ROWS: list[Row] = [
    linear(
        "scatter_nd",
        lambda tf, x, indices, updates: tf.scatter_nd(indices, updates, x.shape),
        lambda x, indices, updates: _written(np.zeros_like(x), indices, updates, lambda old, new: old + new),
        _CASES,
        rejects=(
            (lambda tf: tf.scatter_nd([[3]], [1], [3]), IndexError, r"= 3 is not in \[0, 3\)"),
            (lambda tf: tf.scatter_nd([[0]], [1, 2], [3]), ValueError, "updates must have the shape"),
            (lambda tf: tf.scatter_nd([[0, 0]], [1], [3]), ValueError, "updates must have the shape"),
            (lambda tf: tf.scatter_nd([[0.5]], [1], [3]), TypeError, "must be of a dtype among int8"),
            (lambda tf: tf.scatter_nd([[0]], [1], [-1]), ValueError, "negative"),
        ),
    ),
    linear(
        "tensor_scatter_nd_add",
        _op("tensor_scatter_nd_add"),
        lambda x, indices, updates: _written(x, indices, updates, lambda old, new: old + new),
        _CASES,
        rejects=((lambda tf: tf.tensor_scatter_nd_add([1], [[-1]], [1]), IndexError, r"= -1 is not in \[0, 1\)"),),
    ),
    linear(
        "tensor_scatter_nd_sub",
        _op("tensor_scatter_nd_sub"),
        lambda x, indices, updates: _written(x, indices, updates, lambda old, new: old - new),
        _CASES,
        rejects=((lambda tf: tf.tensor_scatter_nd_sub([1], [[0]], [0.5]), TypeError, "int32"),),
    ),
    linear(
        "tensor_scatter_nd_update",
        _op("tensor_scatter_nd_update"),
        lambda x, indices, updates: _written(x, indices, updates, lambda old, new: new),
        _CASES,
        rejects=((lambda tf: tf.tensor_scatter_nd_update([1], [[1]], [1]), IndexError, "axis 0 of length 1"),),
    ),
    linear(
        "tensor_scatter_nd_max",
        _op("tensor_scatter_nd_max"),
        lambda x, indices, updates: _written(x, indices, updates, np.maximum),
        _EXTREMES,
    ),
    linear(
        "tensor_scatter_nd_min",
        _op("tensor_scatter_nd_min"),
        lambda x, indices, updates: _written(x, indices, updates, np.minimum),
        _EXTREMES,
    ),
]
