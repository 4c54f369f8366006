"""Softmax and its logarithm against their definition, row by row, in exact exponentials."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from polytape_conformance.row import Row, real

_FAR = np.array([[-1000.0, 0.0, 1000.0], [5.0, 5.0, 5.0], [-200.0, 100.0, 110.0]])
_CASES = ((real(2, 4),), (real(3, 2).T,), (real(1, 2, 3),), (real(2, 0),), (real(0, 2),), (_FAR,), (real(1),))


def _along(axis: int, function: Callable[[list[float]], list[float]]) -> Callable[..., Any]:
    return lambda x: np.apply_along_axis(lambda row: function(list(row)), axis, x) if x.size else x


def probabilities(row: list[float]) -> list[float]:
    """exp(x - largest) / Σ exp(x - largest)."""
    exponentials = [math.exp(item - max(row)) for item in row]
    return [item / math.fsum(exponentials) for item in exponentials]


def log_probabilities(row: list[float]) -> list[float]:
    """x - largest - log Σ exp(x - largest)."""
    total = math.log(math.fsum(math.exp(item - max(row)) for item in row))
    return [item - max(row) - total for item in row]


_REJECTS = (
    (lambda tf: tf.nn.softmax([[1.0]], axis=2), ValueError, "axis 2 is out of range"),
    (lambda tf: tf.nn.softmax(1.0), ValueError, "axis -1 is out of range"),
    (lambda tf: tf.nn.softmax([1, 2]), TypeError, "int32"),
)

ROWS = [
    Row(
        "nn.softmax",
        lambda tf, x: tf.nn.softmax(x),
        _along(-1, probabilities),
        _CASES,
        rejects=_REJECTS,
        alias_of=("math.softmax",),
    ),
    Row(
        "nn.softmax",
        lambda tf, x: tf.nn.softmax(x, axis=-2),
        _along(-2, probabilities),
        ((real(3, 2),), (real(2, 3, 2),)),
        variant="axis",
    ),
    Row(
        "nn.log_softmax",
        lambda tf, x: tf.nn.log_softmax(x),
        _along(-1, log_probabilities),
        tuple(case for case in _CASES if case[0] is not _FAR),
        alias_of=("math.log_softmax",),
    ),
    Row(
        "nn.log_softmax",
        lambda tf, x: tf.nn.log_softmax(x),
        _along(-1, log_probabilities),
        ((_FAR,),),
        variant="far from zero",
        tolerance=8,  # log(1 + ε) of the sum keeps of ε what fits beside the 1
    ),
    Row(
        "nn.log_softmax",
        lambda tf, x: tf.nn.log_softmax(x, axis=0),
        _along(0, log_probabilities),
        ((real(3, 2),), (real(2, 3, 2),)),
        variant="axis",
        rejects=((lambda tf: tf.nn.log_softmax([1.0], axis="last"), TypeError, "axis must be an integer"),),
    ),
]
