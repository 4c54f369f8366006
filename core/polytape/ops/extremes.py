"""The largest and the smallest element along axes, and where they are."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from polytape import arguments
from polytape.backend import Array, Axis, Backend
from polytape.conversion import convert
from polytape.dtypes import REAL, DType, as_dtype, bool_, int32, int64, uint8
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.op import op
from polytape.ops.casting import cast
from polytape.ops.reduction import kept, reduce, reduced_count, restored
from polytape.tensor import Tensor


def _of_extremes(backend: Any, gradient: Array, x: Array, x_dtype: Any, output: Array, axis: Axis) -> Array:
    """The gradient of a maximum or minimum, in equal shares to the elements that attain it."""
    attained = backend.astype(backend.equal(x, restored(backend, output, x.shape, axis)), dtype=x_dtype)
    shares = attained / backend.sum(attained, axis=axis, keepdims=True)
    return shares * restored(backend, gradient, x.shape, axis)


@op(_of_extremes, accepts=REAL)
def max_(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the largest element along axes; see `reduce_max`."""
    return backend.max(x, axis=axis, keepdims=keepdims)


@op(_of_extremes, accepts=REAL)
def min_(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the smallest element along axes; see `reduce_min`."""
    return backend.min(x, axis=axis, keepdims=keepdims)


def reduce_max(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """Return the largest element along `axis`; the dtype's smallest value where there is none.

    The gradient goes in equal shares to all elements that are the largest.

    Args:
        input_tensor: a real tensor of any shape.
        axis: an integer, several, or `None` for all; negative ones count from the last axis.
        keepdims: whether the reduced axes stay, of length one.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.
        DTypeError: if the tensor is complex or of truth values.

    >>> import polytape as tf
    >>> tf.reduce_max([[1, 5], [4, 3]], axis=1).numpy().tolist()
    [5, 4]
    """
    return _reduce_extreme(max_, input_tensor, axis, keepdims, "reduce_max")


def reduce_min(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """Return the smallest element along `axis`; the dtype's largest value where there is none.

    The gradient goes in equal shares to all elements that are the smallest.

    Args:
        input_tensor: a real tensor of any shape.
        axis: an integer, several, or `None` for all; negative ones count from the last axis.
        keepdims: whether the reduced axes stay, of length one.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.
        DTypeError: if the tensor is complex or of truth values.

    >>> import polytape as tf
    >>> tf.reduce_min([[1, 5], [4, 3]], axis=1).numpy().tolist()
    [1, 3]
    """
    return _reduce_extreme(min_, input_tensor, axis, keepdims, "reduce_min")


def _reduce_extreme(reduction: Callable[..., Tensor], x: Any, axis: Any, keepdims: Any, name: str) -> Tensor:
    x = x if type(x) is Tensor else convert(x)
    if 0 in x._array.shape and x.dtype in REAL:
        axis = arguments.axes(axis, x.ndim, name)
        if reduced_count(x._array.shape, axis) == 0:
            return _extreme_of_none(reduction is max_, x, axis, keepdims)
    return reduce(reduction, x, axis, keepdims, name)


def _extreme_of_none(largest: bool, x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
    shape, dtype, backend = x._array.shape, x.dtype, x._backend
    if dtype.is_floating:
        value: Any = -math.inf if largest else math.inf
    else:
        value = dtype.min if largest else dtype.max
    lengths = kept(shape, axis)
    if not keepdims:
        lengths = tuple([length for number, length in enumerate(lengths) if number not in axis])
    return Tensor(backend.full(lengths, value, dtype=x._array.dtype, device=backend.device_of(x._array)), backend)


@op(accepts=REAL)
def argmax_(backend: Backend, x: Array, *, axis: int) -> Array:
    """Return the index of the first largest element along one axis, as int64; see `argmax`."""
    return backend.argmax(x, axis=axis)


@op(accepts=REAL)
def argmin_(backend: Backend, x: Array, *, axis: int) -> Array:
    """Return the index of the first smallest element along one axis, as int64; see `argmin`."""
    return backend.argmin(x, axis=axis)


def argmax(input: Any, axis: Any = None, output_type: Any = int64, name: str | None = None) -> Tensor:
    """Return the index of the largest element along one axis, the first of several.

    Args:
        input: a real tensor or one of truth values, with at least one axis.
        axis: one axis; `None` stands for the first.
        output_type: `tf.int64` or `tf.int32`.

    Raises:
        InvalidArgumentError: if the axis is out of range or holds no elements.

    >>> import polytape as tf
    >>> tf.argmax([[1, 5, 5], [7, 2, 3]], axis=1).numpy().tolist()
    [1, 0]
    """
    return _position(argmax_, input, axis, output_type, "argmax")


def argmin(input: Any, axis: Any = None, output_type: Any = int64, name: str | None = None) -> Tensor:
    """Return the index of the smallest element along one axis, the first of several.

    Args:
        input: a real tensor or one of truth values, with at least one axis.
        axis: one axis; `None` stands for the first.
        output_type: `tf.int64` or `tf.int32`.

    Raises:
        InvalidArgumentError: if the axis is out of range or holds no elements.

    >>> import polytape as tf
    >>> tf.argmin([[1, 5, 5], [7, 2, 3]], axis=1).numpy().tolist()
    [0, 1]
    """
    return _position(argmin_, input, axis, output_type, "argmin")


def _position(find: Callable[..., Tensor], x: Any, axis: Any, output_type: Any, name: str) -> Tensor:
    if type(x) is not Tensor:
        x = convert(x)
    shape = x._array.shape
    axis = arguments.axis(0 if axis is None else axis, len(shape), name)
    if not shape[axis]:
        raise InvalidArgumentError(f"{name}: axis {axis} of shape {list(shape)} holds no elements, so none is extreme.")
    if x.dtype is bool_:  # the array API orders numbers only
        x = cast(x, uint8)
    found = find(x, axis=axis)
    return found if output_type is int64 else cast(found, index_dtype(output_type, name))


def index_dtype(value: Any, name: str) -> DType:
    """The dtype in which an op is to give indices; `name` is for the error message."""
    dtype = as_dtype(value)
    if dtype not in (int32, int64):
        raise DTypeError(f"{name}: indices are of dtype int32 or int64; received {dtype.name}.")
    return dtype
