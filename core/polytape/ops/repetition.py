"""Elements repeated, reversed and moved round: tile, repeat, reverse, roll."""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend, Shape
from polytape.conversion import convert
from polytape.dtypes import ANY, INTEGER
from polytape.errors import InvalidArgumentError
from polytape.op import op
from polytape.ops.gathering import gather, take
from polytape.ops.shape import permute_dims, reshape_
from polytape.tensor import Tensor


def _of_tiled(backend: Any, gradient: Array, x_shape: Shape, multiples: tuple[int, ...]) -> Array:
    """The gradient summed over the copies."""
    pairs = [length for pair in zip(multiples, x_shape) for length in pair]
    return backend.sum(backend.reshape(gradient, shape=tuple(pairs)), axis=tuple(range(0, len(pairs), 2)))


@op(_of_tiled, accepts=ANY)
def tile_(backend: Backend, x: Array, *, multiples: tuple[int, ...]) -> Array:
    """Return `x` repeated as a whole, along each axis as often as `multiples` says."""
    shape = tuple(x.shape)
    apart = backend.reshape(x, shape=tuple([length for n in shape for length in (1, n)]))
    copies = backend.broadcast_to(apart, shape=tuple([length for pair in zip(multiples, shape) for length in pair]))
    return backend.reshape(copies, shape=tuple([n * times for n, times in zip(shape, multiples)]))


def tile(input: Any, multiples: Any, name: str | None = None) -> Tensor:
    """Return a tensor repeated as a whole along its axes.

    Args:
        input: a tensor of any dtype.
        multiples: how often along each axis.

    Raises:
        InvalidArgumentError: if there is not one multiple for each axis.

    >>> import polytape as tf
    >>> tf.tile([[1, 2]], [2, 2]).numpy().tolist()
    [[1, 2, 1, 2], [1, 2, 1, 2]]
    """
    if type(input) is not Tensor:
        input = convert(input)
    times = arguments.shape(multiples, "tile", "multiples")
    rank = len(input._array.shape)
    if len(times) != rank or -1 in times:
        raise InvalidArgumentError(
            f"tile: multiples must hold one number from 0 upwards for each of the {rank} axes; received {list(times)}."
        )
    return tile_(input, multiples=times)  # type: ignore[no-any-return]


def _of_repeated(backend: Any, gradient: Array, x_shape: Shape, times: int, axis: int) -> Array:
    """The gradient summed over the copies of each slice."""
    return backend.sum(
        backend.reshape(gradient, shape=(*x_shape[: axis + 1], times, *x_shape[axis + 1 :])), axis=axis + 1
    )


@op(_of_repeated, accepts=ANY)
def repeat_(backend: Backend, x: Array, *, times: int, axis: int) -> Array:
    """Return `x` with each slice along an axis repeated."""
    before, length, after = tuple(x.shape[:axis]), x.shape[axis], tuple(x.shape[axis + 1 :])
    apart = backend.reshape(x, shape=(*before, length, 1, *after))
    copies = backend.broadcast_to(apart, shape=(*before, length, times, *after))
    return backend.reshape(copies, shape=(*before, length * times, *after))


