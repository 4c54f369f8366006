"""Several tensors from one and one from several: concat, stack, split, unstack."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend, Shape
from polytape.conversion import convert, convert_group
from polytape.dtypes import ANY
from polytape.errors import InvalidArgumentError
from polytape.op import OPS, op
from polytape.tensor import Tensor


def _pieces(backend: Any, x: Array, sizes: Iterable[int], axis: int) -> list[Array]:
    """The pieces of `x`, one after the other along an axis."""
    pieces, start = [], 0
    for size in sizes:
        pieces.append(backend.getitem(x, key=(*(slice(None),) * axis, slice(start, start + size))))
        start += size
    return pieces


def _slices(backend: Any, x: Array, count: int, axis: int) -> list[Array]:
    """The slices of `x` at each index of an axis."""
    before = (slice(None),) * axis
    return [backend.getitem(x, key=(*before, index)) for index in range(count)]


def _of_joined(backend: Any, gradient: Array, xs_shape: tuple[Shape, ...], axis: int) -> list[Array]:
    return _pieces(backend, gradient, [shape[axis] for shape in xs_shape], axis)


def _of_stacked(backend: Any, gradient: Array, xs_shape: tuple[Shape, ...], axis: int) -> list[Array]:
    return _slices(backend, gradient, len(xs_shape), axis)


@op(_of_joined, accepts=ANY)
def concatenate(backend: Backend, *xs: Array, axis: int) -> Array:
    """Return tensors joined along an axis, which is not negative."""
    return backend.concat(xs, axis=axis)


def concat(values: Any, axis: Any, name: str | None = None) -> Tensor:
    """Return tensors joined along an axis.

    Args:
        values: tensors of one dtype whose shapes are the same but for that axis.
        axis: along which axis.

    Raises:
        InvalidArgumentError: if the shapes don't fit, or there is nothing to join.

    >>> import polytape as tf
    >>> tf.concat([[[1, 2]], [[3, 4]]], axis=0).numpy().tolist()
    [[1, 2], [3, 4]]
    """
    tensors = _tensors(values, "concat")
    shape = tuple(tensors[0]._array.shape)
    place = arguments.axis(axis, len(shape), "concat")
    rest = shape[:place], shape[place + 1 :]
    for tensor in tensors:
        other = tuple(tensor._array.shape)
        if (other[:place], other[place + 1 :]) != rest:
            raise InvalidArgumentError(
                f"concat: the shapes must be the same but for axis {place}; received "
                f"{', '.join(str(list(t._array.shape)) for t in tensors)}."
            )
    return tensors[0] if len(tensors) == 1 else concatenate(*tensors, axis=place)


OPS["concat"] = concat  # what a rule that joins gradients, `backend.concat(arrays, axis=0)`, finds on tensors


@op(_of_stacked, accepts=ANY)
def pack(backend: Backend, *xs: Array, axis: int) -> Array:
    """Return tensors of one shape joined along a new axis, which is not negative."""
    shape = tuple(xs[0].shape)
    longer = (*shape[:axis], 1, *shape[axis:])
    return backend.concat([backend.reshape(x, shape=longer) for x in xs], axis=axis)


def stack(values: Any, axis: Any = 0, name: str | None = None) -> Tensor:
    """Return tensors of one shape and dtype joined along a new axis.

    Args:
        values: the tensors.
        axis: where the new axis is in the result.

    Raises:
        InvalidArgumentError: if the shapes differ, or there is nothing to stack.

    >>> import polytape as tf
    >>> tf.stack([[1, 2], [3, 4]], axis=1).numpy().tolist()
    [[1, 3], [2, 4]]
    """
    if isinstance(values, (list, tuple)) and values and all(type(value) in (int, float) for value in values):
        values = convert(values)  # numbers of both kinds are all of the wider one
    tensors = _tensors(values, "stack")
    shape = tensors[0]._array.shape
    for tensor in tensors:
        if tensor._array.shape != shape:
            raise InvalidArgumentError(
                f"stack: all tensors must have one shape; received {list(shape)} and {list(tensor._array.shape)}."
            )
    return pack(*tensors, axis=arguments.axis(axis, len(shape) + 1, "stack"))  # type: ignore[no-any-return]


@op(lambda backend, gradient, axis: backend.concat(gradient, axis=axis), accepts=ANY, multiple=True)
def split_(backend: Backend, x: Array, *, sizes: tuple[int, ...], axis: int) -> tuple[Array, ...]:
    """Return `x` cut along an axis into pieces of `sizes`, which add up to its length."""
    return tuple(_pieces(backend, x, sizes, axis))


def split(value: Any, num_or_size_splits: Any, axis: Any = 0, num: Any = None, name: str | None = None) -> list[Tensor]:
    """Return the pieces of a tensor along an axis.

    Args:
        value: a tensor of any dtype.
        num_or_size_splits: the number of pieces of one size, or the sizes, one of which may be -1: what is left.
        axis: along which axis.

    Raises:
        InvalidArgumentError: if the axis can't be cut so.

    >>> import polytape as tf
    >>> [piece.numpy().tolist() for piece in tf.split([1, 2, 3, 4, 5], [2, -1])]
    [[1, 2], [3, 4, 5]]
    """
    if type(value) is not Tensor:
        value = convert(value)
    shape = value._array.shape
    place = arguments.axis(axis, len(shape), "split")
    return list(split_(value, sizes=_sizes(num_or_size_splits, shape[place], place), axis=place))


def _sizes(wanted: Any, length: int, axis: int) -> tuple[int, ...]:
    """The sizes of the pieces of an axis of `length`."""
    if getattr(wanted, "ndim", None) == 0 or not hasattr(wanted, "__len__"):
        count = arguments.integer(wanted, "split: num_or_size_splits")
        if count < 1 or length % count:
            raise InvalidArgumentError(
                f"split: axis {axis} of length {length} can't be cut into {count} pieces of one size; pass a "
                "divisor, or "
                "a list of sizes."
            )
        return (length // count,) * count
    sizes = list(arguments.shape(wanted, "split", "num_or_size_splits"))
    if sizes.count(-1) == 1 and length > sum(sizes):
        sizes[sizes.index(-1)] = length - sum(sizes) - 1
    if -1 in sizes or sum(sizes) != length:
        raise InvalidArgumentError(
            f"split: the sizes must add up to the length of axis {axis}, {length}, with at most one -1; received "
            f"{sizes}."
        )
    return tuple(sizes)


@op(lambda backend, gradient, axis: backend.pack(*gradient, axis=axis), accepts=ANY, multiple=True)
def unpack(backend: Backend, x: Array, *, axis: int) -> tuple[Array, ...]:
    """Return the slices of `x` at each index of an axis, which is not negative."""
    return tuple(_slices(backend, x, x.shape[axis], axis))


def unstack(value: Any, num: int | None = None, axis: Any = 0, name: str | None = None) -> list[Tensor]:
    """Return the slices of a tensor at each index of an axis, without that axis.

    Args:
        value: a tensor of any dtype.
        num: if given, what the axis' length must be.
        axis: along which axis.

    >>> import polytape as tf
    >>> [row.numpy().tolist() for row in tf.unstack([[1, 2], [3, 4]])]
    [[1, 2], [3, 4]]
    """
    if type(value) is not Tensor:
        value = convert(value)
    shape = value._array.shape
    place = arguments.axis(axis, len(shape), "unstack")
    if num is not None and num != shape[place]:
        raise InvalidArgumentError(
            f"unstack: axis {place} of shape {list(shape)} has length {shape[place]}; num is {num}."
        )
    return list(unpack(value, axis=place))


def _tensors(values: Any, name: str) -> list[Tensor]:
    if type(values) not in (list, tuple):
        if isinstance(values, Tensor) or hasattr(values, "__polytape_tensor__") or not isinstance(values, Iterable):
            values = list(values) if getattr(values, "ndim", 0) else [values]
        values = list(values)
    if not values:
        raise InvalidArgumentError(f"{name}: there must be at least one tensor; received an empty sequence.")
    for value in values:
        if type(value) is not Tensor:
            return convert_group(values, (ANY,) * len(values), name)
    return values  # type: ignore[no-any-return]
