"""Integers at the edges: the largest and smallest, sums that wrap around, signs of quotients, bits of every place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from polytape_conformance.arrays.call import Call
from polytape_conformance.arrays.elementwise_table import TABLE
from polytape_conformance.arrays.function import INTEGER
from polytape_conformance.arrays.linear import multiplied
from polytape_conformance.arrays.movement import scattered, taken
from polytape_conformance.arrays.reductions import TABLE as REDUCTIONS
from polytape_conformance.case import Case
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level
from polytape_conformance.subject import Subject

PAIRED = (
    *("add", "subtract", "multiply", "maximum", "minimum", "floor_divide", "remainder"),
    *("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"),
    *("bitwise_and", "bitwise_or", "bitwise_xor"),
)
SINGLE = ("negative", "abs", "round", "bitwise_invert")
REDUCED = ("sum", "prod", "max", "min", "argmax", "argmin", "cumulative_sum", "sort", "argsort")


def cases(subject: Subject) -> Iterator[Case]:
    """For each function of integers and dtype: its values at the edges."""
    for dtype in INTEGER:
        edges = edges_of(dtype)
        for name in PAIRED:
            divides = TABLE[name].divisor
            yield _case(name, dtype, _paired(name, dtype, list(product(edges, [e for e in edges if e or not divides]))))
        for name in SINGLE:
            if dtype in TABLE[name].accepts:
                x = np.array(edges, dtype)
                yield _case(name, dtype, [TABLE[name].call(name, (x,), dtype)])
        bits = np.iinfo(dtype).bits
        for name in ("bitwise_left_shift", "bitwise_right_shift"):
            yield _case(name, dtype, _paired(name, dtype, list(product(edges, range(bits)))))
        bases = [base for base in (-3, -2, -1, 0, 1, 2, 3, 5) if base >= np.iinfo(dtype).min]
        yield _case("pow", dtype, _paired("pow", dtype, list(product(bases, (0, 1, 2, 3, 5, 7, bits - 1, bits)))))
        x = np.array([edges, [edges[-1]] * len(edges), edges[::-1]], dtype)
        for name in REDUCED:
            yield _case(name, dtype, [REDUCTIONS[name].call(name, x, {"axis": axis}) for axis in (0, 1)])
        yield _case("matmul", dtype, [multiplied(x, x.T.copy())])
        yield _case("take", dtype, [taken(x, np.array([2, 0], "int64"), 0)])
        yield _case("scatter_add", dtype, [scattered(x, np.array([2, 0, 2], "int64"), x)])


def edges_of(dtype: str) -> list[int]:
    """The ends of the range, what is next to them, small numbers, and some that wider or floating dtypes round."""
    limits = np.iinfo(dtype)
    numbers = {limits.min, limits.min + 1, limits.max - 1, limits.max, 0, 1, 2, 7, limits.max // 3}
    if limits.min < 0:
        numbers |= {-1, -2, -7}
    for bits in (24, 31, 32, 53, 63):
        numbers |= {edge for edge in (2**bits - 1, 2**bits, 2**bits + 1) if edge <= limits.max}
    return sorted(numbers)


def _paired(name: str, dtype: str, pairs: Sequence[tuple[int, int]]) -> list[Call]:
    first, second = (np.array(numbers, dtype) for numbers in zip(*pairs))
    return [TABLE[name].call(name, (first, second), dtype)]


def _case(name: str, dtype: str, calls: list[Call]) -> Case:
    return Case(
        Level.ARRAYS, name, "extremes", lambda subject: Figures.worst(call.run(subject) for call in calls), dtype
    )
