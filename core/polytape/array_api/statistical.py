"""Reductions and running sums, which add small integers up in 64 bits, and questions about truth."""

from __future__ import annotations

from typing import Any

from polytape.array_api.promotion import tensor_of, to_dtype
from polytape.dtypes import as_dtype, bool_, int64, uint64
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.ops import extremes, powers, reduction, scan, statistics
from polytape.ops.creation import zeros
from polytape.ops.joining import concat
from polytape.tensor import Tensor


def sum(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Tensor:
    """Return the sum along axes; of integers as int64 or uint64 unless `dtype` says otherwise.

    >>> from polytape import array_api as xp
    >>> xp.sum(xp.asarray([100, 100], dtype=xp.int8))
    <tf.Tensor: shape=(), dtype=int64, numpy=200>
    """
    return reduction.reduce_sum(_summands("sum", x, dtype), axis, keepdims)


def prod(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Tensor:
    """Return the product along axes; of integers as int64 or uint64 unless `dtype` says otherwise."""
    return reduction.reduce_prod(_summands("prod", x, dtype), axis, keepdims)


def cumulative_sum(x: Any, /, *, axis: Any = None, dtype: Any = None, include_initial: bool = False) -> Tensor:
    """Return the running sum along an axis, which arrays of one axis need not name; with a zero before it if wanted."""
    x = _summands("cumulative_sum", x, dtype)
    if axis is None:
        if x.ndim != 1:
            raise InvalidArgumentError(f"cumulative_sum: axis must be named for an array of rank {x.ndim}.")
        axis = 0
    found = scan.cumsum(x, axis)
    if not include_initial:
        return found
    place = axis % x.ndim
    shape = [1 if other == place else length for other, length in enumerate(x._array.shape)]
    return concat([zeros(shape, x.dtype), found], axis=place)


def mean(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Return the mean along axes of floating-point numbers."""
    return reduction.reduce_mean(_inexact("mean", x), axis, keepdims)


def var(x: Any, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Tensor:
    """Return the variance along axes: squared distances from the mean, divided by their number less `correction`."""
    x = _inexact("var", x)
    found = statistics.reduce_variance(x, axis, keepdims)
    if not correction:
        return found
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    count = 1
    for place in axes:
        count *= x._array.shape[place]
    return found * (count / (count - correction) if count != correction else float("nan"))


def std(x: Any, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Tensor:
    """Return the standard deviation along axes, the square root of `var`."""
    return powers.sqrt(var(x, axis=axis, correction=correction, keepdims=keepdims))  # type: ignore[no-any-return]


def max(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Return the largest element along axes."""
    return extremes.reduce_max(tensor_of("max", x), axis, keepdims)


def min(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Return the smallest element along axes."""
    return extremes.reduce_min(tensor_of("min", x), axis, keepdims)


def all(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Return whether all elements along axes are true, or not zero."""
    return reduction.reduce_all(to_dtype(tensor_of("all", x), bool_), axis, keepdims)


def any(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Return whether some element along axes is true, or not zero."""
    return reduction.reduce_any(to_dtype(tensor_of("any", x), bool_), axis, keepdims)


def _summands(name: str, x: Any, dtype: Any) -> Tensor:
    x = tensor_of(name, x)
    if dtype is not None:
        return to_dtype(x, as_dtype(dtype))
    if x.dtype.is_differentiable:
        return x  # type: ignore[no-any-return]
    return to_dtype(x, uint64 if x.dtype.is_unsigned else int64)


def _inexact(name: str, x: Any) -> Tensor:
    x = tensor_of(name, x)
    if not x.dtype.is_differentiable:
        raise DTypeError(f"{name} takes floating-point numbers; received {x.dtype.name}. Convert them with astype.")
    return x  # type: ignore[no-any-return]
