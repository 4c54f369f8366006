"""Sorting, searching, the largest k. The references use Python's `sorted` and loops."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from polytape_conformance.row import Row, booleans, distinct, integers

_INPUTS = ((distinct(3, 4),), (distinct(4, 3).T,), (distinct(6),), (distinct(2, 3, 4),))
_TIES = (
    (integers(3, 6, high=3),),
    (integers(6, 3, high=3, dtype="int64").T,),
    (integers(4, 5, dtype="uint8"),),
)


def _lines(function: Any, axis: int = -1) -> Any:
    """A reference that works on each line along an axis."""
    return lambda x: np.apply_along_axis(lambda line: np.array(function(list(line))), axis, x)


def _order(line: list[Any]) -> list[int]:
    return sorted(range(len(line)), key=lambda place: line[place])


def _descending_order(line: list[Any]) -> list[int]:
    return sorted(range(len(line)), key=lambda place: (-line[place], place))


def _top(line: list[Any]) -> list[int]:
    return _descending_order([float(value) for value in line])[:2]


def _insertion(side: str) -> Any:
    def reference(sequence: Any, values: Any) -> Any:
        rows, wanted = np.atleast_2d(sequence), np.atleast_2d(values)
        precedes = operator.lt if side == "left" else operator.le
        return np.array(
            [[len([a for a in row if precedes(a, value)]) for value in line] for row, line in zip(rows, wanted)]
        ).reshape(values.shape)

    return reference


def _unique(x: Any) -> Any:
    seen: list[Any] = []
    for value in x.tolist():
        if value not in seen:
            seen.append(value)
    return [seen, [seen.index(value) for value in x.tolist()]]


def _unique_with_counts(x: Any) -> Any:
    seen, places = _unique(x)
    return [seen, places, [places.count(place) for place in range(len(seen))]]


def _arrays(reference: Any) -> Any:
    return lambda x: [np.array(part) for part in reference(x)]


def _in_top(targets: Any, predictions: Any) -> Any:
    found = [
        bool(0 <= target < len(row) and np.isfinite(row).all() and len([p for p in row if p > row[target]]) < 2)
        for target, row in zip(targets, predictions)
    ]
    return np.array(found)


_SEQUENCES = (
    (np.array([-1.0, 0.5, 0.5, 2.0]), np.array([-2.0, -1.0, 0.5, 0.6, 2.0, 9.0])),
    (np.array([[1, 3, 3], [2, 4, 9]], "int32"), np.array([[3, 0], [9, 5]], "int32")),
    (np.zeros((2, 0)), np.ones((2, 3))),
)
_REPEATED = ((integers(9, high=4),), (np.array([0.5, -1.0, 0.5, 0.0]),), (booleans(5),), (np.zeros(0),))

ROWS = [
    Row(
        "sort",
        lambda tf, x: tf.sort(x),
        _lines(sorted),
        _INPUTS + _TIES,
        rejects=(
            (
                lambda tf: tf.sort([1.0], direction="UP"),
                ValueError,
                "direction must be one of 'ASCENDING', 'DESCENDING'",
            ),
            (lambda tf: tf.sort([1.0], axis=1), ValueError, "sort: axis 1 is out of range"),
            (lambda tf: tf.sort([True]), TypeError, "must be of a dtype among"),
        ),
    ),
    Row(
        "sort",
        lambda tf, x: tf.sort(x, axis=0, direction="DESCENDING"),
        _lines(lambda line: sorted(line)[::-1], 0),
        _INPUTS + _TIES,
        variant="descending",
    ),
    Row(
        "argsort",
        lambda tf, x: tf.argsort(x),
        _lines(_order),
        _INPUTS + _TIES,
        differentiable=(),
        rejects=((lambda tf: tf.argsort(1.0), ValueError, "it has no axes"),),
    ),
    Row(
        "argsort",
        lambda tf, x: tf.argsort(x, axis=0, direction="DESCENDING", stable=True),
        _lines(lambda line: _descending_order(list(map(float, line))), 0),
        _INPUTS + _TIES,
        variant="descending",
        differentiable=(),
    ),
    Row(
        "math.top_k",
        lambda tf, x: tf.math.top_k(x, k=2),
        lambda x: [_lines(lambda line: [line[place] for place in _top(line)])(x), _lines(_top)(x)],
        _INPUTS + _TIES,
        rejects=(
            (
                lambda tf: tf.math.top_k([1.0, 2.0], k=3),
                ValueError,
                "k must be from 0 to the length of the last axis, 2",
            ),
            (lambda tf: tf.math.top_k(1.0), ValueError, "it has no axes"),
            (lambda tf: tf.math.top_k([1.0], index_type=tf.float32), TypeError, "int32 or int64"),
        ),
        alias_of=("nn.top_k",),
    ),
    Row(
        "math.in_top_k",
        lambda tf, targets, predictions: tf.math.in_top_k(targets, predictions, k=2),
        _in_top,
        (
            (
                np.array([0, 2, 3, -1]),
                np.array([[1.0, 2.0, 3.0], [2.0, 2.0, 2.0], [0.0, 1.0, 2.0], [0.0, 1.0, 2.0]]),
            ),
            (np.array([1, 1]), np.array([[np.inf, 1.0], [np.nan, 1.0]])),
        ),
        differentiable=(),
        rejects=(
            (
                lambda tf: tf.math.in_top_k([0, 1], [[1.0, 2.0]], k=1),
                ValueError,
                "predictions must have shape",
            ),
        ),
        alias_of=("nn.in_top_k",),
    ),
    Row(
        "searchsorted",
        lambda tf, sequence, values: tf.searchsorted(sequence, values),
        _insertion("left"),
        _SEQUENCES,
        differentiable=(),
        rejects=(
            (
                lambda tf: tf.searchsorted([1.0], [1.0], side="both"),
                ValueError,
                "side must be 'left' or 'right'",
            ),
            (lambda tf: tf.searchsorted([[1.0]], [1.0]), ValueError, "the same axes before the last"),
            (lambda tf: tf.searchsorted(tf.constant([1.0]), tf.constant([1])), TypeError, "cannot combine"),
        ),
    ),
    Row(
        "searchsorted",
        lambda tf, sequence, values: tf.searchsorted(sequence, values, side="right", out_type=tf.int64),
        _insertion("right"),
        _SEQUENCES,
        variant="right",
        differentiable=(),
    ),
    Row(
        "unique",
        lambda tf, x: tf.unique(x),
        _arrays(_unique),
        _REPEATED,
        differentiable=(),
        rejects=(
            (lambda tf: tf.unique([[1]]), ValueError, "x must have one axis"),
            (lambda tf: tf.unique([1], out_idx=tf.int8), TypeError, "int32 or int64"),
        ),
    ),
    Row(
        "unique_with_counts",
        lambda tf, x: tf.unique_with_counts(x, out_idx=tf.int64),
        _arrays(_unique_with_counts),
        _REPEATED,
        differentiable=(),
        rejects=((lambda tf: tf.unique_with_counts(1.0), ValueError, "x must have one axis"),),
    ),
]
