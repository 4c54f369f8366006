"""Sorting along one axis, and the largest k."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import ANY, INTEGER, REAL, int32, int64
from polytape.errors import InvalidArgumentError
from polytape.op import op
from polytape.ops.casting import cast
from polytape.ops.extremes import index_dtype
from polytape.tensor import Tensor

_DIRECTIONS = ("ASCENDING", "DESCENDING")
_INDEX = frozenset((int32, int64))


@op(accepts=REAL)
def argsort_(backend: Backend, x: Array, *, axis: int) -> Array:
    """Return the indices that sort along one axis, equal elements in their order, as int64."""
    return backend.argsort(x, axis=axis)


@op(accepts=REAL)
def argsort_descending(backend: Backend, x: Array, *, axis: int) -> Array:
    """Return the indices that sort along one axis from the largest on, ties in their order, as int64."""
    # ~x reverses the order of integers, signed or not, where -x would overflow.
    integer = backend.dtype_of(x).is_integer
    return backend.argsort(backend.bitwise_invert(x) if integer else backend.negative(x), axis=axis)


def _flat_places(backend: Any, indices: Array, indices_dtype: Any, length: int) -> Array:
    """Indices along the last axis as places in all rows of `length`, one after another."""
    count = math.prod(indices.shape[:-1])
    rows = backend.arange(0, count, 1, dtype=indices_dtype, device=backend.device_of(indices))
    starts = backend.reshape(rows, shape=(count, 1)) * length
    places = backend.reshape(indices, shape=(count, indices.shape[-1])) + starts
    return backend.reshape(places, shape=(math.prod(indices.shape),))


def _to_end(rank: int, axis: int) -> tuple[int, ...]:
    """The order of axes that moves `axis` to the end."""
    return (*[number for number in range(rank) if number != axis], axis)


def _from_end(rank: int, axis: int) -> tuple[int, ...]:
    """The order of axes that moves the last axis to `axis`."""
    return (*range(axis), rank - 1, *range(axis, rank - 1))


@op(
    lambda backend, gradient, x_shape, indices, indices_dtype, axis: _put_along_axis(
        backend, gradient, x_shape, indices, indices_dtype, axis
    ),
    None,
    accepts=(ANY, _INDEX),
)
def take_along_axis(backend: Backend, x: Array, indices: Array, *, axis: int) -> Array:
    """Return the elements of `x` at `indices` along one axis; the other axes are those of `indices`."""
    rank = len(x.shape)
    places = backend.permute_dims(indices, axes=_to_end(rank, axis))
    moved_shape = tuple(places.shape)
    rows = backend.reshape(backend.permute_dims(x, axes=_to_end(rank, axis)), shape=(math.prod(x.shape),))
    flat = _flat_places(backend, places, indices.dtype, x.shape[axis])
    taken = backend.reshape(backend.take(rows, flat, axis=0), shape=moved_shape)
    return backend.permute_dims(taken, axes=_from_end(rank, axis))


def _put_along_axis(
    backend: Any, gradient: Array, x_shape: tuple[int, ...], indices: Array, indices_dtype: Any, axis: int
) -> Array:
    """Add `gradient` to zeros of `x_shape` at `indices` along one axis."""
    rank = len(x_shape)
    order = _to_end(rank, axis)
    flat = _flat_places(backend, backend.permute_dims(indices, axes=order), indices_dtype, x_shape[axis])
    rows = backend.reshape(backend.permute_dims(gradient, axes=order), shape=(math.prod(gradient.shape),))
    put = backend.scatter_rows(rows, flat, shape=(math.prod(x_shape),))
    moved_shape = tuple([x_shape[number] for number in order])
    return backend.permute_dims(backend.reshape(put, shape=moved_shape), axes=_from_end(rank, axis))


def argsort(
    values: Any, axis: Any = -1, direction: str = "ASCENDING", stable: bool = False, name: str | None = None
) -> Tensor:
    """Return the indices that sort a tensor along one axis, as int32.

    Args:
        values: a real tensor with at least one axis.
        axis: along which axis; by default the last.
        direction: `"ASCENDING"` or `"DESCENDING"`.
        stable: whether equal elements keep their order; here they always do.

    Raises:
        InvalidArgumentError: if the axis is out of range or the direction unknown.
        DTypeError: if the tensor is complex or of truth values.

    >>> import polytape as tf
    >>> tf.argsort([3, 1, 2, 1]).numpy().tolist()
    [1, 3, 2, 0]
    >>> tf.argsort([3, 1, 2, 1], direction="DESCENDING").numpy().tolist()
    [0, 2, 1, 3]
    """
    return cast(_order(values, axis, direction, "argsort")[1], int32)


def sort(values: Any, axis: Any = -1, direction: str = "ASCENDING", name: str | None = None) -> Tensor:
    """Return the elements along one axis in order; the gradient of each goes to where it came from.

    Args:
        values: a real tensor with at least one axis.
        axis: along which axis; by default the last.
        direction: `"ASCENDING"` or `"DESCENDING"`.

    Raises:
        InvalidArgumentError: if the axis is out of range or the direction unknown.
        DTypeError: if the tensor is complex or of truth values.

    >>> import polytape as tf
    >>> tf.sort([3, 1, 2]).numpy().tolist(), tf.sort([3, 1, 2], direction="DESCENDING").numpy().tolist()
    ([1, 2, 3], [3, 2, 1])
    """
    x, indices, axis = _order(values, axis, direction, "sort")
    return take_along_axis(x, indices, axis=axis)  # type: ignore[no-any-return]


def _order(values: Any, axis: Any, direction: str, name: str) -> tuple[Tensor, Tensor, int]:
    """The tensor, the indices that sort it, and the axis counted from the front."""
    x = values if type(values) is Tensor else convert(values)
    axis = arguments.axis(axis, len(x._array.shape), name)
    descending = arguments.choice(direction, _DIRECTIONS, name, "direction") == "DESCENDING"
    return x, (argsort_descending if descending else argsort_)(x, axis=axis), axis


class TopK(NamedTuple):
    """The largest elements and their indices."""

    values: Tensor
    indices: Tensor


def top_k(input: Any, k: Any = 1, sorted: bool = True, index_type: Any = int32, name: str | None = None) -> TopK:
    """Return the k largest elements along the last axis, in descending order, and their indices.

    Of equal elements the one with the lower index comes first.

    Args:
        input: a real tensor with at least one axis.
        k: how many; at most the length of the last axis.
        sorted: whether they must be in descending order; here they always are.
        index_type: the dtype of the indices, `tf.int32` or `tf.int64`.

    Returns:
        A named tuple `(values, indices)`.

    Raises:
        InvalidArgumentError: if there are fewer than k elements.
        DTypeError: if the tensor is complex or of truth values.

    >>> import polytape as tf
    >>> values, indices = tf.math.top_k([1, 5, 3, 5], k=2)
    >>> values.numpy().tolist(), indices.numpy().tolist()
    ([5, 5], [1, 3])
    """
    x, order, axis = _order(input, -1, "DESCENDING", "top_k")
    count, length = arguments.integer(k, "top_k: k"), x._array.shape[axis]
    if not 0 <= count <= length:
        raise InvalidArgumentError(
            f"top_k: k must be from 0 to the length of the last axis, {length}; received {count}."
        )
    indices = order[..., :count]
    return TopK(take_along_axis(x, indices, axis=axis), cast(indices, index_dtype(index_type, "top_k")))


@op(accepts=(frozenset((int32, int64)), REAL - INTEGER))
def in_top_k_(backend: Backend, targets: Array, predictions: Array, *, k: int) -> Array:
    """Return whether each row's target is among its k largest predictions; see `in_top_k`."""
    batch, classes = predictions.shape
    inside = backend.logical_and(backend.greater_equal(targets, 0), backend.less(targets, classes))
    rows = backend.arange(0, batch, 1, dtype=targets.dtype, device=backend.device_of(targets))
    starts = backend.multiply(rows, classes)
    places = backend.where(inside, backend.add(targets, starts), 0)
    scores = backend.take(backend.reshape(predictions, shape=(batch * classes,)), places, axis=0)
    larger = backend.greater(predictions, backend.reshape(scores, shape=(batch, 1)))
    rank = backend.sum(backend.astype(larger, dtype=targets.dtype), axis=1)
    finite = backend.all(backend.isfinite(predictions), axis=1)
    return backend.logical_and(backend.logical_and(inside, finite), backend.less(rank, k))


