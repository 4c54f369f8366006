"""Slices of a tensor at indices that are tensors themselves: gather, gather_nd, boolean_mask."""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend, Shape
from polytape.conversion import convert
from polytape.dtypes import ANY, BOOL, INTEGER, int32, int64
from polytape.errors import DTypeError, InvalidArgumentError, OutOfRangeError
from polytape.indexed_slices import IndexedSlices
from polytape.op import OPS, op
from polytape.ops.shape import permute_dims, reshape_
from polytape.tensor import Tensor


def _scattered(backend: Any, gradient: Array, indices: Array, x_shape: Shape, axis: int) -> Any:
    """The gradient of slices taken at one-dimensional indices; along the first axis without the rows not taken."""
    shape = tuple(x_shape)
    if axis == 0:
        return IndexedSlices(gradient, indices, shape, backend)
    there = (axis, *[other for other in range(len(shape)) if other != axis])
    rows = backend.permute_dims(gradient, axes=there)
    dense = backend.scatter_rows(rows, indices, shape=tuple([shape[i] for i in there]))
    return backend.permute_dims(dense, axes=(*range(1, axis + 1), 0, *range(axis + 1, len(shape))))


@op(_scattered, None, accepts=(ANY, INTEGER))
def take(backend: Backend, x: Array, indices: Array, *, axis: int) -> Array:
    """Return the slices of `x` along an axis at a one-dimensional tensor of indices, all of them within range."""
    return backend.take(x, indices, axis=axis)


def _of_gathered(backend: Any, gradient: Array, indices: Array, x_shape: Shape, axis: int) -> Any:
    count = math.prod(indices.shape)
    rows = backend.reshape(gradient, shape=(*x_shape[:axis], count, *x_shape[axis + 1 :]))
    return _scattered(backend, rows, backend.reshape(indices, shape=(count,)), x_shape, axis)


@op(_of_gathered, None, accepts=(ANY, INTEGER))
def gather_slices(backend: Backend, x: Array, indices: Array, *, axis: int) -> Array:
    """Return the slices of `x` along an axis at indices of any shape, which takes the place of the axis."""
    shape, wanted = tuple(x.shape), tuple(indices.shape)
    require_in_range(backend, indices, shape[axis], axis)
    flat = backend.reshape(indices, shape=(math.prod(wanted),))
    return backend.reshape(backend.take(x, flat, axis=axis), shape=(*shape[:axis], *wanted, *shape[axis + 1 :]))


@op(accepts=INTEGER)
def any_out_of_range(backend: Backend, indices: Array, *, length: int) -> Array:
    """Return whether one of some indices is below 0, or not below `length`."""
    native = indices.dtype
    device = backend.device_of(indices)
    low = backend.less(indices, backend.full((), 0, dtype=native, device=device))
    high = backend.greater_equal(indices, backend.full((), length, dtype=native, device=device))
    return backend.any(backend.logical_or(low, high))


def require_in_range(backend: Backend, indices: Array, length: int, axis: int) -> None:
    """Raise `OutOfRangeError` unless all indices are from 0 up to but without `length`."""
    if 0 in indices.shape or not bool(backend.any_out_of_range(indices, length=length)):
        return
    for place, index in _enumerated(backend.to_numpy(indices).tolist()):
        if not 0 <= index < length:
            raise OutOfRangeError(
                f"indices{list(place) or ''} = {index} is not in [0, {length}): there is no such index along axis "
                f"{axis} of length {length}."
            )


def _enumerated(values: Any, place: tuple[int, ...] = ()) -> Any:
    """The numbers in nested lists, each with its place."""
    if not isinstance(values, list):
        yield place, values
        return
    for position, value in enumerate(values):
        yield from _enumerated(value, (*place, position))


@op(accepts=INTEGER)
def row_numbers(backend: Backend, indices: Array, *, lengths: Shape, batch_dims: int) -> Array:
    """Return the row numbers, one-dimensional, of elements whose indices along several axes are given.

    Args:
        indices: shape [*batch, ..., len(lengths)].
        lengths: the lengths of the axes.
        batch_dims: the number of leading axes of `indices` that count batches of `lengths` rows.
    """
    outer = tuple(indices.shape[:-1])
    batch, count = outer[:batch_dims], math.prod(lengths)
    native = backend.native_dtype(int64 if max(count, 1) * math.prod(batch) > int32.max else int32)
    rows = backend.full(outer, 0, dtype=native, device=backend.device_of(indices))
    for position, length in enumerate(lengths):
        component = backend.getitem(indices, key=(Ellipsis, position))
        require_in_range(backend, component, length, batch_dims + position)
        rows = rows * length + backend.astype(component, dtype=native)
    if batch_dims:
        first = backend.arange(0, math.prod(batch), 1, dtype=native, device=backend.device_of(indices)) * count
        rows = rows + backend.reshape(first, shape=(*batch, *(1,) * (len(outer) - batch_dims)))
    return backend.reshape(rows, shape=(math.prod(outer),))


