"""Tensors made larger at their borders."""

from __future__ import annotations

from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend, Shape
from polytape.conversion import convert
from polytape.dtypes import ANY
from polytape.errors import InvalidArgumentError
from polytape.op import op
from polytape.tensor import Tensor

Paddings = tuple[tuple[int, int], ...]
"""How much is added before and after, for each axis."""


def _inside(x_shape: Shape, paddings: Paddings) -> tuple[slice, ...]:
    """Where in the padded tensor the tensor itself is."""
    return tuple([slice(before, before + length) for length, (before, _) in zip(x_shape, paddings)])


@op(
    lambda backend, gradient, x_shape, paddings: backend.getitem(gradient, key=_inside(x_shape, paddings)),
    accepts=ANY,
)
def pad_(backend: Backend, x: Array, *, paddings: Paddings, value: Any) -> Array:
    """Return `x` with a value added before and after it along each axis."""
    for axis, counts in enumerate(paddings):
        shape = tuple(x.shape)
        before, after = [
            backend.full((*shape[:axis], count, *shape[axis + 1 :]), value, dtype=x.dtype, device=backend.device_of(x))
            for count in counts
        ]
        if any(counts):
            x = backend.concat((before, x, after), axis=axis)
    return x


def _backwards(first: int, last: int) -> slice:
    """The places from `last` - 1 down to `first`."""
    return slice(last - 1, first - 1 if first else None, -1) if last > first else slice(0, 0)


def _folded(backend: Any, gradient: Array, x_shape: Shape, paddings: Paddings, skipped: int) -> Array:
    """The gradient of each element and of its mirror images, added up, axis by axis."""
    for axis, (length, (before, after)) in enumerate(zip(x_shape, paddings)):
        if not (before or after):
            continue
        leading = (slice(None),) * axis
        centre = backend.getitem(gradient, key=(*leading, slice(before, before + length)))
        shape = tuple(centre.shape)
        left = backend.getitem(gradient, key=(*leading, _backwards(0, before)))
        right = backend.getitem(gradient, key=(*leading, _backwards(before + length, before + length + after)))
        at_left = (*leading, slice(skipped, skipped + before))
        at_right = (*leading, slice(length - skipped - after, length - skipped))
        gradient = centre + backend.setitem_zeros(left, key=at_left, shape=shape)
        gradient = gradient + backend.setitem_zeros(right, key=at_right, shape=shape)
    return gradient


@op(_folded, accepts=ANY)
def pad_mirrored(backend: Backend, x: Array, *, paddings: Paddings, skipped: int) -> Array:
    """Return `x` with its mirror images added before and after it along each axis, without `skipped` outer elements."""
    for axis, (before, after) in enumerate(paddings):
        leading, length = (slice(None),) * axis, x.shape[axis]
        if before or after:
            left = backend.getitem(x, key=(*leading, _backwards(skipped, skipped + before)))
            right = backend.getitem(x, key=(*leading, _backwards(length - skipped - after, length - skipped)))
            x = backend.concat((left, x, right), axis=axis)
    return x


def pad(
    tensor: Any, paddings: Any, mode: str = "CONSTANT", constant_values: Any = 0, name: str | None = None
) -> Tensor:
    """Return a tensor made larger at its borders.

    Args:
        tensor: a tensor of any dtype.
        paddings: integers of shape [rank, 2]: how much is added before and after, for each axis.
        mode: "CONSTANT" adds `constant_values`; "REFLECT" mirrors the tensor at its outer elements, "SYMMETRIC" at its
            edges, so that outer elements are repeated.
        constant_values: a value without axes, of the tensor's dtype.

    Raises:
        InvalidArgumentError: if the paddings don't fit the tensor, or reach further than a mirror image.

    >>> import polytape as tf
    >>> tf.pad([1, 2, 3], [[1, 2]]).numpy().tolist()
    [0, 1, 2, 3, 0, 0]
    >>> tf.pad([1, 2, 3], [[2, 2]], "REFLECT").numpy().tolist()
    [3, 2, 1, 2, 3, 2, 1]
    >>> tf.pad([1, 2, 3], [[2, 2]], "SYMMETRIC").numpy().tolist()
    [2, 1, 1, 2, 3, 3, 2]
    """
    if type(tensor) is not Tensor:
        tensor = convert(tensor)
    shape = tensor._array.shape
    amounts = arguments.pairs(paddings, len(shape), "pad", "paddings")
    kind = arguments.choice(mode, ("CONSTANT", "REFLECT", "SYMMETRIC"), "pad", "mode")
    if kind == "CONSTANT":
        value = constant_values
        if type(value) is not int or value:
            value = convert(value, tensor.dtype, like=tensor)
            if value.ndim:
                raise InvalidArgumentError(f"pad: constant_values must have no axes; received shape {value.shape}.")
            value = value.numpy().item()
        return pad_(tensor, paddings=amounts, value=value)  # type: ignore[no-any-return]
    skipped = 1 if kind == "REFLECT" else 0
    for axis, (length, counts) in enumerate(zip(shape, amounts)):
        if max(counts) > max(length - skipped, 0):
            raise InvalidArgumentError(
                f"pad: in mode {kind!r} an axis of length {length} can be padded by up to {max(length - skipped, 0)} "
                "at "
                f"each end; received {list(counts)} for axis {axis}."
            )
    return pad_mirrored(tensor, paddings=amounts, skipped=skipped)  # type: ignore[no-any-return]