def in_top_k(targets: Any, predictions: Any, k: Any, name: str | None = None) -> Tensor:
    """Return whether each row's target is among its k largest predictions.

    Classes that tie with the k-th count as being among them. A target that is no class, or a row with a
    prediction that is not finite, gives false.

    Args:
        targets: the class of each row: integers, shape `(batch,)`.
        predictions: floating-point, shape `(batch, classes)`.
        k: how many of the largest count.

    Raises:
        InvalidArgumentError: if the shapes don't fit.

    >>> import polytape as tf
    >>> tf.math.in_top_k([1, 0], [[0.1, 0.3, 0.6], [0.1, 0.3, 0.6]], k=2).numpy().tolist()
    [True, False]
    """
    targets = targets if type(targets) is Tensor else convert(targets)
    predictions = predictions if type(predictions) is Tensor else convert(predictions)
    rows, shape = targets._array.shape, predictions._array.shape
    if len(shape) != 2 or tuple(rows) != tuple(shape[:1]):
        raise InvalidArgumentError(
            f"in_top_k: predictions must have shape (batch, classes) and targets (batch,); received "
            f"{list(shape)} and {list(rows)}."
        )
    if not shape[1]:
        raise InvalidArgumentError(f"in_top_k: predictions must have at least one class; received shape {list(shape)}.")
    return in_top_k_(targets, predictions, k=arguments.integer(k, "in_top_k: k"))  # type: ignore[no-any-return]
