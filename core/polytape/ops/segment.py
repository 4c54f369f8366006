"""Reductions of rows by segment: rows of one segment are summed, averaged, multiplied, or their extremes are
taken.

`segment_*` take ids in ascending order, one for each row; `unsorted_segment_*` take ids in any order, for the
elements of any number of leading axes, and leave out those whose id is negative.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from polytape import arguments
from polytape.backend import Shape
from polytape.backward import tensor_backend
from polytape.conversion import convert
from polytape.dtypes import NUMERIC, REAL, DType, int32, int64, names
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.ops.casting import cast
from polytape.ops.division import divide, truncatediv
from polytape.ops.powers import sqrt
from polytape.ops.scatter_reduction import scatter_max, scatter_min, scatter_prod
from polytape.ops.selection import maximum, where
from polytape.tensor import Tensor

Reduction = Callable[[Tensor, Tensor, int], Tensor]


def segment_sum(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """Return the sum of the rows of each segment; 0 for an id that is left out.

    Args:
        data: a numeric tensor of shape `(n, ...)`.
        segment_ids: int32 or int64, shape `(n,)`, ascending, not negative; ids may repeat and be left out.

    Returns:
        A tensor of shape `(last id + 1, ...)`.

    Raises:
        InvalidArgumentError: if the ids are not in ascending order, negative, or not one for each row.

    >>> import polytape as tf
    >>> tf.math.segment_sum([[1, 2], [3, 4], [5, 6]], [0, 0, 2]).numpy().tolist()
    [[4, 6], [0, 0], [5, 6]]
    """
    return _sorted(_sum, data, segment_ids, "segment_sum", NUMERIC)


def segment_mean(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """Return the mean of the rows of each segment; 0 for an id that is left out. See `segment_sum`.

    >>> import polytape as tf
    >>> tf.math.segment_mean([1.0, 3.0, 5.0], [0, 0, 2]).numpy().tolist()
    [2.0, 0.0, 5.0]
    """
    return _sorted(_mean, data, segment_ids, "segment_mean", NUMERIC)


def segment_prod(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """Return the product of the rows of each segment; 1 for an id that is left out. See `segment_sum`.

    >>> import polytape as tf
    >>> tf.math.segment_prod([2, 3, 5], [0, 0, 2]).numpy().tolist()
    [6, 1, 5]
    """
    return _sorted(_prod, data, segment_ids, "segment_prod", NUMERIC)


def segment_max(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """Return the largest elements of each segment; 0 for an id that is left out. See `segment_sum`.

    >>> import polytape as tf
    >>> tf.math.segment_max([2, 3, 5], [0, 0, 2]).numpy().tolist()
    [3, 0, 5]
    """
    return _sorted(_zero_if_empty(_max), data, segment_ids, "segment_max", REAL)


def segment_min(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """Return the smallest elements of each segment; 0 for an id that is left out. See `segment_sum`.

    >>> import polytape as tf
    >>> tf.math.segment_min([2, 3, 5], [0, 0, 2]).numpy().tolist()
    [2, 0, 5]
    """
    return _sorted(_zero_if_empty(_min), data, segment_ids, "segment_min", REAL)


def unsorted_segment_sum(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """Return the sum of the rows of each segment; 0 for an id that is left out.

    Args:
        data: a numeric tensor whose shape begins with that of `segment_ids`.
        segment_ids: int32 or int64, in any order; what has a negative id is left out.
        num_segments: how many segments there are.

    Returns:
        A tensor of shape `(num_segments, ...)`.

    Raises:
        InvalidArgumentError: if an id is not below `num_segments`, or the shapes don't fit.

    >>> import polytape as tf
    >>> tf.math.unsorted_segment_sum([[1, 2], [3, 4], [5, 6]], [2, -1, 2], 3).numpy().tolist()
    [[0, 0], [0, 0], [6, 8]]
    """
    return _unsorted(_sum, data, segment_ids, num_segments, "unsorted_segment_sum", NUMERIC)


def unsorted_segment_mean(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """Return the mean of the rows of each segment; 0 for an id that is left out. See `unsorted_segment_sum`.

    >>> import polytape as tf
    >>> tf.math.unsorted_segment_mean([1.0, 3.0, 5.0], [2, 0, 2], 3).numpy().tolist()
    [3.0, 0.0, 3.0]
    """
    return _unsorted(_quotient, data, segment_ids, num_segments, "unsorted_segment_mean", NUMERIC)


def unsorted_segment_sqrt_n(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """Return the sum of the rows of each segment over the root of their number. See `unsorted_segment_sum`.

    >>> import polytape as tf
    >>> tf.math.unsorted_segment_sqrt_n([1.0, 2.0, 3.0, 4.0], [1, 1, 1, 1], 2).numpy().tolist()
    [0.0, 5.0]
    """

    def over_root(data: Tensor, ids: Tensor, count: int) -> Tensor:
        return divide(_sum(data, ids, count), sqrt(_at_least_one(data, ids, count)))  # type: ignore[no-any-return]

    return _unsorted(over_root, data, segment_ids, num_segments, "unsorted_segment_sqrt_n", NUMERIC)


def unsorted_segment_prod(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """Return the product of the rows of each segment; 1 for an id left out. See `unsorted_segment_sum`.

    >>> import polytape as tf
    >>> tf.math.unsorted_segment_prod([2, 3, 5], [2, 0, 2], 3).numpy().tolist()
    [3, 1, 10]
    """
    return _unsorted(_prod, data, segment_ids, num_segments, "unsorted_segment_prod", NUMERIC)


def unsorted_segment_max(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """Return the largest elements of each segment. See `unsorted_segment_sum`.

    For an id that is left out, that is the lowest finite value of the dtype.

    >>> import polytape as tf
    >>> tf.math.unsorted_segment_max([2, 3, 5], [1, 0, 1], 2).numpy().tolist()
    [3, 5]
    """
    return _unsorted(_max, data, segment_ids, num_segments, "unsorted_segment_max", REAL)


def unsorted_segment_min(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """Return the smallest elements of each segment. See `unsorted_segment_sum`.

    For an id that is left out, that is the highest finite value of the dtype.

    >>> import polytape as tf
    >>> tf.math.unsorted_segment_min([2, 3, 5], [1, 0, 1], 2).numpy().tolist()
    [3, 2]
    """
    return _unsorted(_min, data, segment_ids, num_segments, "unsorted_segment_min", REAL)


def _sum(data: Tensor, ids: Tensor, count: int) -> Tensor:
    shape = (count, *data._array.shape[1:])
    return tensor_backend(data._backend).scatter_rows(data, ids, shape=shape)  # type: ignore[no-any-return]


def _prod(data: Tensor, ids: Tensor, count: int) -> Tensor:
    return scatter_prod(data, ids, count=count)  # type: ignore[no-any-return]


def _max(data: Tensor, ids: Tensor, count: int) -> Tensor:
    return scatter_max(data, ids, count=count)  # type: ignore[no-any-return]


def _min(data: Tensor, ids: Tensor, count: int) -> Tensor:
    return scatter_min(data, ids, count=count)  # type: ignore[no-any-return]


def _quotient(data: Tensor, ids: Tensor, count: int) -> Tensor:
    return divide(_sum(data, ids, count), _at_least_one(data, ids, count))  # type: ignore[no-any-return]


def _mean(data: Tensor, ids: Tensor, count: int) -> Tensor:
    divided = truncatediv if data.dtype.is_integer else divide
    return divided(_sum(data, ids, count), _at_least_one(data, ids, count))


def _numbers(like: Tensor, ids: Tensor, count: int, dtype: DType) -> Tensor:
    """How many rows each segment has, in a shape that broadcasts with its reduced rows."""
    backend = tensor_backend(like._backend)
    native = like._backend.native_dtype(dtype)
    ones = backend.full(ids._array.shape, 1, dtype=native, device=backend.device_of(ids))
    found = backend.scatter_rows(ones, ids, shape=(count,))
    return backend.reshape(found, shape=(count, *(1,) * (like.ndim - 1)))  # type: ignore[no-any-return]


def _at_least_one(data: Tensor, ids: Tensor, count: int) -> Tensor:
    dtype = data.dtype.real_dtype
    return cast(maximum(_numbers(data, ids, count, dtype), 1), data.dtype)


def _zero_if_empty(reduction: Reduction) -> Reduction:
    def reduce(data: Tensor, ids: Tensor, count: int) -> Tensor:
        present = _numbers(data, ids, count, int32) > 0
        return where(present, reduction(data, ids, count), 0)  # type: ignore[no-any-return]

    return reduce


def _sorted(reduction: Reduction, data: Any, segment_ids: Any, name: str, accepted: frozenset[DType]) -> Tensor:
    data, ids = _tensors(data, segment_ids, name, accepted)
    shape, ids_shape = data._array.shape, ids._array.shape
    if len(ids_shape) != 1 or tuple(shape[:1]) != tuple(ids_shape):
        raise InvalidArgumentError(
            f"{name}: segment_ids must have one axis, with an id for each row of data; received shape "
            f"{list(ids_shape)} for data of shape {list(shape)}."
        )
    length = ids_shape[0]
    if not length:
        return reduction(data, ids, 0)
    backend = tensor_backend(data._backend)
    if length > 1 and backend.any(ids[1:] < ids[:-1]):
        raise InvalidArgumentError(
            f"{name}: segment_ids must be in ascending order. Sort data and ids, or use unsorted_{name}."
        )
    if ids[0] < 0:
        raise InvalidArgumentError(f"{name}: segment_ids must not be negative; received {int(ids[0])}.")
    return reduction(data, ids, int(ids[-1]) + 1)


def _unsorted(
    reduction: Reduction,
    data: Any,
    segment_ids: Any,
    num_segments: Any,
    name: str,
    accepted: frozenset[DType],
) -> Tensor:
    data, ids = _tensors(data, segment_ids, name, accepted)
    count = arguments.integer(num_segments, f"{name}: num_segments")
    if count < 0:
        raise InvalidArgumentError(f"{name}: num_segments must not be negative; received {count}.")
    shape: Shape = tuple(data._array.shape)
    leading: Shape = tuple(ids._array.shape)
    if shape[: len(leading)] != leading:
        raise InvalidArgumentError(
            f"{name}: the shape of data must begin with that of segment_ids; received {list(shape)} and "
            f"{list(leading)}."
        )
    backend = tensor_backend(data._backend)
    length = math.prod(leading)
    if len(leading) != 1:
        ids = backend.reshape(ids, shape=(length,))
        data = backend.reshape(data, shape=(length, *shape[len(leading) :]))
    if not length:
        return reduction(data, ids, count)
    if backend.max(ids) >= count:
        raise InvalidArgumentError(
            f"{name}: segment_ids must be below num_segments, {count}; received {int(backend.max(ids))}."
        )
    if backend.min(ids) < 0:  # a segment of their own, which is left out afterwards
        return reduction(data, where(ids < 0, count, ids), count + 1)[:count]
    return reduction(data, ids, count)


def _tensors(data: Any, segment_ids: Any, name: str, accepted: frozenset[DType]) -> tuple[Tensor, Tensor]:
    data = data if type(data) is Tensor else convert(data)
    if type(segment_ids) is not Tensor:
        home = data._backend
        segment_ids = convert(segment_ids, backend=home, device=home.device_of(data._array))
    for what, tensor, allowed in (("data", data, accepted), ("segment_ids", segment_ids, (int32, int64))):
        if tensor.dtype not in allowed:
            raise DTypeError(
                f"{name}: {what} must be of a dtype among {names(allowed)}; received {tensor.dtype.name}. "
                f"Convert it with tf.cast."
            )
    return data, segment_ids
