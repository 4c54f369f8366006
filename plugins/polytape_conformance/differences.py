"""Derivatives of a row's reference by central differences: the oracle of gradients, which shares no code with the op.

A central difference has an error in even powers of the step. From three steps, each half of the one before, two of
those powers are removed (Richardson extrapolation); how far the last removal moved the result says how far it can be
trusted. Where a kink or the end of the domain lies within the steps they are made smaller.

Source: C. J. F. Ridders, Accurate computation of F'(x) and F'(x)F''(x), Advances in Engineering Software 4 (1982).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

_STEPS = (1e-2, 1e-3, 1e-4)
_NOISE = 16 * float(np.finfo(np.float64).eps)
"""What rounding leaves uncertain of a reference's results, relative to the largest of them."""


@dataclass(frozen=True)
class Derivative:
    """A derivative, and how far it may be off, element by element."""

    value: Any
    doubt: Any


Function = Callable[..., Any]
"""From float64 arrays to one flat float64 array."""


def jacobian(function: Function, at: tuple[Any, ...], position: int) -> Derivative:
    """The derivative of all outputs by all elements of one input: of shape (outputs, elements)."""
    columns = [
        _extrapolated(partial(_slope, function, at, position, k), lambda h: 1 / h, 1e-10, _size(at))
        for k in range(np.asarray(at[position]).size)
    ]
    return _joined(columns, function(*at).size)


def mixed(function: Function, at: tuple[Any, ...], inner: int, direction: Any, outer: int) -> Derivative:
    """The derivative along `direction` in one input, and then by each element of another: (outputs, elements)."""
    kept: dict[Any, Any] = {}

    def along(moves: list[tuple[int, int | None, Any]], key: Any) -> Any:
        if key is None:
            return function(*_moved(at, moves))
        if key not in kept:
            kept[key] = function(*_moved(at, moves))
        return kept[key]

    def twist(element: int, h: float) -> tuple[Any, Any]:
        """Abramowitz and Stegun, Handbook of Mathematical Functions, 25.3.27."""
        middle, total, size = along([], 0), 0.0, 0.0
        for sign in (h, -h):
            one, other = (inner, None, sign * direction), (outer, element, sign)
            both = along([one, other], None)
            total = total + both - along([one], ("inner", sign)) - along([other], (element, sign)) + middle
            size = np.maximum(size, np.abs(both))
        return total / (2 * h * h), size

    columns = [
        _extrapolated(partial(twist, k), lambda h: 1 / h**2, 1e-8, _size(at)) for k in range(np.asarray(at[outer]).size)
    ]
    return _joined(columns, function(*at).size)


def _size(at: tuple[Any, ...]) -> float:
    return max([float(np.max(np.abs(x), initial=0.0)) for x in at if x.dtype.kind == "f"], default=0.0)


def _joined(columns: list[Derivative], rows: int) -> Derivative:
    if not columns:
        return Derivative(np.zeros((rows, 0)), np.zeros((rows, 0)))
    return Derivative(*[np.stack([getattr(c, name) for c in columns], axis=1) for name in ("value", "doubt")])


def _extrapolated(
    difference: Callable[[float], tuple[Any, Any]], amplified: Callable[[float], float], sound: float, inputs: float
) -> Derivative:
    """The limit of a difference quotient whose error is even in the step.

    Args:
        difference: from the step to the quotient, and the size of the function's values.
        amplified: from the step to the factor by which the quotient magnifies rounding errors of those values.
        sound: the relative doubt at which no smaller steps are tried.
        inputs: the size of the inputs, which the function rounds, too.
    """
    best: Derivative | None = None
    for step in _STEPS:
        found = [difference(step / 2**k) for k in range(3)]
        first, second, third = [each for each, _ in found]
        size = max(inputs, *[float(np.max(each, initial=0.0)) for _, each in found])
        with np.errstate(all="ignore"):
            once, twice = second + (second - first) / 3, third + (third - second) / 3
            value = twice + (twice - once) / 15
            doubt = 4 * np.abs(value - twice) + _NOISE * size * amplified(step / 4)
        doubt = np.where(np.isfinite(doubt), doubt, np.inf)
        if best is None:
            best = Derivative(value, doubt)
        else:
            better = doubt < best.doubt
            best = Derivative(np.where(better, value, best.value), np.where(better, doubt, best.doubt))
        if np.all(best.doubt <= sound * np.maximum(max(1.0, size), np.abs(best.value))):
            break
    assert best is not None
    return best


def _slope(function: Function, at: tuple[Any, ...], position: int, element: int, h: float) -> tuple[Any, Any]:
    there = [function(*_moved(at, [(position, element, sign * h)])) for sign in (1, -1)]
    return (there[0] - there[1]) / (2 * h), np.abs(there)


def _moved(at: tuple[Any, ...], moves: list[tuple[int, int | None, Any]]) -> list[Any]:
    arrays = list(at)
    for position, element, by in moves:
        array = np.array(arrays[position], order="C")
        if element is None:
            array += by
        else:
            array.reshape(-1)[element] += by
        arrays[position] = array
    return arrays
