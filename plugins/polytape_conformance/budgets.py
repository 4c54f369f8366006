"""How far a result may be from the reference: one table, by class of op, dtype and number of terms.

The unit is the ULP, the unit in the last place: the distance of two neighbouring numbers of the dtype under test at the
size of the number looked at. `measure` gives errors in it, `budget` what a class of ops may have of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from polytape_conformance.op_class import OpClass

DTYPES = ("float16", "float32", "float64", "complex64", "complex128")
"""The dtypes that have budgets. In all others results are exact."""

BUDGETS: dict[OpClass, tuple[float, ...]] = {
    #                      float16 float32 float64 complex64 complex128
    OpClass.EXACT:         (0.0,    0.0,    0.0,    0.0,      0.0),
    OpClass.ROUNDED:       (0.5,    0.5,    0.5,    3.0,      3.0),
    OpClass.ELEMENTARY:    (2.0,    4.0,    4.0,    6.0,      6.0),
    OpClass.SPECIAL:       (2.0,    8.0,    32.0,   16.0,     32.0),
    OpClass.REDUCTION:     (1.0,    2.0,    2.0,    4.0,      4.0),
    OpClass.PRODUCT:       (1.0,    2.0,    2.0,    4.0,      4.0),
    OpClass.COMPOSED:      (2.0,    8.0,    8.0,    16.0,     16.0),
    OpClass.DECOMPOSITION: (4.0,    8.0,    16.0,   16.0,     32.0),
}  # fmt: skip
"""What the value of one term may be off, in ULP, for each of `DTYPES`.

One term of a sum is its first addition; `budget` says how it grows. Half precision does not grow: whoever adds up many
such numbers does so in single precision.
"""

_COMPLEX = {"float16": "complex64", "float32": "complex64", "float64": "complex128"}

ORDERS = (1.0, 2.0, 4.0)
"""The factors for values, first and second derivatives."""


@dataclass(frozen=True)
class Budget:
    """What a result may be off.

    Attributes:
        ulp: in units in the last place of `dtype`.
        dtype: the name of the dtype.
    """

    ulp: float
    dtype: str

    @property
    def relative(self) -> float:
        """Relative to the size of a number, at most."""
        return self.ulp * epsilon(self.dtype)

    def allowed(self, reference: Any, scale: Any = 0.0) -> Any:
        """How far each element may be from `reference`, where the terms that make it up are as large as `scale`."""
        return self.ulp * spacing(np.maximum(np.abs(np.asarray(reference)), scale), self.dtype)


class Errors(NamedTuple):
    """The errors of a result, element by element, as float64 arrays of its shape."""

    ulp: Any
    relative: Any


def budget(op_class: OpClass, dtype: str, terms: int = 1, order: int = 0) -> Budget:
    """The budget of a class of ops.

    Where n terms are added up it is √n times that of one, of the sum of the terms' magnitudes: |ŝ - s| ≤ √n·u·Σ|xᵢ| up
    to a constant, which recursive summation keeps with high probability, and blocked or pairwise summation safely
    (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., sections 4.2 and 3.1 for products; Higham and
    Mary, A new approach to probabilistic rounding error analysis, SIAM J. Sci. Comput. 41 (2019)). The gradient of an
    op adds up, so it has at least the budget of a reduction; each derivative has twice that of the one before.

    Args:
        op_class: the class, see `class_of`.
        dtype: the name of the dtype under test; a budget of 0 for integers and truth values.
        terms: how many terms make up one element of the result; see `terms_of`.
        order: 0 for values, 1 for first derivatives, 2 for second ones.
    """
    if dtype not in DTYPES:
        return Budget(0.0, dtype)
    ulp = BUDGETS[op_class][DTYPES.index(dtype)]
    if order:
        ulp = max(ulp, BUDGETS[OpClass.REDUCTION][DTYPES.index(dtype)]) * ORDERS[order]
    if (op_class.cancels or order) and dtype != "float16":
        ulp *= math.sqrt(max(terms, 1))
    return Budget(ulp, dtype)


def measure(found: Any, reference: Any, dtype: str, scale: Any = None, doubt: Any = 0.0) -> Errors:
    """The errors of `found` in units in the last place of `dtype`, and relative to the numbers' size.

    NaN must meet NaN, and an infinity the same infinity: the error is infinite otherwise. A reference beyond the
    dtype's range stands for what it rounds to; an infinity that was found in place of a number at the end of the range
    counts as the next power of two. Subnormal numbers are measured in the spacing of the smallest normal one.

    Args:
        found: the result.
        reference: what it should be, in float64 or complex128, or as integers.
        dtype: the name of the dtype under test.
        scale: the size of the terms that make up the result, where that is larger than the result: an array that
            broadcasts, or a number. By default each element is measured by itself.
        doubt: how far the reference itself may be off; that much is taken off the errors.
    """
    found, reference = np.asarray(found), np.asarray(reference)
    if dtype not in DTYPES or reference.dtype.kind not in "fc":
        return Errors(*[np.where(found == reference, 0.0, np.inf)] * 2)
    wide = np.complex128 if "c" in (found.dtype.kind, reference.dtype.kind) else np.float64
    found, reference = found.astype(wide), reference.astype(wide)
    with np.errstate(all="ignore"):
        rounded = reference.astype(parts(dtype) if wide is np.float64 else _COMPLEX[parts(dtype)])
        size = np.abs(reference) if scale is None else np.maximum(np.abs(reference), scale)
        difference = np.abs(_finite(found, dtype) - _finite(reference, dtype))
        alike = (found == rounded) | (found == reference) | (np.isnan(found) & np.isnan(reference))
        comparable = ~np.isnan(found) & np.isfinite(reference)
        difference = np.where(alike, 0.0, np.where(comparable, np.maximum(difference - doubt, 0.0), np.inf))
        ulp = np.where(difference == 0, 0.0, difference / spacing(size, dtype))
        relative = np.where(difference == 0, 0.0, difference / np.maximum(size, _smallest(dtype)))
    return Errors(ulp, relative)


def spacing(size: Any, dtype: str) -> Any:
    """The distance of neighbouring numbers of a dtype at numbers of the given sizes."""
    limits = np.finfo(parts(dtype))
    size = np.nan_to_num(np.abs(np.asarray(size, np.float64)))
    size = np.clip(size, float(limits.smallest_normal), float(limits.max))
    return np.ldexp(1.0, np.frexp(size)[1] - 1 - limits.nmant)


def underflow(dtype: str) -> float:
    """The size whose spacing is the smallest normal number of a dtype."""
    return _smallest(dtype) / epsilon(dtype) if dtype in DTYPES else 0.0


def epsilon(dtype: str) -> float:
    """The distance of 1 to the next larger number of a dtype; 0 for integers and truth values."""
    return float(np.finfo(parts(dtype)).eps) if dtype in DTYPES else 0.0


def parts(dtype: str) -> str:
    """The dtype of the real and imaginary parts; of a real dtype itself."""
    return {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)


def _smallest(dtype: str) -> float:
    return float(np.finfo(parts(dtype)).smallest_normal)


def _finite(array: Any, dtype: str) -> Any:
    """The array with the first power of two that is too large for the dtype in place of infinities."""
    limit = min(math.ldexp(1.0, np.finfo(parts(dtype)).maxexp - 1) * 2, np.finfo(np.float64).max)
    if array.dtype.kind == "c":
        return _finite(array.real, dtype) + 1j * _finite(array.imag, dtype)
    return np.clip(array, -limit, limit)
