"""Trigonometric and hyperbolic functions, number by number with Python's `math`."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from polytape_conformance.by_element import by_element
from polytape_conformance.row import Row, positive, real


def _cases(low: float, high: float) -> tuple[tuple[object, ...], ...]:
    """Numbers between two limits, of several shapes."""
    return (
        (real(2, 3, low=low, high=high),),
        (real(3, 2, low=low, high=high).T,),
        (real(0, 2),),
        (np.float64(0.7 * low + 0.3 * high),),
    )


def _row(name: str, function: Callable[[float], float], low: float, high: float, tolerance: float = 1.0) -> Row:
    return Row(
        name,
        lambda tf, x: getattr(tf, name)(x),
        by_element(function),
        _cases(low, high),
        complex=True,
        rejects=((lambda tf: getattr(tf, name)(1), TypeError, "int32"),),
        alias_of=(f"math.{name}", "nn.tanh") if name == "tanh" else (f"math.{name}",),
        tolerance=tolerance,
    )


ROWS = [
    _row("sin", math.sin, -4, 4),
    _row("cos", math.cos, -4, 4),
    _row("tan", math.tan, -1.2, 1.2),
    _row("asin", math.asin, -0.9, 0.9),
    _row("acos", math.acos, -0.9, 0.9),
    _row("atan", math.atan, -4, 4),
    _row("sinh", math.sinh, -3, 3),
    _row("cosh", math.cosh, -3, 3),
    _row("tanh", math.tanh, -3, 3),
    _row("asinh", math.asinh, -4, 4),
    _row("acosh", math.acosh, 1.2, 4),
    _row("atanh", math.atanh, -0.9, 0.9),
    Row(
        "atan2",
        lambda tf, y, x: tf.atan2(y, x),
        by_element(math.atan2),
        (
            (real(2, 3), positive(2, 3, seed=1)),
            (real(2, 1, 3), -positive(4, 1, seed=1)),
            (real(), positive(3)),
            (real(0, 3), positive(3)),
        ),
        alias_of=("math.atan2",),
    ),
    Row(
        "atan2",
        lambda tf, y, x: tf.atan2(x=x, y=y),
        by_element(math.atan2),
        ((real(3), positive(3)),),
        variant="by name",
    ),
]
