"""Slices written to the places that indices say: scatter_nd, tensor_scatter_nd_update and its kin."""

from __future__ import annotations

import math
from typing import Any

from polytape.backend import Array, Backend, Shape
from polytape.conversion import convert
from polytape.dtypes import ANY, INEXACT, INTEGER, NUMERIC, REAL
from polytape.errors import InvalidArgumentError
from polytape.op import op
from polytape.ops.creation import lengths_of
from polytape.ops.gathering import row_numbers
from polytape.ops.shape import reshape_
from polytape.tensor import Tensor


@op(
    lambda backend, gradient, indices: backend.take(gradient, indices, axis=0),
    None,
    accepts=(NUMERIC, INTEGER),
)
def scatter_rows(backend: Backend, values: Array, indices: Array, *, shape: Shape) -> Array:
    """Return zeros of `shape` with `values[i]` added to row `indices[i]`."""
    zeros = backend.full(tuple(shape), 0, dtype=values.dtype, device=backend.device_of(values))
    return backend.scatter_add(zeros, indices, values)


@op(
    lambda gradient: gradient,
    None,
    lambda backend, gradient, indices: backend.take(gradient, indices, axis=0),
    accepts=(NUMERIC, INTEGER, NUMERIC),
)
def scatter_add(backend: Backend, x: Array, indices: Array, updates: Array) -> Array:
    """Return `x` with `updates[i]` added to row `indices[i]`."""
    return backend.scatter_add(x, indices, updates)


@op(accepts=INTEGER)
def last_occurrences(backend: Backend, indices: Array) -> Array:
    """Return for each of some indices whether it is not found again further on."""
    count = indices.shape[0]
    order = backend.argsort(indices, axis=0)
    ordered = backend.take(indices, order, axis=0)
    ends = backend.not_equal(
        backend.getitem(ordered, key=(slice(1, None),)), backend.getitem(ordered, key=(slice(0, -1),))
    )
    last = backend.full((min(count, 1),), True, dtype=ends.dtype, device=backend.device_of(indices))
    back = backend.argsort(order, axis=0)  # the inverse of the sort, which is a stable one
    return backend.take(backend.concat((ends, last), axis=0), back, axis=0)


def _column(backend: Any, flags: Array, like: Shape) -> Array:
    """One flag for each row, with axes enough to broadcast over the rows."""
    return backend.reshape(flags, shape=(flags.shape[0], *(1,) * (len(like) - 1)))


def _kept(backend: Any, gradient: Array, indices: Array, updates_shape: Shape, updates_dtype: Any) -> Array:
    """The gradient of what was written over: zero in the rows written to."""
    return backend.scatter_update(gradient, indices, backend.full(tuple(updates_shape), 0, dtype=updates_dtype))


def _of_written(backend: Any, gradient: Array, indices: Array, updates_shape: Shape) -> Array:
    """The gradient of what was written: zero where it was written over in turn."""
    lasting = _column(backend, backend.last_occurrences(indices), updates_shape)
    return backend.where(lasting, backend.take(gradient, indices, axis=0), 0)


@op(_kept, None, _of_written, accepts=(ANY, INTEGER, ANY))
def scatter_update(backend: Backend, x: Array, indices: Array, updates: Array) -> Array:
    """Return `x` with `updates[i]` in place of row `indices[i]`; the last of several for one row counts."""
    if 0 in updates.shape:
        return x
    device = backend.device_of(x)
    sources = backend.arange(1, updates.shape[0] + 1, 1, dtype=indices.dtype, device=device)
    zeros = backend.full((x.shape[0],), 0, dtype=indices.dtype, device=device)
    lasting = backend.where(backend.last_occurrences(indices), sources, 0)
    source = backend.scatter_add(zeros, indices, lasting)  # for each row its update's number from 1, or 0
    written = _column(backend, backend.greater(source, 0), x.shape)
    return backend.where(written, backend.take(updates, backend.maximum(source - 1, zeros), axis=0), x)


def _share(
    backend: Any, gradient: Array, output: Array, x: Array, x_dtype: Any, indices: Array, updates: Array
) -> tuple[Array, Array, Array]:
    """The gradient for each of those that attain an extreme, in equal parts; and which of `x` and `updates` do."""
    old = backend.astype(backend.equal(x, output), dtype=x_dtype)
    new = backend.astype(backend.equal(updates, backend.take(output, indices, axis=0)), dtype=x_dtype)
    return gradient / backend.scatter_add(old, indices, new), old, new


