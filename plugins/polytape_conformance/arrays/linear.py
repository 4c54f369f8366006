"""Matrix products and linear algebra, against sums of products and exact elimination on fractions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from polytape_conformance.arrays import scalars
from polytape_conformance.arrays.call import Call
from polytape_conformance.arrays.flat import Flat, Shape, indices
from polytape_conformance.arrays.function import NUMERIC, Function
from polytape_conformance.arrays.reductions import total
from polytape_conformance.arrays.samples import numbers

_PRODUCTS: tuple[tuple[Shape, Shape], ...] = (
    *[((1, 1), (1, 1)), ((2, 3), (3, 4)), ((1, 5), (5, 1)), ((4, 1), (1, 3)), ((0, 3), (3, 2)), ((2, 0), (0, 3))],
    *[
        ((2, 3, 4), (2, 4, 2)),
        ((2, 3, 4), (4, 2)),
        ((3, 4), (2, 4, 2)),
        ((2, 1, 2, 3), (4, 3, 2)),
        ((1, 2, 3), (3, 3, 1)),
    ],
    *[((0, 2, 3), (3, 2)), ((2, 2, 0), (2, 0, 3)), ((2, 3), (3, 0))],
)


def multiplied(x: Any, y: Any) -> Call:
    """`matmul`: every element the sum of products."""
    dtype = x.dtype.name
    wide = {"f": "float64", "c": "complex128"}.get(x.dtype.kind, dtype)
    wrap = scalars.in_range(dtype)

    @cache
    def products() -> tuple[Any, Any]:
        outer = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
        shape = (*outer, x.shape[-2], y.shape[-1])
        rows, columns = dict(Flat(x).along([x.ndim - 1])), dict(Flat(y).along([y.ndim - 2]))
        found, sizes = [], []
        for *batch, row, column in indices(shape):
            terms = [p * q for p, q in zip(rows[*_within(batch, x), row], columns[*_within(batch, y), column])]
            found.append(wrap(total(terms)))
            sizes.append(math.fsum(map(abs, terms)))
        return np.array(found, wide).reshape(shape), np.array(sizes, "float64").reshape(shape)

    return Call(
        *("matmul", (x, y), lambda: products()[:1], (dtype,)),
        terms=max(x.shape[-1], 1),
        scale=lambda: products()[1],
    )


def _within(batch: list[int], x: Any) -> tuple[int, ...]:
    """The index of the leading axes in an array that broadcasts."""
    own = x.shape[:-2]
    return tuple(min(at, n - 1) for at, n in zip(batch[len(batch) - len(own) :], own))


def _small(dtype: str) -> Iterator[Call]:
    for first, second in _PRODUCTS:
        yield multiplied(numbers(first, dtype), numbers(second, dtype, salt=1))


def _large(dtype: str) -> Iterator[Call]:
    for first, second in (((2, 5_003), (5_003, 3)), ((70, 17), (17, 40)), ((3, 65, 9), (9, 5))):
        yield multiplied(numbers(first, dtype), numbers(second, dtype, salt=1))


FUNCTIONS = (Function("matmul", NUMERIC, _small, _large),)
