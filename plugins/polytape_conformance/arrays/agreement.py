"""Whether a result is what it must be: shape, dtype, and every element to its last allowed bit."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape_conformance.budgets import Budget, measure
from polytape_conformance.figures import Figures


def agree(found: Any, expected: Any, budget: Budget, *, scale: Any = None, what: Any = "") -> Figures:
    """Raise `AssertionError` unless `found` is `expected` within `budget`, and in the budget's dtype.

    NaN has to meet NaN, an infinity the same one. Where nothing may be off, and where no scale is given, zero has to
    meet a zero of the same sign.

    Args:
        found: a NumPy array.
        expected: the same in at least the precision of the dtype.
        budget: what each element may be off.
        scale: a magnitude that the numbers computed with had, where they may cancel.
        what: what was computed: a text, or what `str` makes one of.
    """
    assert found.shape == expected.shape, f"{what}: shape {found.shape}, expected {expected.shape}"
    assert found.dtype == budget.dtype, f"{what}: dtype {found.dtype.name}, expected {budget.dtype}"
    if not budget.ulp and found.dtype == expected.dtype and found.tobytes() == expected.tobytes():
        return Figures(0.0, 0.0, 0.0)
    if found.dtype.kind in "biu":
        _require(found, expected, found == expected, what)
        return Figures(0.0, 0.0, 0.0)
    if found.dtype.kind == "c" and not budget.ulp:
        part = Budget(0.0, found.real.dtype.name)
        agree(found.real, expected.real, part, what=f"the real part of {what}")
        return agree(found.imag, expected.imag, part, what=f"the imaginary part of {what}")
    if found.dtype.kind == "f" and scale is None:
        signs = (expected != 0) | (found != 0) | (np.signbit(found) == np.signbit(expected))
        _require(found, expected, signs, what)
    ulp, relative = measure(found, expected, budget.dtype, scale)
    worst = float(np.max(ulp, initial=0.0))
    _require(found, expected, ulp <= budget.ulp, what, f": {worst:.3g} ULP apart, where {budget.ulp:.3g} are allowed")
    return Figures(worst, float(np.max(relative, initial=0.0)), worst / budget.ulp if budget.ulp else 0.0)


def _require(found: Any, expected: Any, right: Any, what: Any, more: str = "") -> None:
    right = np.asarray(right)
    if not np.all(right):
        wrong = np.argwhere(~right)
        place = tuple(map(int, wrong[0]))
        raise AssertionError(
            f"{what}: {found[place]!r} at {place}, expected {expected[place]!r}; {len(wrong)} of {found.size} elements "
            f"are wrong{more}"
        )
