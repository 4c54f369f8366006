"""Permutations of indices."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape_conformance.row import Row


def _inverse(x: Any) -> Any:
    places = {int(item): place for place, item in enumerate(x)}
    return np.array([places[item] for item in sorted(places)], x.dtype)


ROWS = [
    Row(
        "math.invert_permutation",
        lambda tf, x: tf.math.invert_permutation(x),
        _inverse,
        ((np.array([3, 4, 0, 2, 1], "int32"),), (np.array([1, 0], "int64"),), (np.array([], "int32"),)),
        rejects=(
            (lambda tf: tf.math.invert_permutation([1.0]), TypeError, "received float32"),
            (lambda tf: tf.math.invert_permutation([[0]]), ValueError, "must have one axis"),
            (lambda tf: tf.math.invert_permutation([0, 0]), ValueError, "must hold each number"),
            (lambda tf: tf.math.invert_permutation([1, 2]), ValueError, "must hold each number"),
        ),
    ),
]
