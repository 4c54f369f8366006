"""Reductions by segment. The references gather the rows of each segment in a list."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from polytape_conformance.row import Row, distinct, integers, real

_SORTED = np.array([0, 0, 1, 3, 3, 3])
_MIXED = np.array([2, 0, -1, 2, 0, 2])
_SQUARE = np.array([[2, 0, 1], [-1, 2, 0]])
_ZEROS = np.array([[0.0, 1.5], [2.0, 0.0], [0.0, -1.0], [0.0, 3.0], [1.0, 0.5], [0.5, 0.0]])
_DATA = ((real(6, 2), _SORTED), (real(6), _SORTED), (real(2, 6).T, _SORTED.astype("int32")))
_DISTINCT = ((distinct(6, 2), _SORTED), (distinct(6), _SORTED))
_UNSORTED = (
    (real(6, 2), _MIXED),
    (real(6), _MIXED),
    (real(2, 3, 2), _SQUARE.astype("int32")),
    (real(0, 2), np.zeros(0, int)),
)
_UNSORTED_DISTINCT = ((distinct(6, 2), _MIXED), (distinct(2, 3, 2), _SQUARE))
Fold = Callable[[Any], Any]


def _by_segment(fold: Fold, empty: float, count: int | None) -> Callable[[Any, Any], Any]:
    def reference(data: Any, ids: Any) -> Any:
        rest = data.shape[ids.ndim :]
        rows = data.reshape(-1, *rest)
        flat = ids.reshape(-1)
        segments: list[list[Any]] = [[] for _ in range((int(flat[-1]) + 1) if count is None else count)]
        for row, segment in zip(rows, flat):
            if segment >= 0:
                segments[segment].append(row)
        return np.array([fold(np.array(rows)) if rows else np.full(rest, empty) for rows in segments])

    return reference


def _sorted(name: str, fold: Fold, empty: float, cases: Any) -> Row:
    def call(tf: Any, data: Any, ids: Any) -> Any:
        return getattr(tf.math, name)(data, ids)

    rejects = (
        (
            lambda tf: call(tf, [1.0, 2.0], [1, 0]),
            ValueError,
            f"{name}: segment_ids must be in ascending order",
        ),
        (lambda tf: call(tf, [1.0, 2.0], [-1, 0]), ValueError, "must not be negative; received -1"),
        (lambda tf: call(tf, [1.0, 2.0], [0]), ValueError, "an id for each row of data"),
        (
            lambda tf: call(tf, [1.0, 2.0], [0.0, 1.0]),
            TypeError,
            "segment_ids must be of a dtype among int32, int64",
        ),
        (lambda tf: call(tf, [True, False], [0, 1]), TypeError, "data must be of a dtype among"),
    )
    return Row(f"math.{name}", call, _by_segment(fold, empty, None), cases, rejects=rejects)


def _unsorted(name: str, fold: Fold, empty: float, cases: Any) -> Row:
    def call(tf: Any, data: Any, ids: Any) -> Any:
        found = getattr(tf.math, name)(data, ids, 4)
        return found if math.isfinite(empty) else tf.where(tf.abs(found) > 1e30, 0.0, found)

    rejects = (
        (
            lambda tf: call(tf, [1.0, 2.0], [1, 4]),
            ValueError,
            f"{name}: segment_ids must be below num_segments, 4",
        ),
        (lambda tf: call(tf, [[1.0, 2.0]], [[0]]), ValueError, "must begin with that of segment_ids"),
        (lambda tf: getattr(tf.math, name)([1.0], [0], -1), ValueError, "num_segments must not be negative"),
        (
            lambda tf: call(tf, [1.0, 2.0], [0.0, 1.0]),
            TypeError,
            "segment_ids must be of a dtype among int32, int64",
        ),
    )
    reference = _by_segment(fold, empty if math.isfinite(empty) else 0.0, 4)
    return Row(f"math.{name}", call, reference, cases, rejects=rejects, half=math.isfinite(empty))


def _sum(rows: Any) -> Any:
    return np.array([math.fsum(column) for column in rows.reshape(len(rows), -1).T]).reshape(rows.shape[1:])


def _mean(rows: Any) -> Any:
    return _sum(rows) / len(rows)


def _product(rows: Any) -> Any:
    return np.array([math.prod(column) for column in rows.reshape(len(rows), -1).T]).reshape(rows.shape[1:])


def _largest(rows: Any) -> Any:
    return np.array([max(column) for column in rows.reshape(len(rows), -1).T]).reshape(rows.shape[1:])


def _smallest(rows: Any) -> Any:
    return -_largest(-rows)


ROWS = [
    _sorted("segment_sum", _sum, 0, _DATA),
    _sorted("segment_mean", _mean, 0, _DATA),
    _sorted("segment_prod", _product, 1, (*_DATA, (_ZEROS, _SORTED))),
    _sorted("segment_max", _largest, 0, _DISTINCT),
    _sorted("segment_min", _smallest, 0, _DISTINCT),
    _unsorted("unsorted_segment_sum", _sum, 0, _UNSORTED),
    _unsorted("unsorted_segment_mean", _mean, 0, _UNSORTED),
    _unsorted("unsorted_segment_sqrt_n", lambda rows: _sum(rows) / math.sqrt(len(rows)), 0, _UNSORTED),
    _unsorted("unsorted_segment_prod", _product, 1, (*_UNSORTED, (_ZEROS, _MIXED))),
    _unsorted("unsorted_segment_max", _largest, -math.inf, _UNSORTED_DISTINCT),
    _unsorted("unsorted_segment_min", _smallest, math.inf, _UNSORTED_DISTINCT),
    Row(
        "math.segment_mean",
        lambda tf, data: tf.math.segment_mean(data, [0, 0, 0, 2]),
        lambda data: np.array([[int(sum(map(int, column[:3])) / 3) for column in data.T], [0, 0], data[3]]),
        ((integers(4, 2, low=-9),),),
        variant="integers",
    ),
]
