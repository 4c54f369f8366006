"""What the order of elements along an axis tells: where the extremes are, and how to sort.

These are the backend-level ops; TensorFlow's functions of the same names are in `polytape.ops.sorting`.
"""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import BOOL, REAL
from polytape.op import op

COMPARABLE = REAL | BOOL


@op(accepts=COMPARABLE)
def argmax(backend: Backend, x: Array, *, axis: int) -> Array:
    """Return the index of the first largest element along one axis, as int64."""
    return backend.argmax(x, axis=axis)


@op(accepts=COMPARABLE)
def argmin(backend: Backend, x: Array, *, axis: int) -> Array:
    """Return the index of the first smallest element along one axis, as int64."""
    return backend.argmin(x, axis=axis)
