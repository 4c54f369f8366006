"""Running sums, products and log-sum-exps. The references are loops."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from polytape_conformance.row import Row, integers, real

_ZEROS = np.array([[1.5, 0.0, -2.0, 1.0], [0.0, 3.0, 0.0, 0.5], [0.5, 2.0, -1.0, 3.0]])
_INPUTS = ((real(3, 4),), (real(5, 2).T,), (real(2, 3, 2),), (real(0, 3),), (real(1, 1),))


def _scanned(step: Callable[[Any, Any], Any], start: Any, axis: int, exclusive: bool, reverse: bool) -> Any:
    def reference(x: Any) -> Any:
        result = np.array(x)
        lines = np.moveaxis(result, axis, -1)
        for index in np.ndindex(*lines.shape[:-1]):
            total = start
            places = range(lines.shape[-1])
            for place in reversed(places) if reverse else places:
                value = lines[index][place]
                after = step(total, value)
                lines[index][place] = total if exclusive else after
                total = after
        return result

    return reference


def _log_add_exp(x: float, y: float) -> float:
    larger, smaller = max(x, y), min(x, y)
    return larger + math.log1p(math.exp(smaller - larger)) if smaller > -math.inf else larger


def _rows(name: str, step: Callable[[Any, Any], Any], start: Any, cases: Any, rejects: Any) -> list[Row]:
    found = []
    for axis, exclusive, reverse in (
        (0, False, False),
        (-1, True, False),
        (-1, False, True),
        (1, True, True),
    ):

        def call(tf: Any, x: Any, axis: int = axis, exclusive: bool = exclusive, reverse: bool = reverse) -> Any:
            return getattr(tf.math, name)(x, axis=axis, exclusive=exclusive, reverse=reverse)

        variant = "_".join(word for word, on in (("exclusive", exclusive), ("reverse", reverse)) if on)
        reference = _scanned(step, start, axis, exclusive, reverse)
        found.append(Row(f"math.{name}", call, reference, cases, variant=variant, rejects=() if variant else rejects))
    return found


def _rejects(name: str) -> Any:
    return (
        (lambda tf: getattr(tf.math, name)([1.0], axis=1), ValueError, f"{name}: axis 1 is out of range"),
        (lambda tf: getattr(tf.math, name)(1.0), ValueError, "it has no axes"),
        (lambda tf: getattr(tf.math, name)([True]), TypeError, "must be of a dtype among"),
    )


# Where nothing is summed yet, TensorFlow has the lowest value of the dtype under test in place of -∞.
_LOGSUMEXP = _rows(
    "cumulative_logsumexp",
    _log_add_exp,
    -math.inf,
    (
        (real(3, 4),),
        (real(5, 2).T,),
        (real(2, 4) * 300,),
    ),
    _rejects("cumulative_logsumexp"),
)


ROWS = [
    *_rows(
        "cumsum",
        lambda total, value: total + value,
        0,
        (*_INPUTS, (integers(2, 5, low=-5),)),
        _rejects("cumsum"),
    ),
    *_rows(
        "cumprod",
        lambda total, value: total * value,
        1,
        (*_INPUTS, (_ZEROS,), (integers(2, 5, low=-5),)),
        _rejects("cumprod"),
    ),
    *[row for row in _LOGSUMEXP if "exclusive" not in row.variant],
    Row(
        "math.cumulative_logsumexp",
        lambda tf, x: tf.math.cumulative_logsumexp(x, exclusive=True)[1:],
        lambda x: np.array([math.log(math.fsum(map(math.exp, x[:end]))) for end in range(1, len(x))]),
        ((real(5),),),
        variant="exclusive",
    ),
    Row(
        "cumsum",
        lambda tf, x: tf.cumsum(x),
        _scanned(lambda total, value: total + value, 0, 0, False, False),
        ((real(4),),),
    ),
]
