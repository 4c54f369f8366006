"""The same elements under another shape: reshape, transpose, broadcast."""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend, Shape
from polytape.conversion import convert
from polytape.dtypes import ANY
from polytape.errors import InvalidArgumentError
from polytape.op import OPS, op
from polytape.plan import unbroadcast
from polytape.tensor import Tensor


@op(lambda backend, gradient, x_shape: backend.reshape(gradient, shape=x_shape), accepts=ANY)
def reshape_(backend: Backend, x: Array, *, shape: Shape) -> Array:
    """Return the elements of `x`, in row-major order, under another shape of as many."""
    return backend.reshape(x, shape=shape)


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """Return the same elements, in row-major order, under another shape.

    Args:
        tensor: a tensor of any dtype.
        shape: the lengths; one of them may be -1, for as many as are left.

    Raises:
        InvalidArgumentError: if the shape has another number of elements.

    >>> import polytape as tf
    >>> tf.reshape([1, 2, 3, 4], [2, -1]).numpy().tolist()
    [[1, 2], [3, 4]]
    """
    if type(tensor) is not Tensor:
        tensor = convert(tensor)
    found = tensor._array.shape
    lengths = arguments.shape(shape, "reshape")
    count = math.prod(found)
    if -1 in lengths:
        lengths = _completed(lengths, count, found)
    elif math.prod(lengths) != count:
        raise InvalidArgumentError(
            f"reshape: a tensor of shape {list(found)} has {count} elements; the shape {list(lengths)} asks "
            f"for {math.prod(lengths)}."
        )
    return reshape_(tensor, shape=lengths)  # type: ignore[no-any-return]


def _completed(lengths: Shape, count: int, found: Shape) -> Shape:
    """The shape with the length that -1 stands for."""
    known = math.prod([length for length in lengths if length != -1])
    if lengths.count(-1) > 1:
        raise InvalidArgumentError(f"reshape: only one length may be -1; received {list(lengths)}.")
    if count % known if known else count:
        raise InvalidArgumentError(
            f"reshape: a tensor of shape {list(found)} has {count} elements, which is no multiple of the "
            f"{known} that the shape {list(lengths)} asks for."
        )
    return tuple([(count // known if known else 0) if length == -1 else length for length in lengths])


def _inverse(axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(range(len(axes)), key=axes.__getitem__))


@op(lambda backend, gradient, axes: backend.permute_dims(gradient, axes=_inverse(axes)), accepts=ANY)
def permute_dims(backend: Backend, x: Array, *, axes: tuple[int, ...]) -> Array:
    """Return `x` with its axes in another order."""
    return backend.permute_dims(x, axes=axes)


def transpose(a: Any, perm: Any = None, conjugate: bool = False, name: str | None = None) -> Tensor:
    """Return a tensor with its axes in another order.

    Args:
        a: a tensor of any dtype.
        perm: which axis of `a` comes where; by default the reverse of their order.
        conjugate: whether complex numbers are conjugated as well.

    Raises:
        InvalidArgumentError: if `perm` does not name each axis once.

    >>> import polytape as tf
    >>> tf.transpose([[1, 2, 3], [4, 5, 6]]).shape
    TensorShape([3, 2])
    """
    if type(a) is not Tensor:
        a = convert(a)
    rank = len(a._array.shape)
    axes = tuple(range(rank))[::-1] if perm is None else arguments.axes(perm, rank, "transpose", "perm")
    if len(axes) != rank:
        raise InvalidArgumentError(f"transpose: perm must name each of the {rank} axes once; received {list(axes)}.")
    if conjugate and a.dtype.is_complex:
        a = OPS["conj"](a)
    return permute_dims(a, axes=axes)  # type: ignore[no-any-return]


@op(lambda backend, gradient, x_shape: unbroadcast(backend, gradient, x_shape), accepts=ANY)
def broadcast_to_(backend: Backend, x: Array, *, shape: Shape) -> Array:
    """Return `x` repeated along axes of length one and along new leading axes."""
    return backend.broadcast_to(x, shape=shape)


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """Return a tensor repeated along its axes of length one, and along new leading axes, to a shape.

    Raises:
        InvalidArgumentError: if the tensor can't be broadcast to the shape.

    >>> import polytape as tf
    >>> tf.broadcast_to([[1], [2]], [2, 3]).numpy().tolist()
    [[1, 1, 1], [2, 2, 2]]
    """
    if type(input) is not Tensor:
        input = convert(input)
    found = input._array.shape
    lengths = arguments.shape(shape, "broadcast_to")
    added = len(lengths) - len(found)
    if added < 0 or any(old not in (1, new) for old, new in zip(found, lengths[added:])) or -1 in lengths:
        raise InvalidArgumentError(
            f"broadcast_to: a tensor of shape {list(found)} can't take the shape {list(lengths)}; aligned at "
            "their last axes, each length must be kept unless it is 1."
        )
    return broadcast_to_(input, shape=lengths)  # type: ignore[no-any-return]


def expand_dims(input: Any, axis: Any, name: str | None = None) -> Tensor:
    """Return a tensor with a new axis of length one.

    Args:
        axis: where the new axis is in the result, from `-rank - 1` to `rank`.

    >>> import polytape as tf
    >>> tf.expand_dims([1, 2], axis=-1).shape
    TensorShape([2, 1])
    """
    if type(input) is not Tensor:
        input = convert(input)
    found = tuple(input._array.shape)
    place = arguments.axis(axis, len(found) + 1, "expand_dims")
    return reshape_(input, shape=(*found[:place], 1, *found[place:]))  # type: ignore[no-any-return]


def squeeze(input: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """Return a tensor without axes of length one.

    Args:
        axis: the axis or axes to leave out; by default all of length one.

    Raises:
        InvalidArgumentError: if one of `axis` is longer than one.

    >>> import polytape as tf
    >>> tf.squeeze([[[1], [2]]], axis=0).shape
    TensorShape([2, 1])
    """
    if type(input) is not Tensor:
        input = convert(input)
    found = tuple(input._array.shape)
    if axis is None:
        return reshape_(input, shape=tuple([length for length in found if length != 1]))  # type: ignore[no-any-return]
    gone = arguments.axes(axis, len(found), "squeeze") or tuple(i for i, length in enumerate(found) if length == 1)
    for place in gone:
        if found[place] != 1:
            raise InvalidArgumentError(
                f"squeeze: axis {place} of a tensor of shape {list(found)} has length {found[place]}; only "
                "axes of length 1 can be left out."
            )
    return reshape_(input, shape=tuple([n for i, n in enumerate(found) if i not in gone]))  # type: ignore[no-any-return]