def repeat(input: Any, repeats: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """Return a tensor with its elements, or its slices along an axis, repeated.

    Args:
        input: a tensor of any dtype.
        repeats: how often, or how often for each index of the axis.
        axis: along which axis; by default the tensor is flattened.

    Raises:
        InvalidArgumentError: if there are neither one nor as many repeats as indices.

    >>> import polytape as tf
    >>> tf.repeat([[1, 2], [3, 4]], [1, 2], axis=0).numpy().tolist()
    [[1, 2], [3, 4], [3, 4]]
    >>> tf.repeat([1, 2], 2).numpy().tolist()
    [1, 1, 2, 2]
    """
    if type(input) is not Tensor:
        input = convert(input)
    if axis is None:
        input, axis = reshape_(input, shape=(math.prod(input._array.shape),)), 0
    elif not input._array.shape:
        input = reshape_(input, shape=(1,))
    place = arguments.axis(axis, len(input._array.shape), "repeat")
    length = input._array.shape[place]
    times = arguments.shape(repeats, "repeat", "repeats")
    if -1 in times or len(times) not in (1, length):
        raise InvalidArgumentError(
            f"repeat: repeats must hold one number from 0 upwards, or one for each of the {length} indices of axis "
            f"{place}; received {list(times)}."
        )
    if len(times) == 1:
        return repeat_(input, times=times[0], axis=place)  # type: ignore[no-any-return]
    indices = [index for index, count in enumerate(times) for _ in range(count)]
    return take(input, convert(indices, "int32", like=input), axis=place)  # type: ignore[no-any-return]


@op(lambda backend, gradient, axes: backend.flip(gradient, axes=axes), accepts=ANY)
def flip(backend: Backend, x: Array, *, axes: tuple[int, ...]) -> Array:
    """Return `x` with the order along some axes reversed."""
    return backend.getitem(x, key=tuple([slice(None, None, -1 if i in axes else 1) for i in range(len(x.shape))]))


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Tensor:
    """Return a tensor with the order along some axes reversed.

    Args:
        tensor: a tensor of any dtype.
        axis: the axes, each at most once.

    >>> import polytape as tf
    >>> tf.reverse([[1, 2], [3, 4]], axis=[1]).numpy().tolist()
    [[2, 1], [4, 3]]
    """
    if type(tensor) is not Tensor:
        tensor = convert(tensor)
    return flip(tensor, axes=arguments.axes(axis, len(tensor._array.shape), "reverse"))  # type: ignore[no-any-return]


@op(accepts=INTEGER)
def reversed_places(backend: Backend, lengths: Array, *, size: int) -> Array:
    """Return for each sequence the places 0 to `size` - 1, the first `lengths[i]` of them in reverse order."""
    count = lengths.shape[0]
    device = backend.device_of(lengths)
    places = backend.reshape(backend.arange(0, size, 1, dtype=lengths.dtype, device=device), shape=(1, size))
    column = backend.reshape(lengths, shape=(count, 1))
    return backend.where(backend.less(places, column), column - places - 1, places)


def reverse_sequence(
    input: Any, seq_lengths: Any, seq_axis: Any = None, batch_axis: Any = None, name: str | None = None
) -> Tensor:
    """Return a batch of sequences, the first so many elements of each in reverse order.

    Args:
        input: a tensor of any dtype.
        seq_lengths: one-dimensional integers: how many elements of each sequence are reversed.
        seq_axis: the axis along which sequences run.
        batch_axis: the axis that counts them; by default 0.

    Raises:
        InvalidArgumentError: if there is not one length for each sequence.
        OutOfRangeError: if a sequence is shorter than its length says.

    >>> import polytape as tf
    >>> tf.reverse_sequence([[1, 2, 3], [4, 5, 6]], [2, 3], seq_axis=1).numpy().tolist()
    [[2, 1, 3], [6, 5, 4]]
    """
    x = input if type(input) is Tensor else convert(input)
    lengths = seq_lengths if type(seq_lengths) is Tensor else convert(seq_lengths, like=x)
    rank = x.ndim
    along = arguments.axis(0 if seq_axis is None else seq_axis, rank, "reverse_sequence", "seq_axis")
    batch = arguments.axis(0 if batch_axis is None else batch_axis, rank, "reverse_sequence", "batch_axis")
    if along == batch or tuple(lengths._array.shape) != (x._array.shape[batch],):
        raise InvalidArgumentError(
            "reverse_sequence: seq_axis and batch_axis must be two axes, and seq_lengths hold a number for each of "
            "the "
            f"{x._array.shape[batch]} sequences; received axes {along} and {batch} and lengths of shape "
            f"{lengths.shape}."
        )
    there = (batch, *[axis for axis in range(rank) if axis != batch])
    places = reversed_places(lengths, size=x._array.shape[along])
    made = gather(permute_dims(x, axes=there), places, axis=there.index(along), batch_dims=1)
    return permute_dims(made, axes=(*range(1, batch + 1), 0, *range(batch + 1, rank)))  # type: ignore[no-any-return]


@op(
    lambda backend, gradient, shifts, axes: backend.roll(gradient, shifts=tuple([-n for n in shifts]), axes=axes),
    accepts=ANY,
)
def roll_(backend: Backend, x: Array, *, shifts: tuple[int, ...], axes: tuple[int, ...]) -> Array:
    """Return `x` moved along axes; what leaves at one end comes in at the other."""
    for shift, axis in zip(shifts, axes):
        length = x.shape[axis]
        if length and shift % length:
            before = (slice(None),) * axis
            cut = length - shift % length
            parts = [backend.getitem(x, key=(*before, part)) for part in (slice(cut, None), slice(0, cut))]
            x = backend.concat(parts, axis=axis)
    return x


def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Tensor:
    """Return a tensor whose elements are moved along axes; what leaves at one end comes in at the other.

    Args:
        input: a tensor of any dtype.
        shift: by how many places upwards; one number for each axis.
        axis: one axis or several; one that is named twice is shifted by the sum.

    >>> import polytape as tf
    >>> tf.roll([1, 2, 3, 4], shift=1, axis=0).numpy().tolist()
    [4, 1, 2, 3]
    """
    if type(input) is not Tensor:
        input = convert(input)
    rank = len(input._array.shape)
    axes = tuple([arguments.axis(item, rank, "roll") for item in arguments.integers(axis, "roll", "axis")])
    shifts = arguments.integers(shift, "roll", "shift")
    if len(shifts) != len(axes):
        raise InvalidArgumentError(
            f"roll: there must be one shift for each axis; received {list(shifts)} for {list(axes)}."
        )
    return roll_(input, shifts=shifts, axes=axes)  # type: ignore[no-any-return]
