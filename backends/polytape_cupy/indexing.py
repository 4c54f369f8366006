"""Shapes and indices in CuPy's words.

Rows are added up by CUDA's atomic additions, in whichever order the GPU's threads arrive: sums of floating-point rows
that share an index may differ in their last digits from run to run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cupy

from polytape.backend import COMPOSITIONS, Backend, Shape

_ADDED_AS = {
    "int8": cupy.int32,
    "int16": cupy.int32,
    "uint8": cupy.uint32,
    "uint16": cupy.uint32,
}
"""The dtypes in which small integers are added up: CUDA has no atomic addition of their own."""
_SEEN_AS = {"int64": cupy.uint64, "complex64": cupy.float32, "complex128": cupy.float64}
"""The dtypes as which the same memory is added to; of a complex number, its two parts."""


def reshape(x: Any, *, shape: Shape) -> Any:
    """A view where that is possible."""
    return x.reshape(shape)


def permute_dims(x: Any, *, axes: tuple[int, ...]) -> Any:
    """A view."""
    return x.transpose(axes)


def broadcast_to(x: Any, *, shape: Shape) -> Any:
    """A view."""
    return cupy.broadcast_to(x, shape)


def astype(x: Any, *, dtype: Any) -> Any:
    """`x` in another dtype, itself if it has that; what does not fit an integer is undefined, as elsewhere."""
    if x.dtype.kind == "c" and dtype.kind not in "cb":
        x = x.real
    return x.astype(dtype, copy=False)


def getitem(x: Any, *, key: tuple[Any, ...]) -> Any:
    """A view."""
    return x[key]


def setitem_zeros(x: Any, *, key: tuple[Any, ...], shape: Shape) -> Any:
    """Zeros, written to once."""
    result = cupy.zeros(shape, x.dtype)
    result[key] = x
    return result


def setitem(x: Any, y: Any, *, key: tuple[Any, ...]) -> Any:
    """A copy, written to once."""
    result = x.copy()
    result[key] = y
    return result


def pad(x: Any, *, paddings: tuple[tuple[int, int], ...], value: Any) -> Any:
    """One array, written to twice."""
    shape = tuple([before + length + after for length, (before, after) in zip(x.shape, paddings)])
    result = cupy.full(shape, value, x.dtype) if value else cupy.zeros(shape, x.dtype)
    result[tuple([slice(before, before + length) for length, (before, _) in zip(x.shape, paddings)])] = x
    return result


def concat(arrays: Sequence[Any], *, axis: int) -> Any:
    """Arrays joined along an axis."""
    return cupy.concatenate(tuple(arrays), axis=axis)


def concatenate(*xs: Any, axis: int) -> Any:
    """Arrays joined along an axis."""
    return cupy.concatenate(xs, axis=axis)


def pack(*xs: Any, axis: int) -> Any:
    """Arrays joined along a new axis."""
    return cupy.stack(xs, axis=axis)


def where(condition: Any, x: Any, y: Any) -> Any:
    """x where the condition holds, else y."""
    return cupy.where(condition, x, y)


def take(x: Any, indices: Any, *, axis: int) -> Any:
    """A copy of slices."""
    return cupy.take(x, indices, axis=axis)


@cupy.fuse(kernel_name="polytape_inside")  # type: ignore[untyped-decorator]
def _inside(indices: Any, length: Any) -> Any:
    return (indices >= 0) & (indices < length)


def gather_slices(backend: Backend, x: Any, indices: Any, *, axis: int) -> Any:
    """A copy of slices, zeros for an index that is out of range: to say so would mean to wait for the GPU."""
    length = x.shape[axis]
    if not length and indices.size:
        return COMPOSITIONS["gather_slices"](backend, x, indices, axis=axis)  # no index is within range: an error
    taken = cupy.take(x, indices, axis=axis)  # CuPy wraps around what is out of range
    inside = _inside(indices, length).reshape((*indices.shape, *(1,) * (x.ndim - axis - 1)))
    return cupy.where(inside, taken, cupy.zeros((), x.dtype))


def nonzero(backend: Backend, x: Any) -> Any:
    """The places of the elements that are not zero. How many there are, the GPU has to be waited for."""
    return cupy.argwhere(x) if x.ndim else COMPOSITIONS["nonzero"](backend, x)


def scatter_add(x: Any, indices: Any, updates: Any) -> Any:
    """A copy with rows added to."""
    name = x.dtype.name
    if name in _ADDED_AS:
        wide = x.astype(_ADDED_AS[name])
        cupy.add.at(wide, indices, updates.astype(_ADDED_AS[name]))
        return wide.astype(x.dtype)
    result = x.copy(order="C")
    _add_rows(result, indices, updates)
    return result


def scatter_rows(values: Any, indices: Any, *, shape: Shape) -> Any:
    """Zeros with rows added to."""
    wide = _ADDED_AS.get(values.dtype.name, values.dtype)
    result = cupy.zeros(shape, wide)
    _add_rows(result, indices, values.astype(wide, copy=False))
    return result.astype(values.dtype, copy=False)


def _add_rows(result: Any, indices: Any, rows: Any) -> None:
    """Add `rows[i]` to `result[indices[i]]`, in place; `result` is in row-major order."""
    if not rows.size:
        return
    seen = _SEEN_AS.get(result.dtype.name)
    if seen is None:
        cupy.add.at(result, indices, rows)
        return
    parts = (2,) if result.dtype.kind == "c" else ()
    rows = cupy.ascontiguousarray(rows).view(seen).reshape(*rows.shape, *parts)
    cupy.add.at(result.view(seen).reshape(*result.shape, *parts), indices, rows)


def put_rows(x: Any, rows: Any, values: Any) -> Any:
    """A copy, written to at the rows."""
    result = x.copy()
    result[rows] = values
    return result


def put_slot_rows(slot: Any, rows: Any, values: Any) -> Any:
    """The slot itself, written to at the rows; a copy where it is a view of another array."""
    kept = slot if slot.base is None else slot.copy()
    kept[rows] = values
    return kept


FUNCTIONS: dict[str, Any] = {
    function.__name__: function
    for function in (
        *(reshape, permute_dims, broadcast_to, astype, getitem, setitem_zeros, setitem, pad, concat, concatenate),
        *(pack, where, take, scatter_add, scatter_rows, put_rows, put_slot_rows),
    )
}
METHODS: dict[str, Any] = {"nonzero": nonzero, "gather_slices": gather_slices}
"""What takes the backend as its first argument."""
