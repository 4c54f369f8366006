"""Floating-point numbers at the edges: NaN, infinities, zeros of both signs, the largest, the smallest, subnormal ones.

What elements must become is what `scalars` says, which is IEEE 754 and C's Annex F. Cases are small, a call each for
every operand or pair of operands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import inf, log, nan
from typing import Any

import numpy as np

from polytape_conformance.arrays.call import Call
from polytape_conformance.arrays.elementwise_table import TABLE
from polytape_conformance.arrays.flat import by_element
from polytape_conformance.arrays.function import FLOATING
from polytape_conformance.arrays.linear import multiplied
from polytape_conformance.arrays.movement import scattered
from polytape_conformance.arrays.reductions import TABLE as REDUCTIONS
from polytape_conformance.case import Case
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level
from polytape_conformance.subject import Subject

EDGES = (0.0, -0.0, inf, -inf, nan, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0)
"""What functions of one number, and of two, are tried on."""
HALVES = (0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5, 1023.5, 1024.5, 0.49997, -0.49997)
"""Where rounding has to choose."""
FAR = (1e-3, -1e-3, 3e-4, 4.5, -4.5, 9.0, -9.0, 100.5, -100.5, 3000.0, -3000.0, 65000.0)
"""Where a formula that does for numbers near one no longer does."""
DIVIDENDS, DIVISORS = (5.5, -5.5, 4.0, -4.0, 0.75, -0.75), (2.0, -2.0, 0.5, -0.5)
PERIODIC = ("sin", "cos", "tan")
OF_TWO = (
    *("add", "subtract", "multiply", "divide", "pow", "atan2", "maximum", "minimum"),
    *("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"),
)
OF_ONE = tuple(name for name, entry in TABLE.items() if len(entry.domains) == 1 and set(FLOATING) & set(entry.accepts))


def cases(subject: Subject) -> Iterator[Case]:
    """For each function and floating-point dtype: its values at the edges."""
    for dtype in FLOATING:
        for name in (*OF_ONE, *OF_TWO, "floor_divide", "remainder"):
            yield _case(name, "special values", dtype, elementwise(name, dtype))
        for name, calls in (*_reductions(dtype), *_others(dtype)):
            yield _case(name, "special values", dtype, calls)
        for name in ("add", "subtract", "multiply", "divide", "sqrt", "abs", "exp", "equal", "less", "maximum"):
            yield _case(name, "subnormal numbers", dtype, [_subnormal(name, dtype)])
    for dtype in ("complex64", "complex128"):
        for name in ("sqrt", "log"):
            yield _case(name, "branch cut", dtype, [_call(name, ([-4 + 0j, -1 + 0j, -0.25 + 0j],), dtype)])


def _case(name: str, check: str, dtype: str, calls: Sequence[Call]) -> Case:
    return Case(Level.ARRAYS, name, check, lambda subject: Figures.worst(call.run(subject) for call in calls), dtype)


def _call(name: str, operands: tuple[Sequence[Any], ...], dtype: str) -> Call:
    return TABLE[name].call(name, tuple(np.array(each).astype(dtype) for each in operands), dtype)


def elementwise(name: str, dtype: str) -> list[Call]:
    """Calls of one function on every edge, or on every pair of edges."""
    if name in OF_ONE:
        largest = float(np.finfo(dtype).max)
        numbers = (
            *EDGES,
            *HALVES,
            *FAR,
            *(() if name in PERIODIC else (largest, -largest)),
            float(np.finfo(dtype).tiny),
        )
        return [_call(name, (numbers,), dtype)]
    if TABLE[name].divisor:
        pairs = list(product(DIVIDENDS, DIVISORS))
    else:
        pairs = list(product(EDGES, (*EDGES, 3.0, -3.0) if name == "pow" else EDGES))
    return [_call(name, ([x for x, _ in pairs], [y for _, y in pairs]), dtype)]


def _subnormal(name: str, dtype: str) -> Call:
    """Results and operands below the smallest normal number."""
    tiny, least = float(np.finfo(dtype).tiny), float(np.finfo(dtype).smallest_subnormal)
    x, y = [tiny, tiny / 2, least, 3 * least, -tiny / 4], [tiny / 4, tiny, 2 * least, -least, 2 * tiny]
    if name == "multiply":
        y = [0.5, 0.25, 1.0, -1.0, 2.0]
    if name == "exp":
        x = [log(tiny) - 1.0, log(tiny) - 3.0, log(tiny) - 100.0]
    if name == "divide":
        y = [2.0, 4.0, 1.0, -1.0, 0.5]
    return _call(name, (x, y)[: len(TABLE[name].domains)], dtype)


_ROWS = {
    "sum": ([1, inf, 2], [inf, -inf, 1], [1, nan, 2], [-0.0, -0.0, 0.0], [-inf, 1, 1]),
    "prod": ([2, inf, -1], [0, inf, 1], [1, nan, 0], [-inf, -inf, 1]),
    "max": ([1, inf, -inf], [nan, 1, inf], [1, inf, nan], [-inf, -inf, -inf], [-1, nan, -3]),
    "min": ([1, inf, -inf], [nan, 1, -inf], [1, -inf, nan], [inf, inf, inf], [-1, nan, -3]),
    "argmax": ([1, inf, inf], [-inf, -inf, -inf], [3, 3, 1], [0.0, -0.0, 0.0], [1, nan, nan]),
    "argmin": ([1, -inf, -inf], [inf, inf, inf], [3, 1, 1], [-0.0, 0.0, 0.0], [1, nan, nan]),
    "cumulative_sum": ([1, inf, 2], [inf, -inf, 1], [1, nan, 2], [-inf, 1, 1]),
    "sort": ([nan, 1, -inf, inf, -1], [inf, nan, 3, nan, 2], [nan, nan, nan, nan, nan], [2, 1, inf, inf, -inf]),
    "argsort": ([nan, 1, -inf, inf, -1], [inf, nan, 3, nan, 2], [1, nan, 1, nan, 1], [0.0, -0.0, 0.0, -0.0, -1]),
}
"""Rows with edges in them, which must not touch other rows."""


def _reductions(dtype: str) -> Iterator[tuple[str, list[Call]]]:
    for name, rows in _ROWS.items():
        x = np.array(rows, dtype)
        calls = [REDUCTIONS[name].call(name, x, {"axis": 1}), REDUCTIONS[name].call(name, x.T.copy(), {"axis": 0})]
        yield name, [_without_scale(call) if call.scale else call for call in calls]


def _others(dtype: str) -> Iterator[tuple[str, list[Call]]]:
    x = np.array([[1, 2], [nan, 3], [inf, 4], [0, 1]], dtype)
    y = np.array([[1, 0, -1], [2, 1, 0]], dtype)
    yield "matmul", [_without_scale(multiplied(x, y))]
    updates = np.array([[1, 2], [nan, 1], [inf, 1], [-inf, 1], [inf, 0]], dtype)
    places = np.array([0, 1, 2, 2, 3], "int32")
    yield "scatter_add", [_without_scale(scattered(np.ones((5, 2), dtype), places, updates))]
    condition = np.array([True, False, True, False])
    inputs = (condition, np.array([nan, nan, -0.0, inf], dtype), np.array([1, 2, nan, -0.0], dtype))
    yield "where", [Call("where", inputs, _chosen(inputs, dtype), (dtype,))]


def _without_scale(call: Call) -> Call:
    """The same call where infinities make the size of its terms no measure."""
    return replace(call, terms=4, scale=lambda: 8.0)


def _chosen(inputs: tuple[Any, ...], dtype: str) -> Callable[[], tuple[Any, ...]]:
    return lambda: (by_element(lambda c, a, b: a if c else b, inputs, dtype),)
