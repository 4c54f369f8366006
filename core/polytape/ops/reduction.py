"""Reductions along axes: sums, means, extrema.

The backend-level ops are called as the array API calls them (`sum`, `max`); TensorFlow's names (`reduce_sum`) stand
below them, check the axes and call them. A reduction without `axis` goes the short way: nothing is to be checked.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from polytape import arguments
from polytape.backend import Array, Axis, Backend, Shape
from polytape.conversion import convert
from polytape.dtypes import REAL, float16, float32
from polytape.op import op
from polytape.tensor import Tensor


def kept(shape: Shape, axis: Axis) -> Shape:
    """`shape` with the reduced axes left in place, of length one."""
    if axis is None:
        return (1,) * len(shape)
    reduced = {number % len(shape) for number in (axis if isinstance(axis, tuple) else (axis,))}
    return tuple([1 if number in reduced else length for number, length in enumerate(shape)])


def reduced_count(shape: Shape, axis: Axis) -> int:
    """The number of elements of `shape` that a reduction along `axis` makes one of."""
    if axis is None:
        return math.prod(shape)
    return math.prod([shape[number] for number in (axis if isinstance(axis, tuple) else (axis,))])


def restored(backend: Any, reduced: Array, shape: Shape, axis: Axis) -> Array:
    """What a reduction of `shape` along `axis` gave, with the reduced axes back in place, of length one."""
    wanted = kept(shape, axis)
    return reduced if reduced.shape == wanted else backend.reshape(reduced, shape=wanted)


def spread(backend: Any, reduced: Array, shape: Shape, axis: Axis) -> Array:
    """What a reduction of `shape` along `axis` gave, repeated along the reduced axes."""
    if axis is not None:
        reduced = restored(backend, reduced, shape, axis)
    return backend.broadcast_to(reduced, shape=shape)


@op(lambda backend, gradient, x_shape, axis: spread(backend, gradient, x_shape, axis))
def sum(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the sum along axes; see `reduce_sum`."""
    return backend.sum(x, axis=axis, keepdims=keepdims)


@op(
    lambda backend, gradient, x_shape, axis: spread(backend, gradient / reduced_count(x_shape, axis), x_shape, axis),
)
def mean(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the mean along axes; see `reduce_mean`."""
    dtype = backend.dtype_of(x)
    count = reduced_count(x.shape, axis)
    if dtype.is_integer:
        total = backend.sum(x, axis=axis, keepdims=keepdims)
        quotient = backend.floor_divide(backend.abs(total), count or 1)
        return backend.where(backend.less(total, 0), backend.negative(quotient), quotient)
    if dtype is float16:  # the sum may well be beyond its range
        wide = backend.astype(x, dtype=backend.native_dtype(float32))
        return backend.astype(backend.sum(wide, axis=axis, keepdims=keepdims) / count, dtype=x.dtype)
    return backend.sum(x, axis=axis, keepdims=keepdims) / count


def _of_extremes(backend: Any, gradient: Array, x: Array, x_dtype: Any, output: Array, axis: Axis) -> Array:
    """The gradient of a maximum or minimum, in equal shares to the elements that attain it."""
    attained = backend.astype(backend.equal(x, restored(backend, output, x.shape, axis)), dtype=x_dtype)
    shares = attained / backend.sum(attained, axis=axis, keepdims=True)
    return shares * restored(backend, gradient, x.shape, axis)


@op(_of_extremes, accepts=REAL)
def max(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the largest element along axes; see `reduce_max`."""
    return backend.max(x, axis=axis, keepdims=keepdims)


@op(_of_extremes, accepts=REAL)
def min(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the smallest element along axes; see `reduce_min`."""
    return backend.min(x, axis=axis, keepdims=keepdims)


def reduce_sum(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """Return the sum of the elements along `axis`; 0 where there are none.

    Args:
        input_tensor: a numeric tensor of any shape. `float16` is accumulated in `float32`.
        axis: an integer, several, or `None` for all; negative ones count from the last axis.
        keepdims: whether the reduced axes stay, of length one.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.
        DTypeError: if the tensor is not numeric.

    >>> import polytape as tf
    >>> x = tf.constant([[1, 1, 1], [1, 1, 1]])
    >>> int(tf.reduce_sum(x)), tf.reduce_sum(x, 0).numpy().tolist(), tf.reduce_sum(x, 1, keepdims=True).numpy().tolist()
    (6, [2, 2, 2], [[3], [3]])
    """
    return _reduce(sum, input_tensor, axis, keepdims, "reduce_sum")


def reduce_mean(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """Return the mean of the elements along `axis`; NaN where there are none.

    The mean of integers is an integer, truncated towards zero.

    Args:
        input_tensor: a numeric tensor of any shape. `float16` is accumulated in `float32`.
        axis: an integer, several, or `None` for all; negative ones count from the last axis.
        keepdims: whether the reduced axes stay, of length one.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.
        DTypeError: if the tensor is not numeric.

    >>> import polytape as tf
    >>> x = tf.constant([[1.0, 1.0], [2.0, 2.0]])
    >>> float(tf.reduce_mean(x)), tf.reduce_mean(x, 1).numpy().tolist(), int(tf.reduce_mean([1, 0, 1, 0]))
    (1.5, [1.0, 2.0], 0)
    """
    return _reduce(mean, input_tensor, axis, keepdims, "reduce_mean")


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
    return _reduce_extreme(max, input_tensor, axis, keepdims, "reduce_max")


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
    return _reduce_extreme(min, input_tensor, axis, keepdims, "reduce_min")


def _reduce(reduction: Callable[..., Tensor], x: Any, axis: Any, keepdims: Any, name: str) -> Tensor:
    if type(x) is not Tensor:
        x = convert(x)
    if axis is not None:
        axis = arguments.axes(axis, len(x._array.shape), name)
    return reduction(x, axis=axis, keepdims=bool(keepdims))


def _reduce_extreme(reduction: Callable[..., Tensor], x: Any, axis: Any, keepdims: Any, name: str) -> Tensor:
    x = x if type(x) is Tensor else convert(x)
    if 0 in x._array.shape and x.dtype in REAL:
        axis = arguments.axes(axis, x.ndim, name)
        if reduced_count(x._array.shape, axis) == 0:
            return _extreme_of_none(reduction is max, x, axis, keepdims)
    return _reduce(reduction, x, axis, keepdims, name)


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
