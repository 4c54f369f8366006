"""Diagonals of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape_conformance.linear import linear
from polytape_conformance.row import Row, booleans, integers, real


def _place(number: int, index: int) -> tuple[int, int]:
    return (index, index + number) if number >= 0 else (index - number, index)


def _longest(rows: int, columns: int, low: int, high: int) -> int:
    return max(_length(rows, columns, number) for number in range(low, high + 1))


def _length(rows: int, columns: int, number: int) -> int:
    return sum(1 for index in range(rows + columns) if all(np.array(_place(number, index)) < (rows, columns)))


def _start(number: int, shorter_by: int, align: str) -> int:
    above, below = align.split("_")
    left = "LEFT" in ((above,) if number > 0 else (below,) if number < 0 else (above, below))
    return 0 if left else shorter_by


def _read(x: Any, low: int, high: int, align: str = "RIGHT_LEFT", padding: Any = 0) -> Any:
    rows, columns = x.shape[-2:]
    longest = _longest(rows, columns, low, high)
    result = np.full((*x.shape[:-2], high - low + 1, longest), padding, x.dtype)
    for line, number in enumerate(range(high, low - 1, -1)):
        length = _length(rows, columns, number)
        for index in range(length):
            i, j = _place(number, index)
            result[..., line, _start(number, longest - length, align) + index] = x[..., i, j]
    return result if low != high else result[..., 0, :]


def _write(x: Any, diagonal: Any, low: int, high: int, align: str = "RIGHT_LEFT") -> Any:
    result = np.array(x)
    rows, columns = x.shape[-2:]
    lines = diagonal[..., None, :] if low == high else diagonal
    for line, number in enumerate(range(high, low - 1, -1)):
        length = _length(rows, columns, number)
        for index in range(length):
            start = _start(number, _longest(rows, columns, low, high) - length, align)
            result[(..., *_place(number, index))] = lines[..., line, start + index]
    return result


def _zeros(diagonal: Any, rows: int, columns: int, axes: int = 1, value: Any = 0) -> Any:
    return np.full((*diagonal.shape[:-axes], rows, columns), value, diagonal.dtype)


ROWS: list[Row] = [
    linear(
        "linalg.diag_part",
        lambda tf, x: [tf.linalg.diag_part(x), tf.linalg.diag_part(x, k=1), tf.linalg.diag_part(x, k=-1)],
        lambda x: [_read(x, 0, 0), _read(x, 1, 1), _read(x, -1, -1)],
        ((real(3, 3),), (real(2, 4),), (real(2, 3, 2),), (integers(3, 3),), (booleans(2, 2),)),
        rejects=(
            (lambda tf: tf.linalg.diag_part([1, 2]), ValueError, "at least two axes"),
            (lambda tf: tf.linalg.diag_part([[1, 2]], k=2), ValueError, "k must be from 0 to 1"),
            (lambda tf: tf.linalg.diag_part([[1, 2]], k=(1, 0)), ValueError, "lowest and the highest"),
            (
                lambda tf: tf.linalg.diag_part([[1, 2]], k=(0, 1), align="UP"),
                ValueError,
                "align must be one of",
            ),
        ),
    ),
    *[
        linear(
            "linalg.diag_part",
            lambda tf, x, align=align: tf.linalg.diag_part(x, k=(-1, 2), padding_value=9, align=align),
            lambda x, align=align: _read(x, -1, 2, align, 9),
            ((real(3, 4),), (real(2, 4, 3),)),
            variant=align,
        )
        for align in ("RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT")
    ],
    linear(
        "linalg.diag_part",
        lambda tf, x: tf.linalg.diag_part(x),
        lambda x: np.empty(0),
        ((real(0, 0),),),
        variant="empty",
    ),
    linear(
        "linalg.diag",
        lambda tf, x: [
            tf.linalg.diag(x),
            tf.linalg.diag(x, k=1),
            tf.linalg.diag(x, k=-2, padding_value=5),
            tf.linalg.diag(x, num_rows=x.shape[-1] + 1),
        ],
        lambda x: [
            _write(_zeros(x, x.shape[-1], x.shape[-1]), x, 0, 0),
            _write(_zeros(x, x.shape[-1] + 1, x.shape[-1] + 1), x, 1, 1),
            _write(_zeros(x, x.shape[-1] + 2, x.shape[-1] + 2, value=5), x, -2, -2),
            _write(_zeros(x, x.shape[-1] + 1, x.shape[-1]), x, 0, 0),
        ],
        ((real(3),), (real(2, 2),), (integers(2),)),
        rejects=(
            (lambda tf: tf.linalg.diag(1.0), ValueError, "too few axes"),
            (lambda tf: tf.linalg.diag([1.0, 2.0], num_rows=1), ValueError, "have no diagonals 0 to 0"),
            (lambda tf: tf.linalg.diag([1.0, 2.0], num_rows=3, num_cols=3), ValueError, "have no diagonals"),
        ),
    ),
    *[
        linear(
            "linalg.diag",
            lambda tf, x, align=align: tf.linalg.diag(x, k=(-1, 1), align=align),
            lambda x, align=align: _write(_zeros(x, 3, 3, 2), x, -1, 1, align),
            ((real(3, 3),), (real(2, 3, 3),), (booleans(3, 3),)),
            variant=align,
        )
        for align in ("RIGHT_LEFT", "LEFT_RIGHT")
    ],
    linear(
        "linalg.set_diag",
        lambda tf, x, diagonal: tf.linalg.set_diag(x, diagonal),
        lambda x, diagonal: _write(x, diagonal, 0, 0),
        ((real(3, 3), real(3, seed=1)), (real(2, 2, 3), real(2, 2, seed=1)), (integers(3, 2), integers(2))),
        rejects=((lambda tf: tf.linalg.set_diag([[1, 2], [3, 4]], [1]), ValueError, r"must be of shape \[2\]"),),
    ),
    linear(
        "linalg.set_diag",
        lambda tf, x, diagonal: tf.linalg.set_diag(x, diagonal, k=(-1, 1), align="LEFT_RIGHT"),
        lambda x, diagonal: _write(x, diagonal, -1, 1, "LEFT_RIGHT"),
        ((real(3, 3), real(3, 3, seed=1)), (real(3, 4), real(3, 3, seed=1))),
        variant="band",
    ),
    linear(
        "linalg.tensor_diag",
        lambda tf, x: tf.linalg.tensor_diag(x),
        lambda x: np.array([v if i == j else 0 for i, v in enumerate(x.flat) for j in range(x.size)]).reshape(
            x.shape * 2
        ),
        ((real(3),), (real(2, 2),), (integers(2),)),
    ),
    linear(
        "linalg.tensor_diag_part",
        lambda tf, x: tf.linalg.tensor_diag_part(x),
        lambda x: np.array([x[p + p] for p in np.ndindex(x.shape[: x.ndim // 2])]).reshape(x.shape[: x.ndim // 2]),
        ((real(3, 3),), (real(2, 3, 2, 3),)),
        rejects=((lambda tf: tf.linalg.tensor_diag_part([[1, 2]]), ValueError, "second half of the axes"),),
    ),
]
