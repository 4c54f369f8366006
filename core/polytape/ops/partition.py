"""A tensor's slices dealt out to several tensors, and put together again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import INTEGER
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.op import op
from polytape.ops.comparison import equal
from polytape.ops.gathering import boolean_mask, require_in_range
from polytape.ops.joining import concat
from polytape.ops.scattering import scatter_update
from polytape.ops.shape import reshape_
from polytape.tensor import Tensor


@op(accepts=INTEGER)
def partition_numbers(backend: Backend, partitions: Array, *, count: int) -> Array:
    """Return `partitions`, after a look whether they are from 0 up to but without `count`."""
    require_in_range(backend, partitions, count, 0)
    return partitions


def dynamic_partition(data: Any, partitions: Any, num_partitions: int, name: str | None = None) -> list[Tensor]:
    """Return tensors that share the slices of one: slice i is in the one that `partitions[i]` says.

    Args:
        data: a tensor whose leading axes are those of `partitions`.
        partitions: integers from 0 up to but without `num_partitions`.
        num_partitions: the number of tensors.

    Raises:
        OutOfRangeError: if a partition is not within range.

    >>> import polytape as tf
    >>> [part.numpy().tolist() for part in tf.dynamic_partition([10, 20, 30], [0, 1, 0], 2)]
    [[10, 30], [20]]
    """
    x = data if type(data) is Tensor else convert(data)
    count = arguments.integer(num_partitions, "dynamic_partition: num_partitions")
    numbers = partition_numbers(convert(partitions, like=x), count=count)
    if tuple(x._array.shape[: numbers.ndim]) != tuple(numbers._array.shape):
        raise InvalidArgumentError(
            f"dynamic_partition: the shape of data must begin with that of partitions; received {x.shape} and "
            f"{numbers.shape}."
        )
    if not numbers.ndim:
        x, numbers = reshape_(x, shape=(1, *x._array.shape)), reshape_(numbers, shape=(1,))
    return [boolean_mask(x, equal(numbers, number)) for number in range(count)]


def dynamic_stitch(indices: Sequence[Any], data: Sequence[Any], name: str | None = None) -> Tensor:
    """Return one tensor made of the slices of several: slice `indices[m][i]` is `data[m][i]`.

    Args:
        indices: a sequence of integer tensors.
        data: a sequence of tensors of one dtype, each with the axes of its indices followed by those of a slice.

    Returns:
        A tensor with as many slices as the largest index plus one. The last of several for one place counts; a place
        that none is for holds zeros.

    >>> import polytape as tf
    >>> tf.dynamic_stitch([[0, 2], [1]], [[10, 30], [20]]).numpy().tolist()
    [10, 20, 30]
    """
    values = [item if type(item) is Tensor else convert(item) for item in data]
    places = [item if type(item) is Tensor else convert(item) for item in indices]
    if not values or len(values) != len(places):
        raise InvalidArgumentError(
            f"dynamic_stitch: there must be as many data as indices, at least one; received {len(values)} and "
            f"{len(places)}."
        )
    flat_places, flat_values = [], []
    rest = tuple(values[0]._array.shape[places[0].ndim :])
    for place, value in zip(places, values):
        if place.dtype not in INTEGER:
            raise DTypeError(f"dynamic_stitch: indices must be integers; received {place.dtype.name}.")
        found = tuple(place._array.shape)
        if tuple(value._array.shape) != (*found, *rest):
            raise InvalidArgumentError(
                f"dynamic_stitch: data must have the shape of its indices followed by {list(rest)}; received "
                f"{value.shape} for indices of shape {place.shape}."
            )
        flat_places.append(reshape_(place, shape=(math.prod(found),)))
        flat_values.append(reshape_(value, shape=(math.prod(found), *rest)))
    numbers, rows = concat(flat_places, 0), concat(flat_values, 0)
    count = int(numbers.numpy().max(initial=-1)) + 1
    numbers = partition_numbers(numbers, count=count)
    array, backend = rows._array, rows._backend
    zeros = backend.full((count, *rest), 0, dtype=array.dtype, device=backend.device_of(array))
    return scatter_update(Tensor(zeros, backend), numbers, rows)  # type: ignore[no-any-return]
