"""Reductions along axes: sums, means, products, truth values.

The backend-level ops are called as the array API calls them (`sum`, `max`); TensorFlow's names (`reduce_sum`)
stand below them, check the axes and call them. A reduction without `axis` goes the short way: nothing is to
be checked.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from polytape import arguments
from polytape.backend import Array, Axis, Backend, Shape
from polytape.conversion import convert
from polytape.dtypes import BOOL, float16, float32, int64, uint64
from polytape.op import op
from polytape.ops.scan import products_after, products_before
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
def sum_(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
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
        wide = backend.astype(x, dtype=backend.native_dtype(uint64 if dtype.is_unsigned else int64))
        total = backend.sum(wide, axis=axis, keepdims=keepdims)  # it may well be beyond the range of the elements
        quotient = backend.floor_divide(backend.abs(total), count or 1)
        quotient = backend.where(backend.less(total, 0), backend.negative(quotient), quotient)
        return backend.astype(quotient, dtype=x.dtype)
    if dtype is float16:  # the sum may well be beyond its range
        wide = backend.astype(x, dtype=backend.native_dtype(float32))
        return backend.astype(backend.sum(wide, axis=axis, keepdims=keepdims) / count, dtype=x.dtype)
    return backend.sum(x, axis=axis, keepdims=keepdims) / count


@op(
    lambda backend, gradient, x, x_dtype, axis: (
        restored(backend, gradient, x.shape, axis) * products_of_others(backend, x, x_dtype, axis)
    ),
)
def prod(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the product along axes; see `reduce_prod`."""
    return backend.prod(x, axis=axis, keepdims=keepdims)


def products_of_others(backend: Any, x: Array, x_dtype: Any, axis: Axis) -> Array:
    """For each element the product of all others that a product along `axis` multiplies it with.

    What is before it times what is after it: dividing the whole product by the element would fail at zero.
    """
    shape = tuple(x.shape)
    rank = len(shape)
    axes = tuple(range(rank)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple([number % rank for number in axes])
    order = (*[number for number in range(rank) if number not in axes], *axes)
    moved = backend.permute_dims(x, axes=order)
    moved_shape = tuple([shape[number] for number in order])
    rows = backend.reshape(moved, shape=(*moved_shape[: rank - len(axes)], reduced_count(shape, axes)))
    others = products_before(backend, rows, x_dtype) * products_after(backend, rows, x_dtype)
    return backend.permute_dims(
        backend.reshape(others, shape=moved_shape), axes=tuple(sorted(range(rank), key=order.__getitem__))
    )


@op(accepts=BOOL)
def all_(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return whether all elements along axes are true; see `reduce_all`."""
    return backend.all(x, axis=axis, keepdims=keepdims)


@op(accepts=BOOL)
def any_(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return whether some element along axes is true; see `reduce_any`."""
    return backend.any(x, axis=axis, keepdims=keepdims)


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
    >>> int(tf.reduce_sum(x)), tf.reduce_sum(x, 0).numpy().tolist()
    (6, [2, 2, 2])
    >>> tf.reduce_sum(x, 1, keepdims=True).numpy().tolist()
    [[3], [3]]
    """
    return reduce(sum_, input_tensor, axis, keepdims, "reduce_sum")


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
    return reduce(mean, input_tensor, axis, keepdims, "reduce_mean")


def reduce_prod(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """Return the product of the elements along `axis`; 1 where there are none.

    The gradient is right where elements are zero, too.

    Args:
        input_tensor: a numeric tensor of any shape. `float16` is accumulated in `float32`.
        axis: an integer, several, or `None` for all; negative ones count from the last axis.
        keepdims: whether the reduced axes stay, of length one.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.
        DTypeError: if the tensor is not numeric.

    >>> import polytape as tf
    >>> tf.reduce_prod([[1, 2], [3, 4]], axis=0).numpy().tolist()
    [3, 8]
    """
    return reduce(prod, input_tensor, axis, keepdims, "reduce_prod")


def reduce_all(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """Return whether all truth values along `axis` are true, as they are where there are none.

    Args:
        input_tensor: a bool tensor of any shape.
        axis: an integer, several, or `None` for all; negative ones count from the last axis.
        keepdims: whether the reduced axes stay, of length one.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.
        DTypeError: if the tensor is not bool.

    >>> import polytape as tf
    >>> tf.reduce_all([[True, True], [False, True]], axis=1).numpy().tolist()
    [True, False]
    """
    return reduce(all_, input_tensor, axis, keepdims, "reduce_all")


def reduce_any(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """Return whether some truth value along `axis` is true; false where there are none.

    Args:
        input_tensor: a bool tensor of any shape.
        axis: an integer, several, or `None` for all; negative ones count from the last axis.
        keepdims: whether the reduced axes stay, of length one.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.
        DTypeError: if the tensor is not bool.

    >>> import polytape as tf
    >>> tf.reduce_any([[True, False], [False, False]], axis=1).numpy().tolist()
    [True, False]
    """
    return reduce(any_, input_tensor, axis, keepdims, "reduce_any")


def reduce(reduction: Callable[..., Tensor], x: Any, axis: Any, keepdims: Any, name: str) -> Tensor:
    """Run the op `reduction` on arguments as TensorFlow takes them; `name` is for error messages."""
    if type(x) is not Tensor:
        x = convert(x)
    if axis is not None:
        rank = len(x._array.shape)
        if type(axis) is int and -rank <= axis < rank:
            axis %= rank
        else:
            axis = arguments.axes(axis, rank, name)
    return reduction(x, axis=axis, keepdims=bool(keepdims))