def _of_old(
    backend: Any, gradient: Array, output: Array, x: Array, x_dtype: Any, indices: Array, updates: Array
) -> Array:
    part, old, _ = _share(backend, gradient, output, x, x_dtype, indices, updates)
    return part * old


def _of_new(
    backend: Any, gradient: Array, output: Array, x: Array, x_dtype: Any, indices: Array, updates: Array
) -> Array:
    part, _, new = _share(backend, gradient, output, x, x_dtype, indices, updates)
    return backend.take(part, indices, axis=0) * new


def _groups(backend: Backend, indices: Array, updates: Array, neutral: Any) -> Array:
    """For each update all updates of its row, along a new second axis; `neutral` stands for those of other rows."""
    count = indices.shape[0]
    alike = backend.equal(backend.reshape(indices, shape=(count, 1)), backend.reshape(indices, shape=(1, count)))
    alike = backend.reshape(alike, shape=(count, count, *(1,) * (len(updates.shape) - 1)))
    return backend.where(alike, backend.reshape(updates, shape=(1, *updates.shape)), neutral)


@op(_of_old, None, _of_new, accepts=(REAL, INTEGER, REAL))
def scatter_maximum(backend: Backend, x: Array, indices: Array, updates: Array) -> Array:
    """Return `x` with row `indices[i]` raised to `updates[i]` where that is larger."""
    if 0 in updates.shape:
        return x
    largest = backend.max(_groups(backend, indices, updates, backend.dtype_of(x).min), axis=1)
    return backend.scatter_update(x, indices, backend.maximum(backend.take(x, indices, axis=0), largest))


@op(_of_old, None, _of_new, accepts=(REAL, INTEGER, REAL))
def scatter_minimum(backend: Backend, x: Array, indices: Array, updates: Array) -> Array:
    """Return `x` with row `indices[i]` lowered to `updates[i]` where that is smaller."""
    if 0 in updates.shape:
        return x
    smallest = backend.min(_groups(backend, indices, updates, backend.dtype_of(x).max), axis=1)
    return backend.scatter_update(x, indices, backend.minimum(backend.take(x, indices, axis=0), smallest))


@op(accepts=(NUMERIC, INTEGER, NUMERIC))
def scatter_multiply(backend: Backend, x: Array, indices: Array, updates: Array) -> Array:
    """Return `x` with row `indices[i]` multiplied by `updates[i]`."""
    if 0 in updates.shape:
        return x
    product = backend.prod(_groups(backend, indices, updates, 1), axis=1)
    return backend.scatter_update(x, indices, backend.take(x, indices, axis=0) * product)


@op(accepts=(INEXACT, INTEGER, INEXACT))
def scatter_divide(backend: Backend, x: Array, indices: Array, updates: Array) -> Array:
    """Return `x` with row `indices[i]` divided by `updates[i]`."""
    if 0 in updates.shape:
        return x
    product = backend.prod(_groups(backend, indices, updates, 1), axis=1)
    return backend.scatter_update(x, indices, backend.take(x, indices, axis=0) / product)


def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> Tensor:
    """Return zeros of a shape to which slices have been added.

    Args:
        indices: integers of shape [..., n]: n indices along the first n axes.
        updates: the slices, of shape `indices.shape[:-1] + shape[n:]`; several for one place add up.
        shape: the shape of the result.

    Raises:
        OutOfRangeError: if an index is negative or not below its axis' length.

    >>> import polytape as tf
    >>> tf.scatter_nd([[1], [3], [1]], [10, 20, 30], [5]).numpy().tolist()
    [0, 40, 0, 20, 0]
    """
    values = updates if type(updates) is Tensor else convert(updates)
    lengths = lengths_of(shape, "scatter_nd")
    rows, flat, depth = _placed(indices, values, lengths, "scatter_nd")
    dense = scatter_rows(flat, rows, shape=(math.prod(lengths[:depth]), *lengths[depth:]))
    return reshape_(dense, shape=lengths)  # type: ignore[no-any-return]


