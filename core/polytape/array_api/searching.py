"""Searching and sorting."""

from __future__ import annotations

from typing import Any

from polytape.array_api.promotion import tensor_of, tensors, to_dtype
from polytape.dtypes import bool_, int64
from polytape.errors import InvalidArgumentError
from polytape.ops import extremes, searching, selection, sorting
from polytape.ops.gathering import gather
from polytape.ops.joining import unstack
from polytape.ops.shape import expand_dims, reshape
from polytape.tensor import Tensor


def argmax(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Return the index, as int64, of the first largest element along an axis, or in row-major order."""
    return _place(extremes.argmax, tensor_of("argmax", x), axis, keepdims)


def argmin(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Return the index, as int64, of the first smallest element along an axis, or in row-major order."""
    return _place(extremes.argmin, tensor_of("argmin", x), axis, keepdims)


def _place(function: Any, x: Tensor, axis: Any, keepdims: bool) -> Tensor:
    if axis is not None:
        found = function(x, axis)
        return expand_dims(found, axis) if keepdims else found
    found = function(reshape(x, [-1]), 0)
    return reshape(found, [1] * x.ndim) if keepdims else found


def nonzero(x: Any, /) -> tuple[Tensor, ...]:
    """Return the indices of what is not zero, in row-major order, an array for each axis."""
    x = tensor_of("nonzero", x)
    if not x.ndim:
        raise InvalidArgumentError("nonzero: an array without axes has no indices.")
    return tuple(unstack(selection.where(to_dtype(x, bool_)), axis=1))


def searchsorted(x1: Any, x2: Any, /, *, side: str = "left", sorter: Any = None) -> Tensor:
    """Return where to insert each element of `x2` into the sorted `x1`, of one axis, as int64."""
    x1, x2 = tensors("searchsorted", x1, x2)
    if sorter is not None:
        x1 = gather(x1, sorter)
    found = searching.searchsorted(x1, reshape(x2, [-1]), side=side, out_type=int64)
    return reshape(found, x2._array.shape)


def where(condition: Any, x1: Any, x2: Any, /) -> Tensor:
    """Return the elements of `x1` where the condition holds, of `x2` elsewhere; all three broadcast."""
    return selection.where(tensor_of("where", condition), *tensors("where", x1, x2))  # type: ignore[no-any-return]


def sort(x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Tensor:
    """Return the elements along an axis in order."""
    return sorting.sort(tensor_of("sort", x), axis, "DESCENDING" if descending else "ASCENDING")


def argsort(x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Tensor:
    """Return the indices, as int64, that sort along an axis; equal elements stay in their order."""
    found = sorting.argsort(tensor_of("argsort", x), axis, "DESCENDING" if descending else "ASCENDING", True)
    return to_dtype(found, int64)
