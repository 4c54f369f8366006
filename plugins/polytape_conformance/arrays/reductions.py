"""Reductions, scans and sorting, along every axis of every rank, by Python's own sums, comparisons and sorting."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate, combinations
from typing import Any

import numpy as np

from polytape_conformance.arrays import scalars
from polytape_conformance.arrays.call import Call
from polytape_conformance.arrays.flat import Flat, Shape, normalized
from polytape_conformance.arrays.function import BOOL, NUMERIC, REAL, Function
from polytape_conformance.arrays.samples import LONG, distinct, numbers
from polytape_conformance.op_class import OpClass, class_of

Row = list[Any]
SHAPES: tuple[Shape, ...] = ((), (1,), (5,), (0,), (0, 3), (3, 0), (3, 3), (1, 4), (2, 3, 4), (3, 1, 2), (2, 1, 3, 2))
LARGE: tuple[tuple[Shape, int], ...] = (((LONG,), 0), ((2, 9_001), 1), ((65_539, 2), 0))


def total(row: Row) -> Any:
    """The exact sum, rounded once."""
    if row and isinstance(row[0], complex):
        return complex(math.fsum(z.real for z in row), math.fsum(z.imag for z in row))
    if not row or not isinstance(row[0], float):
        return sum(row)
    return math.fsum(row) if all(map(math.isfinite, row)) else sum(row)


def product(row: Row) -> Any:
    """The product."""
    return reduce(lambda x, y: x * y, row, 1)


def running(row: Row) -> Row:
    """The sums up to each element; what an addition rounds off is kept beside the sum (Neumaier, 1974)."""
    if row and isinstance(row[0], complex):
        return [complex(*parts) for parts in zip(running([z.real for z in row]), running([z.imag for z in row]))]
    if not row or isinstance(row[0], int):
        return list(accumulate(row))
    found, reached, lost = [], 0.0, 0.0
    for term in row:
        grown = reached + term
        if math.isfinite(grown):
            lost += (reached - grown) + term if abs(reached) >= abs(term) else (term - grown) + reached
        reached = grown
        found.append(reached + lost)
    return found


def first(better: Callable[[Any, Any], bool]) -> Callable[[Row], int]:
    """The place of the first NaN, else of the first element than which none is better."""

    def place(row: Row) -> int:
        best = 0
        for index, value in enumerate(row):
            if value != value:
                return index
            if better(value, row[best]):
                best = index
        return best

    return place


def order(row: Row) -> list[int]:
    """The places in ascending order of their elements, NaN last, ties as they came."""
    numbers_only = [place for place, value in enumerate(row) if value == value]
    return sorted(numbers_only, key=row.__getitem__) + [place for place, value in enumerate(row) if value != value]


@dataclass(frozen=True)
class Reduction:
    """What makes one number of a row, or a row of a row.

    Attributes:
        function: of a row of Python numbers.
        accepts: the dtypes that it takes.
        result: the dtype of the result; empty for that of the array.
        domain: the range of the elements; without one they are whole numbers with ties.
        of_empty: whether it is defined for an empty row.
        axes: `"any"`: one, several or all, kept or not; `"one"`: just one, which goes; `"row"`: one, which stays.
        sparse: whether long arrays hold little but ones.
    """

    function: Callable[[Row], Any]
    accepts: tuple[str, ...]
    result: str = ""
    domain: tuple[float, float] | None = None
    of_empty: bool = True
    axes: str = "any"
    sparse: bool = False

    def array(self, shape: Shape, dtype: str) -> Any:
        """Numbers, with ties where nothing is added up."""
        if self.domain is None:
            return distinct(shape, dtype)
        return numbers(shape, dtype, *self.domain)

    def terms(self, count: int, x: Any) -> int:
        """How many terms make up an element. The roundings of a product add up, those of a sum cancel for the most."""
        if self.function is product:
            count *= count * (9 if x.dtype.kind == "c" else 1)
        return max(count, 1)

    def long(self, shape: Shape, dtype: str) -> Any:
        """Many numbers."""
        if not self.sparse:
            return self.array(shape, dtype)
        x = np.ones(shape, dtype)
        x.reshape(-1)[:: x.size // 7] = [2, 1, 3, 1, 2, 1, 5, 1][: len(x.reshape(-1)[:: x.size // 7])]
        return x

    def options(self, rank: int) -> Iterator[dict[str, Any]]:
        """Every choice of axes."""
        single = [*range(rank), *range(-rank, 0)]
        if self.axes != "any":
            yield from ({"axis": axis} for axis in single)
            return
        several = [axes for count in (2, 3, 4) for axes in combinations(range(rank), count)]
        mixed = [(-1, 0), (2, -2)][: max(rank - 1, 0)] if rank in (2, 3) else []
        for axis in (None, *single, *several, *mixed[:1]):
            yield {"axis": axis}
            yield {"axis": axis, "keepdims": True}

    def call(self, name: str, x: Any, options: dict[str, Any]) -> Call:
        """A call on one array."""
        axes = normalized(options["axis"], x.ndim)
        terms = math.prod(x.shape[axis] for axis in axes)
        return Call(
            name,
            (x,),
            lambda: (self._expected(self.function, x, axes, options, self.result or x.dtype.name),),
            (self.result or x.dtype.name,),
            options,
            terms=self.terms(terms, x),
            scale=(lambda: self._magnitude(x, axes, options)) if class_of(name) is OpClass.REDUCTION else None,
        )

    def _expected(self, function: Callable[[Row], Any], x: Any, axes: Sequence[int], options: Any, dtype: str) -> Any:
        wide = {"f": "float64", "c": "complex128"}.get(np.dtype(dtype).kind, dtype)
        wrap = scalars.kept if self.result else scalars.in_range(dtype)
        rows = {outer: function(row) for outer, row in Flat(x).along(axes)}
        if self.axes == "row":
            (axis,) = axes
            columns = np.array([wrap(value) for row in rows.values() for value in row], wide)
            whole = [length for place, length in enumerate(x.shape) if place != axis]
            return np.moveaxis(columns.reshape([*whole, x.shape[axis]]), -1, axis)
        shape = [
            1 if axis in axes else n for axis, n in enumerate(x.shape) if options.get("keepdims") or axis not in axes
        ]
        return np.array([wrap(value) for value in rows.values()], wide).reshape(shape)

    def _magnitude(self, x: Any, axes: tuple[int, ...], options: Any) -> Any:
        """What the terms add up to without their signs; nothing for a product, in which no terms cancel."""
        sizes = np.abs(x).astype(np.float64)
        if self.axes == "row":
            return np.cumsum(sizes, axis=axes[0])
        return np.sum(sizes, axis=axes, keepdims=options.get("keepdims", False)) if self.function is total else 0.0

    def named(self, name: str) -> Function:
        """The function with its calls."""

        def small(dtype: str) -> Iterator[Call]:
            for shape in SHAPES:
                x = self.array(shape, dtype)
                for options in self.options(len(shape)):
                    axes = normalized(options["axis"], len(shape))
                    if self.of_empty or all(shape[axis] for axis in axes):
                        yield self.call(name, x, options)

        def large(dtype: str) -> Iterator[Call]:
            for shape, axis in LARGE:
                yield self.call(name, self.long(shape, dtype), {"axis": axis})
            if self.axes == "any":
                yield self.call(name, self.long((41, 50, 33), dtype), {"axis": (0, 2), "keepdims": True})
                yield self.call(name, self.long((7, 9_463), dtype), {"axis": None})

        return Function(name, self.accepts, small, large)


def _largest(row: Row) -> Any:
    return reduce(scalars.maximum, row)


def _smallest(row: Row) -> Any:
    return reduce(scalars.minimum, row)


TABLE = {
    "sum": Reduction(total, NUMERIC, domain=(-8, 8)),
    "prod": Reduction(product, NUMERIC, domain=(0.6, 1.6), sparse=True),
    "max": Reduction(_largest, REAL, of_empty=False),
    "min": Reduction(_smallest, REAL, of_empty=False),
    "argmax": Reduction(first(lambda x, y: x > y), REAL, "int64", of_empty=False, axes="one"),
    "argmin": Reduction(first(lambda x, y: x < y), REAL, "int64", of_empty=False, axes="one"),
    "all": Reduction(all, BOOL),
    "any": Reduction(any, BOOL),
    "cumulative_sum": Reduction(running, NUMERIC, domain=(-8, 8), axes="row"),
    "sort": Reduction(lambda row: [row[place] for place in order(row)], REAL, axes="row"),
    "argsort": Reduction(order, REAL, "int64", axes="row"),
}
FUNCTIONS = tuple(entry.named(name) for name, entry in TABLE.items())
