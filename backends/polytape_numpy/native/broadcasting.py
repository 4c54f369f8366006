"""Functions of single elements of arrays that broadcast, in native code."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from polytape.backend import Array
from polytape_numpy import native
from polytape_numpy.compiler.axes import Levels
from polytape_numpy.compiler.expressions import EXPRESSIONS
from polytape_numpy.compiler.loop import Loop
from polytape_numpy.native.library import written_kernel
from polytape_numpy.native.loading import Kernel
from polytape_numpy.native.planning import empty, worthwhile
from polytape_numpy.native.rows import dense
from polytape_numpy.native.threads import in_parts, part_count
from polytape_numpy.selection import NumpySelection

_WORTHWHILE = 4096
"""Below that many elements NumPy's way is as quick."""

_LARGE = 60_000
"""The same for functions that are one quick loop in NumPy: what pays is that there are several cores."""

Shape = tuple[int, ...]


class _Plan(NamedTuple):
    """How a function of operands of certain shapes is computed."""

    kernel: Kernel
    shape: Shape
    sizes: list[int]


def broadcast(name: str, dtype: Any, *operands: Any) -> Array:
    """A function of arrays, of this dtype or of truth values, and of numbers."""
    arrays = [operand for operand in operands if isinstance(operand, np.ndarray) and operand.shape]
    kinds = tuple(
        [
            (operand.shape, operand.dtype.char == "?") if isinstance(operand, np.ndarray) and operand.shape else None
            for operand in operands
        ]
    )
    plan = _plan(name, dtype, kinds)
    result = empty(plan.shape, dtype)
    numbers = [float(operand) for operand, kind in zip(operands, kinds) if kind is None]
    parts = part_count(plan.sizes[0], result.size)
    in_parts(plan.kernel, plan.sizes[0], parts, (*plan.sizes, *map(dense, arrays), *numbers, result))
    return result


@lru_cache(maxsize=1024)
def _plan(name: str, dtype: Any, kinds: tuple[tuple[Shape, bool] | None, ...]) -> _Plan:
    arrays = [kind for kind in kinds if kind is not None]
    shape = np.broadcast_shapes(*[kind[0] for kind in arrays])
    levels = Levels(shape, [*[kind[0] for kind in arrays], shape])
    places, numbers = iter(range(len(arrays))), iter(range(len(kinds) - len(arrays)))
    texts = [f"{dtype}(s{next(numbers)})" if kind is None else f"a{next(places)}_" for kind in kinds]
    value = EXPRESSIONS[name].format(*texts, zero=f"{dtype}(0)", one=f"{dtype}(1)", type=dtype)
    loop = Loop(
        levels,
        arrays=[levels.levels_of(place) for place in range(len(arrays))],
        body=[f"t0 = {dtype}({value})"],
        scalars=len(kinds) - len(arrays),
        outputs=[("t0", None)],
        sums=[],
        truths={place for place, (_, is_truth) in enumerate(arrays) if is_truth},
    )
    signature = [
        *["int"] * (3 + len(levels.sizes)),
        *["bool" if is_truth else dtype.name for _, is_truth in arrays],
        *["float"] * loop.scalars,
        dtype.name,
    ]
    return _Plan(written_kernel(loop.source(), signature), shape, levels.sizes)


def _suits(x: Array, *others: Array) -> bool:
    """Whether several cores are quicker than NumPy's one loop over arrays of one dtype."""
    return x.dtype.char in "fd" and all(other.dtype == x.dtype for other in others) and native.is_available()


class NativeSelection(NumpySelection):
    """The part of the NumPy backend that selects."""

    @staticmethod
    def relu(features: Array) -> Array:
        """The elements that are positive, and zeros."""
        if worthwhile(features.size, _LARGE) and _suits(features):
            return broadcast("relu", features.dtype, features)
        return NumpySelection.relu(features)

    @staticmethod
    def where_positive(x: Array, y: Array) -> Array:
        """x where y is positive, else zero times x."""
        if worthwhile(y.size, _LARGE) and x.shape == y.shape and _suits(x, y):
            return broadcast("where_positive", x.dtype, x, y)
        return NumpySelection.where_positive(x, y)

    @staticmethod
    def where(condition: Array, x: Array, y: Array) -> Array:
        """x where the condition holds, else y."""
        chosen = x if isinstance(x, np.ndarray) else y
        if isinstance(chosen, np.ndarray) and worthwhile(chosen.size, _WORTHWHILE):
            dtypes = {operand.dtype for operand in (x, y) if hasattr(operand, "dtype")}
            dtype = dtypes.pop() if len(dtypes) == 1 else None
            is_truth = isinstance(condition, np.ndarray) and condition.dtype.char == "?"
            if is_truth and dtype is not None and dtype.char in "fd" and native.is_available():
                return broadcast("where", dtype, condition, x, y)
        return NumpySelection.where(condition, x, y)
