"""What a row's reference says of a case, kept once computed: results, the size of their terms, derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polytape_conformance import differences
from polytape_conformance.differences import Derivative
from polytape_conformance.op_class import OpClass
from polytape_conformance.row import Inputs, Row

Floating = tuple[bool, ...]
"""Which results of an op are numbers with fractions; integers have no derivatives."""

_kept: dict[tuple[Any, ...], tuple[Any, Any]] = {}
"""What was computed, by row and case; with what the key is an address of, so that it stays that."""


def in_dtype(case: Inputs, dtype: str) -> tuple[Any, ...]:
    """The inputs of a case in the floating-point dtype under test; integers and truth values as they are.

    For a complex dtype each real number gets another one of them as its imaginary part.
    """
    arrays = tuple(np.asarray(item) for item in case)
    if dtype.startswith("complex"):
        return tuple(_made_complex(array).astype(dtype) if array.dtype.kind == "f" else array for array in arrays)
    floating = dtype.startswith("float")
    return tuple(array.astype(dtype) if array.dtype.kind == "f" and floating else array for array in arrays)


def results(row: Row, arrays: Sequence[Any]) -> list[Any]:
    """The results for these inputs, in float64 or complex128, in a list."""
    return _flattened(row.reference(*[_widened(array) for array in arrays]))


def at(case: Inputs, dtype: str = "float32") -> tuple[Any, ...]:
    """The place where derivatives are taken: the inputs, rounded to single precision, in double."""
    single = "complex64" if dtype.startswith("complex") else "float32"
    return tuple(_widened(array) for array in in_dtype(case, single))


def outputs(row: Row, case: Inputs, floating: Floating) -> list[Any]:
    """Those of the results at `at(case)` that are numbers with fractions."""
    return [y.astype(np.float64) for y, wanted in zip(results(row, at(case)), floating) if wanted]


def jacobian(row: Row, case: Inputs, floating: Floating, position: int) -> Derivative:
    """The derivatives of these results, one after the other, by the elements of one input."""
    found: Derivative = _once(
        (row.reference, id(case), floating, position),
        case,
        lambda: differences.jacobian(_flat(row, case, floating), at(case), position),
    )
    return found


def complex_jacobian(row: Row, case: Inputs, position: int) -> tuple[Derivative, list[Any]]:
    """The derivatives of the results for complex inputs, all numbers taken as pairs of real ones; and the results."""
    arrays = at(case, "complex64")

    def function(*real: Any) -> Any:
        joined = [pair[..., 0] + 1j * pair[..., 1] if x.dtype.kind == "c" else pair for pair, x in zip(real, arrays)]
        return np.concatenate([pairs(y).ravel() for y in results(row, joined)])

    found: tuple[Derivative, list[Any]] = _once(
        (row.reference, id(case), "complex", position),
        case,
        lambda: (differences.jacobian(function, tuple(map(pairs, arrays)), position), results(row, arrays)),
    )
    return found


def mixed(row: Row, case: Inputs, floating: Floating, inner: int, direction: Any, outer: int) -> Derivative:
    """The derivatives along `direction` in one input, by the elements of another."""
    found: Derivative = _once(
        (row.reference, id(case), floating, inner, outer),
        case,
        lambda: differences.mixed(_flat(row, case, floating), at(case), inner, direction, outer),
    )
    return found


def scales(row: Row, case: Inputs, dtype: str, expected: Sequence[Any], floating: Floating) -> list[Any]:
    """The size of the terms that make up each result; `None` where each element stands by itself.

    It is the result's size and what it changes if the inputs change by their own size, |f| + Σ |∂f/∂x|·|x|: for a sum
    the sum of the terms' magnitudes. So an op may lose as much as rounding its inputs would lose, which a backward
    stable algorithm does (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 1.5).
    """
    if not (row.op_class.cancels or row.op_class is OpClass.SPECIAL):
        return [None] * len(expected)
    if dtype.startswith("complex") and row.op_class in (OpClass.REDUCTION, OpClass.PRODUCT):
        return results(row, [np.abs(x) for x in at(case, dtype)])
    if dtype.startswith("complex") or not row.positions(case):
        sizes = [np.abs(x) for x in [*at(case, dtype), *expected] if x.dtype.kind in "fc"]
        return [max([float(np.max(x, initial=0, where=np.isfinite(x))) for x in sizes], default=0.0)] * len(expected)
    conditions = iter(_once((row.reference, id(case), floating), case, lambda: _conditions(row, case, floating)))
    found = [next(conditions) if wanted else None for wanted in floating]
    if row.op_class is OpClass.DECOMPOSITION:  # whose errors are bounded for a matrix as a whole
        found = [None if each is None else float(np.max(each, initial=0.0)) for each in found]
    return found


def terms(arrays: Sequence[Any], expected: Sequence[Any]) -> int:
    """How many terms may make up one element of the results: the inputs' elements for each of them."""
    return max(1, max((x.size for x in arrays), default=1) // max(1, min((y.size for y in expected), default=1)))


def _conditions(row: Row, case: Inputs, floating: Floating) -> list[Any]:
    arrays, found = at(case), outputs(row, case, floating)
    total = np.concatenate([np.abs(y).ravel() for y in found]) if found else np.zeros(0)
    for position in row.positions(case):
        derivative = jacobian(row, case, floating, position)
        sound = derivative.doubt < 1e-3 * np.maximum(1, np.abs(derivative.value))
        slopes = np.where(sound, np.abs(derivative.value), 0)
        total = total + np.nan_to_num(slopes @ np.nan_to_num(np.abs(arrays[position]).ravel()))
    return split(np.where(np.isfinite(total), total, 0.0), found)


def _flat(row: Row, case: Inputs, floating: Floating) -> Callable[..., Any]:
    """The reference with its floating-point results in one flat array; NaN outside its domain."""
    count = sum(y.size for y in outputs(row, case, floating))

    def function(*arrays: Any) -> Any:
        try:
            with np.errstate(all="ignore"):
                made = [y.ravel() for y, wanted in zip(results(row, arrays), floating) if wanted]
        except (ValueError, ZeroDivisionError, OverflowError, np.linalg.LinAlgError):
            return np.full(count, np.nan)
        return np.concatenate(made).astype(np.float64) if made else np.zeros(0)

    return function


def split(flat: Any, like: Sequence[Any]) -> list[Any]:
    """The parts of a flat array, in the shapes of `like`."""
    found, start = [], 0
    for y in like:
        found.append(flat[start : start + y.size].reshape(y.shape))
        start += y.size
    return found


def _once(key: tuple[Any, ...], case: Inputs, compute: Callable[[], Any]) -> Any:
    if key not in _kept:
        _kept[key] = (case, compute())
    return _kept[key][1]


def pairs(array: Any) -> Any:
    """Complex numbers as pairs of real ones along a new last axis; real ones as they are."""
    return np.stack([array.real, array.imag], axis=-1) if array.dtype.kind == "c" else array


def _flattened(made: Any) -> list[Any]:
    if isinstance(made, (list, tuple)):
        return [leaf for item in made for leaf in _flattened(item)]
    return [np.asarray(made)]


def _widened(array: Any) -> Any:
    return array.astype({"f": np.float64, "c": np.complex128}.get(array.dtype.kind, array.dtype))


def _made_complex(array: Any) -> Any:
    return np.asarray(array + 0.5j * array[..., ::-1] if array.ndim else array * (1 + 0.5j))