def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    axis: Any = None,
    batch_dims: int = 0,
    name: str | None = None,
) -> Tensor:
    """Return the slices of a tensor along an axis at some indices.

    The gradient along the first axis is a `tf.IndexedSlices`: it takes no more room than the slices.

    Args:
        params: a tensor of any dtype.
        indices: integers of any shape.
        axis: along which axis; by default the first one after the batch.
        batch_dims: how many leading axes `params` and `indices` have in common.

    Returns:
        Shape `params.shape[:axis] + indices.shape[batch_dims:] + params.shape[axis + 1:]`.

    Raises:
        OutOfRangeError: if an index is negative or not below the axis' length.

    >>> import polytape as tf
    >>> tf.gather([10, 20, 30], [2, 0]).numpy().tolist()
    [30, 10]
    >>> tf.gather([[1, 2], [3, 4]], [[1], [0]], batch_dims=1).numpy().tolist()
    [[2], [3]]
    """
    x = params if type(params) is Tensor else convert(params)
    at = _indices(indices, x, "gather")
    shape = tuple(x._array.shape)
    batch = 0 if batch_dims == 0 else arguments.axis(batch_dims, len(at._array.shape) + 1, "gather", "batch_dims")
    place = batch if axis is None else arguments.axis(axis, len(shape), "gather")
    if not batch:
        if not shape:
            raise InvalidArgumentError("gather: params must have at least one axis; received a tensor without axes.")
        return gather_slices(x, at, axis=place)  # type: ignore[no-any-return]
    outer, wanted = shape[:batch], tuple(at._array.shape)
    if place < batch or wanted[:batch] != outer:
        raise InvalidArgumentError(
            f"gather: params and indices must have their first {batch} axes in common, and axis come after them; "
            f"received shapes {list(shape)} and {list(wanted)}, and axis {place}."
        )
    middle, rest = shape[batch:place], shape[place + 1 :]
    if middle:
        x = permute_dims(x, axes=(*range(batch), place, *range(batch, place), *range(place + 1, len(shape))))
    rows = row_numbers(reshape_(at, shape=(*wanted, 1)), lengths=(shape[place],), batch_dims=batch)
    x = take(reshape_(x, shape=(math.prod(outer) * shape[place], *middle, *rest)), rows, axis=0)
    x = reshape_(x, shape=(*wanted, *middle, *rest))
    if middle:
        inner, between = range(batch, len(wanted)), range(len(wanted), len(wanted) + len(middle))
        x = permute_dims(x, axes=(*range(batch), *between, *inner, *range(between.stop, x.ndim)))
    return x  # type: ignore[no-any-return]


def gather_nd(
    params: Any, indices: Any, batch_dims: int = 0, name: str | None = None, bad_indices_policy: str = ""
) -> Tensor:
    """Return the slices of a tensor at indices along several axes.

    Args:
        params: a tensor of any dtype.
        indices: integers of shape [*batch, ..., n], n indices along the n axes after the batch.
        batch_dims: how many leading axes `params` and `indices` have in common.

    Returns:
        Shape `indices.shape[:-1] + params.shape[batch_dims + n:]`.

    Raises:
        OutOfRangeError: if an index is negative or not below its axis' length.

    >>> import polytape as tf
    >>> tf.gather_nd([[1, 2], [3, 4]], [[0, 0], [1, 1]]).numpy().tolist()
    [1, 4]
    """
    x = params if type(params) is Tensor else convert(params)
    at = _indices(indices, x, "gather_nd")
    shape, wanted = tuple(x._array.shape), tuple(at._array.shape)
    batch = arguments.integer(batch_dims, "gather_nd: batch_dims")
    if not wanted or wanted[-1] > len(shape) - batch or not 0 <= batch < len(wanted) or wanted[:batch] != shape[:batch]:
        raise InvalidArgumentError(
            "gather_nd: the last axis of indices must hold at most as many indices as params has axes after the "
            f"{batch} "
            f"of the batch, which both have in common; received shapes {list(shape)} and {list(wanted)}."
        )
    lengths, rest = shape[batch : batch + wanted[-1]], shape[batch + wanted[-1] :]
    rows = row_numbers(at, lengths=lengths, batch_dims=batch)
    flat = reshape_(x, shape=(math.prod(shape[: batch + wanted[-1]]), *rest))
    return reshape_(take(flat, rows, axis=0), shape=(*wanted[:-1], *rest))  # type: ignore[no-any-return]


def boolean_mask(tensor: Any, mask: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """Return the slices of a tensor where a mask is true.

    Args:
        tensor: a tensor of any dtype.
        mask: bool, with the lengths of one or more adjacent axes of the tensor.
        axis: the first of these axes; by default 0.

    Returns:
        The tensor with these axes flattened to one that holds what the mask selects.

    >>> import polytape as tf
    >>> tf.boolean_mask([[1, 2], [3, 4], [5, 6]], [True, False, True]).numpy().tolist()
    [[1, 2], [5, 6]]
    """
    x = tensor if type(tensor) is Tensor else convert(tensor)
    chosen = mask if type(mask) is Tensor else convert(mask, like=x)
    if chosen.dtype not in BOOL:
        raise DTypeError(f"boolean_mask: the mask must be bool; received {chosen.dtype.name}.")
    shape, masked = tuple(x._array.shape), tuple(chosen._array.shape)
    first = 0 if axis is None else arguments.axis(axis, len(shape), "boolean_mask")
    if not masked or shape[first : first + len(masked)] != masked:
        raise InvalidArgumentError(
            f"boolean_mask: the mask must have the lengths of the tensor's axes from axis {first} on; received shapes "
            f"{list(masked)} and {list(shape)}."
        )
    count = math.prod(masked)
    places = OPS["nonzero"](reshape_(chosen, shape=(count,)))
    flat = reshape_(x, shape=(*shape[:first], count, *shape[first + len(masked) :]))
    return take(flat, reshape_(places, shape=(places._array.shape[0],)), axis=first)  # type: ignore[no-any-return]


def _indices(indices: Any, like: Tensor, op: str) -> Tensor:
    found = indices if type(indices) is Tensor else convert(indices, like=like)
    if found.dtype in INTEGER:
        return found
    if isinstance(indices, (list, tuple)) and 0 in found._array.shape:  # no number that could tell its dtype
        return convert(indices, int32, like=like)
    raise DTypeError(f"{op}: indices must be integers; received {found.dtype.name}. Convert them with tf.cast.")
