"""What an array should be, how far it may be off, and what may excuse more than that."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from polytape.op import OPS
from polytape_conformance.budgets import DTYPES, budget, parts, spacing
from polytape_conformance.op_class import OpClass
from polytape_conformance.shadow.call import WELL_CONDITIONED, Call
from polytape_conformance.shadow.reference import Reference

JUMPS = frozenset(("floor_divide", "remainder", "truncate_divide", "truncate_remainder"))
"""Ops of those classes whose results jump where a quotient that is rounded reaches a whole number."""
_DRAWS = 4


@dataclass(frozen=True)
class Standard:
    """What an array should be.

    Attributes:
        expected: the array.
        unit: the size of a unit in the last place, for each element.
        limit: how many units each element may be off.
    """

    expected: Any
    unit: Any
    limit: float


def standard(call: Call, expected: Any, dtype: str, scale: Any = None) -> Standard:
    """What an output of `call` in `dtype` should be, by the budget of the op's class.

    Args:
        call: the call.
        expected: the output, as exact as the reference has it.
        dtype: the dtype in which it is rounded.
        scale: the size of the terms that make it up, by default that of its largest element where terms may cancel.
    """
    op_class = call.op_class
    if dtype not in DTYPES or expected.dtype.kind not in "fc":
        return Standard(expected, 1.0, 0.0)
    size = np.abs(expected)
    if scale is None:
        scale = np.max(size, initial=0.0, where=np.isfinite(size)) if op_class.cancels else 0.0
    smallest = float(np.finfo(parts(dtype)).smallest_normal)
    unit = spacing(np.maximum(size, scale), dtype)
    unit = np.where(size < smallest, np.maximum(unit, smallest), unit)  # what is so small may become zero
    return Standard(expected, unit, budget(op_class, dtype, terms(call, expected)).ulp)


def terms(call: Call, expected: Any) -> int:
    """About how many terms make up one element of the result."""
    arrays = [array for array in call.arrays if array.size]
    op = getattr(OPS.get(call.name), "op", None)
    element_by_element = op.broadcasts if op is not None else call.name.endswith("_update")
    if not arrays or not expected.size or not call.op_class.cancels or element_by_element:
        return 1
    counts: list[float] = [max(array.size for array in arrays) / expected.size]
    if call.op_class is OpClass.PRODUCT:
        counts.append(math.sqrt(math.prod(array.size for array in arrays) / expected.size))
    else:
        counts += [length for array in arrays for length in array.shape]
    return math.ceil(max(counts))


def excuses(reference: Reference, call: Call, index: int, strict: Standard, dtype: str) -> Iterator[Standard]:
    """What else output `index` may be, where it is not what `strict` says; asked for only then.

    It may be as far off as the size of terms that cancel, or a change of the inputs in their last place, accounts for.
    And it may be what the reference itself gives in the dtype of the call, which overflows and rounds in between, too.
    """
    op_class = call.op_class
    if op_class in (OpClass.REDUCTION, OpClass.PRODUCT):
        sizes = call.mapped(lambda array: np.abs(array) if array.dtype.kind in "fc" else array)
        terms = np.abs(reference.exact(sizes)[index])
        strict = standard(call, strict.expected, dtype, np.where(np.isfinite(terms), terms, 0.0))
    if op_class not in WELL_CONDITIONED or call.name in JUMPS:
        unit = np.maximum(strict.unit, _response(reference, call, index, strict.expected))
        strict = Standard(strict.expected, unit, max(strict.limit, 1.0))
    yield strict
    if parts(dtype) != "float64":
        same = reference.same(call)[index]
        wide = same.astype(strict.expected.dtype)
        both_round = 1 if op_class in WELL_CONDITIONED else 2
        yield Standard(wide, standard(call, wide, dtype).unit, both_round * strict.limit)


def _response(reference: Reference, call: Call, index: int, expected: Any) -> Any:
    """How far the result moves as each number that goes in moves to one of its neighbours, at most."""
    wide = call.widened()
    dtype = call.precision
    if dtype is None:
        return 0.0
    moved: Any = 0.0
    for draw in range(_DRAWS):
        generator = np.random.default_rng(draw)

        def shaken(array: Any, generator: Any = generator) -> Any:
            if array.dtype.kind not in "fc":
                return array
            return array + generator.choice((-1.0, 1.0), array.shape) * spacing(array, dtype)

        with np.errstate(all="ignore"):
            difference = np.abs(reference.exact(wide.mapped(shaken))[index] - expected)
        moved = np.maximum(moved, np.where(np.isnan(difference), np.inf, difference))
    return moved
