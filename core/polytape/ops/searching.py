"""Where values belong in sorted sequences, and which values there are."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from polytape.backend import Array, Backend
from polytape.backward import tensor_backend
from polytape.conversion import convert, convert_group
from polytape.dtypes import BOOL, REAL, int32, int64
from polytape.errors import InvalidArgumentError
from polytape.op import op
from polytape.ops.casting import cast
from polytape.ops.extremes import index_dtype
from polytape.ops.scan import shifted
from polytape.tensor import Tensor


@op(accepts=REAL)
def searchsorted_(backend: Backend, sorted_sequence: Array, values: Array, *, side: str) -> Array:
    """Return where values belong in sorted rows, as int64, by bisection; see `searchsorted`."""
    rows, length = sorted_sequence.shape
    native, device = backend.native_dtype(int64), backend.device_of(values)
    flat = backend.reshape(sorted_sequence, shape=(rows * length,))
    starts = backend.reshape(backend.arange(0, rows, 1, dtype=native, device=device), shape=(rows, 1)) * length
    low = backend.full(tuple(values.shape), 0, dtype=native, device=device)
    high = backend.full(tuple(values.shape), length, dtype=native, device=device)
    precedes = backend.less if side == "left" else backend.less_equal
    for _ in range(length.bit_length()):
        middle = backend.floor_divide(low + high, 2)
        places = backend.reshape(backend.minimum(middle, length - 1) + starts, shape=(math.prod(values.shape),))
        found = backend.reshape(backend.take(flat, places, axis=0), shape=tuple(values.shape))
        beyond = backend.logical_and(precedes(found, values), backend.less(low, high))
        low = backend.where(beyond, middle + 1, low)
        high = backend.where(beyond, high, middle)
    return low


def searchsorted(
    sorted_sequence: Any, values: Any, side: str = "left", out_type: Any = int32, name: str | None = None
) -> Tensor:
    """Return at which places values would have to be inserted into sorted rows to keep them sorted.

    Args:
        sorted_sequence: a real tensor of shape `(..., n)`, ascending along the last axis.
        values: of the same dtype, shape `(..., m)`, with the same leading axes.
        side: `"left"` for the first place that keeps the order, `"right"` for the last.
        out_type: `tf.int32` or `tf.int64`.

    Returns:
        A tensor of the shape of `values`, with places from 0 to n.

    Raises:
        InvalidArgumentError: if the leading axes differ or the side is unknown.

    >>> import polytape as tf
    >>> tf.searchsorted([1, 3, 5, 7], [0, 3, 8]).numpy().tolist()
    [0, 1, 4]
    >>> tf.searchsorted([1, 3, 5, 7], [0, 3, 8], side="right").numpy().tolist()
    [0, 2, 4]
    """
    if side not in ("left", "right"):
        raise InvalidArgumentError(f"searchsorted: side must be 'left' or 'right'; received {side!r}.")
    dtype = index_dtype(out_type, "searchsorted")
    sequence, sought = convert_group((sorted_sequence, values), (REAL, REAL), "searchsorted")
    shape, wanted = tuple(sequence._array.shape), tuple(sought._array.shape)
    if not shape or not wanted or shape[:-1] != wanted[:-1]:
        raise InvalidArgumentError(
            "searchsorted: sorted_sequence and values must have the same axes before the last; received "
            f"shapes {list(shape)} and {list(wanted)}."
        )
    backend = tensor_backend(sequence._backend)
    rows = math.prod(shape[:-1])
    flat = (backend.reshape(x, shape=(rows, x._array.shape[-1])) for x in (sequence, sought))
    return cast(backend.reshape(searchsorted_(*flat, side=side), shape=wanted), dtype)


@op(accepts=REAL | BOOL, multiple=True)
def unique_places(backend: Backend, x: Array) -> tuple[Array, Array, Array]:
    """Return where each different element comes first, which one is where, and counts; see `unique`."""
    native, device = backend.native_dtype(int64), backend.device_of(x)
    length = x.shape[0]
    if not length:
        empty = backend.full((0,), 0, dtype=native, device=device)
        return empty, empty, empty
    if backend.dtype_of(x).is_bool:
        x = backend.astype(x, dtype=native)
    order = backend.argsort(x, axis=0)
    ascending = backend.take(x, order, axis=0)
    new = backend.not_equal(ascending, shifted(backend, ascending, x.dtype, 0, 1, 0))
    new = backend.concat((backend.equal(order[:1], order[:1]), new[1:]), axis=0)
    groups = backend.cumulative_sum(backend.astype(new, dtype=native), axis=0) - 1
    count = int(groups[-1]) + 1
    # The sort is stable: the first of each group is the one that comes first.
    first = backend.scatter_rows(backend.where(new, order, 0), groups, shape=(count,))
    by_appearance = backend.argsort(first, axis=0)
    number_of_group = backend.argsort(by_appearance, axis=0)
    numbers = backend.take(backend.take(number_of_group, groups, axis=0), backend.argsort(order, axis=0), axis=0)
    ones = backend.full((length,), 1, dtype=native, device=device)
    return (
        backend.take(first, by_appearance, axis=0),
        numbers,
        backend.scatter_rows(ones, numbers, shape=(count,)),
    )


class Unique(NamedTuple):
    """The different elements, and for each element the index of the one it equals."""

    y: Tensor
    idx: Tensor


class UniqueWithCounts(NamedTuple):
    """The different elements, for each element the index of the one it equals, and the counts."""

    y: Tensor
    idx: Tensor
    count: Tensor  # type: ignore[assignment]  # TensorFlow's name, in place of the method of tuples


def unique(x: Any, out_idx: Any = int32, name: str | None = None) -> Unique:
    """Return the different elements in the order in which they come first.

    Args:
        x: a real tensor or one of truth values, with one axis.
        out_idx: the dtype of the indices, `tf.int32` or `tf.int64`.

    Returns:
        A named tuple `(y, idx)` of the different elements, and indices of the shape of `x` with `x[i] == y[idx[i]]`.

    Raises:
        InvalidArgumentError: if the tensor does not have one axis.

    >>> import polytape as tf
    >>> y, idx = tf.unique([7, 1, 7, 4])
    >>> y.numpy().tolist(), idx.numpy().tolist()
    ([7, 1, 4], [0, 1, 0, 2])
    """
    return Unique(*_unique(x, out_idx, "unique")[:2])


def unique_with_counts(x: Any, out_idx: Any = int32, name: str | None = None) -> UniqueWithCounts:
    """Return the different elements in the order in which they come first, and how often each is there.

    Args:
        x: a real tensor or one of truth values, with one axis.
        out_idx: the dtype of indices and counts, `tf.int32` or `tf.int64`.

    Returns:
        A named tuple `(y, idx, count)`; see `unique`.

    Raises:
        InvalidArgumentError: if the tensor does not have one axis.

    >>> import polytape as tf
    >>> tf.unique_with_counts([7, 1, 7, 4]).count.numpy().tolist()
    [2, 1, 1]
    """
    return UniqueWithCounts(*_unique(x, out_idx, "unique_with_counts"))


def _unique(x: Any, out_idx: Any, name: str) -> tuple[Tensor, Tensor, Tensor]:
    dtype = index_dtype(out_idx, name)
    x = x if type(x) is Tensor else convert(x)
    if x.ndim != 1:
        raise InvalidArgumentError(f"{name}: x must have one axis; received shape {list(x.shape)}.")
    places, numbers, counts = unique_places(x)
    return tensor_backend(x._backend).take(x, places, axis=0), cast(numbers, dtype), cast(counts, dtype)
