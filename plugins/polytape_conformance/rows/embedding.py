"""Look-ups in tables of embeddings, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape_conformance.row import Row, real


def _rows(table: Any, ids: Any) -> Any:
    result = np.zeros((*ids.shape, *table.shape[1:]))
    for place in np.ndindex(ids.shape):
        result[place] = table[ids[place]]
    return result


def _clipped(rows: Any) -> Any:
    return np.array([row / max(1.0, float(np.linalg.norm(row))) for row in rows])


ROWS = [
    Row(
        "nn.embedding_lookup",
        lambda tf, table, ids: tf.nn.embedding_lookup(table, ids),
        _rows,
        (
            (real(4, 2), np.array([3, 0, 3], "int32")),
            (real(3, 2), np.array([[0, 1], [2, 2]], "int64")),
            (real(3, 2, 2), np.array(1, "int32")),
            (real(3, 2), np.zeros((0,), "int32")),
        ),
        rejects=(
            (lambda tf: tf.nn.embedding_lookup(tf.ones((2, 3)), [2]), IndexError, r"\[0, 2\)"),
            (lambda tf: tf.nn.embedding_lookup(tf.ones((2, 3)), tf.constant([0.5])), TypeError, "float32"),
            (
                lambda tf: tf.nn.embedding_lookup([tf.ones((2, 3)), tf.ones((2, 3))], [0]),
                ValueError,
                "params must be one table",
            ),
        ),
    ),
    Row(
        "nn.embedding_lookup",
        lambda tf, table, ids: tf.nn.embedding_lookup(table, ids, max_norm=1.0),
        lambda table, ids: _clipped(_rows(table, ids)),
        ((real(4, 2) * np.array([[0.1], [3.0], [0.2], [2.0]]), np.array([3, 0, 2, 3], "int32")),),
        variant="max_norm",
    ),
]
