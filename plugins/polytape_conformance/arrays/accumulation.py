"""Sums of many terms: an accumulator of too few digits, or one that takes the terms one by one, is found out.

Where they lie side by side in memory the terms are all alike: every addition to a running sum then rounds to the same
side, and a plain loop is off by a part in a hundred after 400,000 terms in float32, and stands still after 2,000 in
float16. Along other axes plain loops over float32 are usual, so there the terms differ, and only too few digits show.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polytape_conformance.arrays.agreement import agree
from polytape_conformance.arrays.call import Call
from polytape_conformance.arrays.function import INEXACT
from polytape_conformance.arrays.linear import multiplied
from polytape_conformance.arrays.reductions import TABLE, total
from polytape_conformance.arrays.samples import numbers
from polytape_conformance.budgets import Budget
from polytape_conformance.case import Case
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level
from polytape_conformance.subject import Subject

MANY = 400_003
REDUCED: tuple[tuple[tuple[int, ...], Any], ...] = (
    *[((MANY,), None), ((MANY,), 0), ((2, MANY // 2), 1), ((2, MANY // 2), None), ((97, 41, 103), (1, 2))],
)
ACROSS: tuple[tuple[tuple[int, ...], Any], ...] = (((50_021, 2), 0), ((307, 151, 3), (0, 1)))


def cases(subject: Subject) -> Iterator[Case]:
    """A case for each function that adds up, and dtype."""
    for dtype in INEXACT:
        for name in ("sum", "mean"):
            yield Case(Level.ARRAYS, name, "accumulation", _alike(name, dtype), dtype, quick=False)
            yield Case(Level.ARRAYS, name, "accumulation", _across(name, dtype), dtype, "leading-axes", quick=False)
        yield Case(Level.ARRAYS, "cumulative_sum", "accumulation", _running(dtype), dtype, quick=False)
        yield Case(Level.ARRAYS, "matmul", "accumulation", _products(dtype), dtype, quick=False)
        if dtype[0] == "f":
            yield Case(Level.ARRAYS, "convolution", "accumulation", _convolution(dtype), dtype, quick=False)


def tolerated(dtype: str, terms: int) -> Budget:
    """What a sum of many terms may be off: half precision is to be added up in single precision.

    Sums of sums, in blocks or in pairs, stay within a few units; √n is allowed to those in blocks of √n terms.
    """
    return Budget(2.0 if dtype == "float16" else 1.0 + math.sqrt(terms) / 4, dtype)


def _alike(name: str, dtype: str) -> Callable[[Subject], Figures | None]:
    number = np.array(0.1, dtype)  # 400,003 of it are within float16's range

    def run(subject: Subject) -> Figures | None:
        found = []
        for shape, axis in REDUCED:
            x = subject.backend.from_numpy(np.full(shape, number), subject.device)
            result = subject.backend.to_numpy(getattr(subject.backend, name)(x, axis=axis, keepdims=False))
            terms = math.prod(shape if axis is None else [shape[i] for i in np.atleast_1d(axis)])
            value = number.item() * (terms if name == "sum" else 1)
            expected = np.full(result.shape, value)
            what = f"{name} of {terms} times {number.item()} in {dtype}{list(shape)} along {axis}"
            found.append(agree(np.asarray(result), expected, tolerated(dtype, terms), scale=0.0, what=what))
        return Figures.worst(found)

    return run


def _across(name: str, dtype: str) -> Callable[[Subject], Figures | None]:
    def run(subject: Subject) -> Figures | None:
        found = []
        for shape, axis in ACROSS:
            x = numbers(shape, dtype, 0.2, 1.0)
            there = subject.backend.from_numpy(x, subject.device)
            result = np.asarray(subject.backend.to_numpy(getattr(subject.backend, name)(there, axis=axis)))
            columns = x.reshape(-1, shape[-1]).T.tolist()
            terms = len(columns[0])
            expected = np.array([total(column) / (terms if name == "mean" else 1) for column in columns])
            what = f"{name} of {terms} numbers in {dtype}{list(shape)} along {axis}"
            allowed = Budget(2.0 if dtype == "float16" else math.sqrt(terms), dtype)
            found.append(agree(result, expected, allowed, scale=0.0, what=what))
        return Figures.worst(found)

    return run


def _running(dtype: str) -> Callable[[Subject], Figures | None]:
    count = 30_011 if dtype == "float16" else 100_003

    def run(subject: Subject) -> Figures | None:
        x = numbers((count,), dtype, 0.5, 1.5)
        call = TABLE["cumulative_sum"].call("cumulative_sum", x, {"axis": 0})
        (result,) = call.on(subject, call.placed(subject))
        allowed = Budget(2.0 if dtype == "float16" else math.sqrt(count), dtype)
        return agree(subject.backend.to_numpy(result), call.expected()[0], allowed, scale=0.0, what=call)

    return run


def _products(dtype: str) -> Callable[[Subject], Figures | None]:
    count = 30_011

    def run(subject: Subject) -> Figures | None:
        found = []
        for shapes in (((2, count), (count, 3)), ((2, 1, count), (2, count, 1))):
            x, y = (numbers(shape, dtype, 0.3, 0.9, salt=i) for i, shape in enumerate(shapes))
            call: Call = multiplied(x, y)
            (result,) = call.on(subject, call.placed(subject))
            assert call.scale is not None
            allowed = Budget(2.0 if dtype == "float16" else math.sqrt(count), dtype)
            made = np.asarray(subject.backend.to_numpy(result))
            found.append(agree(made, call.expected()[0], allowed, scale=call.scale(), what=call))
        return Figures.worst(found)

    return run


def _convolution(dtype: str) -> Callable[[Subject], Figures | None]:
    """A window of 3 × 3 over 1,000 channels, all alike."""

    def run(subject: Subject) -> Figures | None:
        backend = subject.backend
        x, kernel = np.full((1, 4, 5, 1000), 0.1, dtype), np.full((3, 3, 1000, 2), 0.3, dtype)
        options: dict[str, Any] = {"strides": (1, 1), "padding": ((0, 0), (0, 0)), "dilations": (1, 1), "groups": 1}
        there = [backend.from_numpy(each, subject.device) for each in (x, kernel)]
        found = np.asarray(backend.to_numpy(backend.convolution(*there, **options)))
        expected = np.full((1, 2, 3, 2), 9000.0 * x.flat[0].item() * kernel.flat[0].item())
        allowed = Budget(2.0 if dtype == "float16" else 4 * math.sqrt(9000), dtype)
        return agree(found, expected, allowed, scale=0.0, what=f"convolution of 9,000 terms in {dtype}")

    return run
