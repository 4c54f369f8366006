"""Shapes: joining, repeating, moving axes, and indexing by arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polytape import arguments
from polytape.array_api.promotion import all_tensors, tensor_of
from polytape.errors import InvalidArgumentError
from polytape.ops import gathering, joining, repetition, shape, sorting
from polytape.ops.inspection import broadcast_static_shape
from polytape.tensor import Tensor


def broadcast_to(x: Any, /, shape: Any) -> Tensor:
    """Return an array repeated to a shape."""
    return _broadcast_to(tensor_of("broadcast_to", x), shape)


_broadcast_to = shape.broadcast_to


def broadcast_arrays(*arrays: Any) -> list[Tensor]:
    """Return arrays repeated to the shape that they have in common."""
    found = [tensor_of("broadcast_arrays", array) for array in arrays]
    common: Any = ()
    for array in found:
        common = broadcast_static_shape(common, array.shape)
    return [_broadcast_to(array, common) for array in found]


def concat(arrays: Sequence[Any], /, *, axis: int | None = 0) -> Tensor:
    """Return arrays joined along an axis, or one behind the other if `axis` is `None`."""
    found = all_tensors("concat", arrays)
    if axis is None:
        return joining.concat([shape.reshape(array, [-1]) for array in found], 0)
    return joining.concat(found, axis)


def stack(arrays: Sequence[Any], /, *, axis: int = 0) -> Tensor:
    """Return arrays joined along a new axis."""
    return joining.stack(all_tensors("stack", arrays), axis)


def unstack(x: Any, /, *, axis: int = 0) -> tuple[Tensor, ...]:
    """Return the slices of an array along an axis."""
    return tuple(joining.unstack(tensor_of("unstack", x), axis=axis))


def expand_dims(x: Any, /, *, axis: int = 0) -> Tensor:
    """Return an array with a new axis of length one."""
    return shape.expand_dims(tensor_of("expand_dims", x), axis)


def squeeze(x: Any, /, axis: int | tuple[int, ...]) -> Tensor:
    """Return an array without axes of length one."""
    x = tensor_of("squeeze", x)
    return x if axis == () else shape.squeeze(x, axis)


def flip(x: Any, /, *, axis: int | tuple[int, ...] | None = None) -> Tensor:
    """Return an array with the order of elements reversed along axes, by default all of them."""
    x = tensor_of("flip", x)
    return repetition.flip(x, axes=arguments.axes(axis, x.ndim, "flip"))  # type: ignore[no-any-return]


def moveaxis(x: Any, source: Any, destination: Any, /) -> Tensor:
    """Return an array with axes moved to other places; the others stay in their order."""
    x = tensor_of("moveaxis", x)
    sources = arguments.axes(source, x.ndim, "moveaxis", "source")
    places = arguments.axes(destination, x.ndim, "moveaxis", "destination")
    if len(sources) != len(places):
        raise InvalidArgumentError(
            f"moveaxis: source and destination must name as many axes; received {source!r} and {destination!r}."
        )
    order = [axis for axis in range(x.ndim) if axis not in sources]
    for place, axis in sorted(zip(places, sources)):
        order.insert(place, axis)
    return shape.permute_dims(x, axes=tuple(order))  # type: ignore[no-any-return]


def permute_dims(x: Any, /, axes: Sequence[int]) -> Tensor:
    """Return an array with its axes in another order."""
    return shape.transpose(tensor_of("permute_dims", x), list(axes))


def repeat(x: Any, repeats: Any, /, *, axis: int | None = None) -> Tensor:
    """Return an array with each slice along an axis repeated; without an axis, each element."""
    return repetition.repeat(tensor_of("repeat", x), repeats, axis)


def reshape(x: Any, /, shape: Any, *, copy: bool | None = None) -> Tensor:
    """Return the elements in row-major order under another shape, in which -1 stands for what remains."""
    return _reshape(tensor_of("reshape", x), shape)


_reshape = shape.reshape


def roll(x: Any, /, shift: Any, *, axis: Any = None) -> Tensor:
    """Return an array with elements moved along axes, and those beyond the end put at the beginning."""
    x = tensor_of("roll", x)
    if axis is None:
        return _reshape(repetition.roll(_reshape(x, [-1]), shift, 0), x._array.shape)
    if isinstance(axis, tuple) and not isinstance(shift, tuple):
        shift = (shift,) * len(axis)
    return repetition.roll(x, shift, axis)


def tile(x: Any, repetitions: tuple[int, ...], /) -> Tensor:
    """Return an array repeated along its axes, and new ones in front if more repetitions are named."""
    x = tensor_of("tile", x)
    rank = max(x.ndim, len(repetitions))
    whole = _reshape(x, (*(1,) * (rank - x.ndim), *x._array.shape))
    return repetition.tile(whole, (*(1,) * (rank - len(repetitions)), *repetitions))


def take(x: Any, indices: Any, /, *, axis: int | None = None) -> Tensor:
    """Return the slices along an axis at indices, which arrays of one axis need not name."""
    x = tensor_of("take", x)
    if axis is None and x.ndim != 1:
        raise InvalidArgumentError(f"take: axis must be named for an array of rank {x.ndim}.")
    return gathering.gather(x, tensor_of("take", indices), axis=axis)


def take_along_axis(x: Any, indices: Any, /, *, axis: int = -1) -> Tensor:
    """Return the elements whose places along an axis are given, for each of the other axes' places."""
    x = tensor_of("take_along_axis", x)
    place = arguments.axis(axis, x.ndim, "take_along_axis")
    return sorting.take_along_axis(x, tensor_of("take_along_axis", indices), axis=place)  # type: ignore[no-any-return]