def tensor_scatter_nd_update(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """Return a tensor with slices in place of some of its own.

    Args:
        tensor: a tensor of any dtype.
        indices: integers of shape [..., n]: n indices along the tensor's first n axes.
        updates: the slices, of shape `indices.shape[:-1] + tensor.shape[n:]`; the last of several for one place counts.

    Raises:
        OutOfRangeError: if an index is negative or not below its axis' length.

    >>> import polytape as tf
    >>> tf.tensor_scatter_nd_update([1, 2, 3], [[0], [2]], [10, 30]).numpy().tolist()
    [10, 2, 30]
    """
    return _scatter(scatter_update, tensor, indices, updates, "tensor_scatter_nd_update")


def tensor_scatter_nd_add(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """Return a tensor to some of whose slices others have been added; several for one place add up.

    Arguments as in `tf.tensor_scatter_nd_update`.

    >>> import polytape as tf
    >>> tf.tensor_scatter_nd_add([1, 2, 3], [[0], [2], [0]], [10, 30, 5]).numpy().tolist()
    [16, 2, 33]
    """
    return _scatter(scatter_add, tensor, indices, updates, "tensor_scatter_nd_add")


def tensor_scatter_nd_sub(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """Return a tensor from some of whose slices others have been subtracted; several for one place add up.

    Arguments as in `tf.tensor_scatter_nd_update`.

    >>> import polytape as tf
    >>> tf.tensor_scatter_nd_sub([1, 2, 3], [[0], [2], [0]], [1, 1, 5]).numpy().tolist()
    [-5, 2, 2]
    """
    x = tensor if type(tensor) is Tensor else convert(tensor)
    values = convert(updates, x.dtype, like=x)
    return _scatter(scatter_add, x, indices, -values, "tensor_scatter_nd_sub")


def tensor_scatter_nd_max(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """Return a tensor some of whose slices have been raised, element by element, to others that are larger.

    Arguments as in `tf.tensor_scatter_nd_update`. Elements that are equal share the gradient.

    >>> import polytape as tf
    >>> tf.tensor_scatter_nd_max([1, 2, 3], [[0], [2], [0]], [5, 1, 4]).numpy().tolist()
    [5, 2, 3]
    """
    return _scatter(scatter_maximum, tensor, indices, updates, "tensor_scatter_nd_max")


def tensor_scatter_nd_min(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """Return a tensor some of whose slices have been lowered, element by element, to others that are smaller.

    Arguments as in `tf.tensor_scatter_nd_update`. Elements that are equal share the gradient.

    >>> import polytape as tf
    >>> tf.tensor_scatter_nd_min([1, 2, 3], [[0], [2], [0]], [5, 1, 0]).numpy().tolist()
    [0, 2, 1]
    """
    return _scatter(scatter_minimum, tensor, indices, updates, "tensor_scatter_nd_min")


def _scatter(function: Any, tensor: Any, indices: Any, updates: Any, name: str) -> Tensor:
    """`function(x, rows, updates)` on the tensor flattened to rows."""
    x = tensor if type(tensor) is Tensor else convert(tensor)
    values = updates if type(updates) is Tensor else convert(updates, x.dtype, like=x)
    shape = tuple(x._array.shape)
    rows, flat, depth = _placed(indices, values, shape, name)
    flat_x = reshape_(x, shape=(math.prod(shape[:depth]), *shape[depth:]))
    return reshape_(function(flat_x, rows, flat), shape=shape)  # type: ignore[no-any-return]


def _placed(indices: Any, updates: Tensor, shape: Shape, name: str) -> tuple[Tensor, Tensor, int]:
    """The numbers of the rows written to, the updates flattened to rows, and how many axes a row number stands for."""
    at = indices if type(indices) is Tensor else convert(indices, like=updates)
    found = tuple(at._array.shape)
    depth = found[-1] if found else 0
    if not found or depth > len(shape) or tuple(updates._array.shape) != (*found[:-1], *shape[depth:]):
        raise InvalidArgumentError(
            f"{name}: updates must have the shape indices.shape[:-1] + shape[indices.shape[-1]:]; received indices of "
            f"shape {list(found)}, updates of shape {list(updates._array.shape)}, and shape {list(shape)}."
        )
    rows = row_numbers(at, lengths=shape[:depth], batch_dims=0)
    return rows, reshape_(updates, shape=(math.prod(found[:-1]), *shape[depth:])), depth
