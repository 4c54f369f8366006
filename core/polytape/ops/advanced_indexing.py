"""Square brackets with lists, arrays and tensors inside, as NumPy understands them.

Indices that are arrays broadcast to one shape, which takes the place of their axes; where slices stand between them, it
comes first. A mask stands for the indices of its true elements.
"""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import INTEGER, int32, int64
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.op import OPS, op
from polytape.ops.gathering import boolean_mask, gather_nd, gather_slices, require_in_range
from polytape.ops.inspection import broadcast_static_shape
from polytape.ops.joining import stack
from polytape.ops.shape import broadcast_to_, permute_dims
from polytape.ops.slicing import Key, getitem
from polytape.tensor import Tensor


@op(accepts=INTEGER)
def wrap_indices(backend: Backend, indices: Array, *, length: int, axis: int) -> Array:
    """Return indices along an axis of some length, negative ones counted from its end."""
    if 0 in indices.shape or not bool(backend.any_out_of_range(indices, length=length)):
        return indices
    zero = backend.full((), 0, dtype=indices.dtype, device=backend.device_of(indices))
    wrapped = backend.where(backend.less(indices, zero), indices + length, indices)
    require_in_range(backend, wrapped, length, axis)
    return wrapped


def select(x: Tensor, key: Key) -> Tensor:
    """Return `x[key]` for a key with at least one array of indices or mask in it."""
    items = [item if _is_basic(item) else _as_indices(item, x) for item in key]
    places = [position for position, item in enumerate(items) if isinstance(item, Tensor)]
    used = sum([_axes_of(item) for item in items])
    shape = tuple(x._array.shape)
    if used > len(shape) or sum([item is Ellipsis for item in items]) > 1:
        raise InvalidArgumentError(
            f"A tensor of shape {list(shape)} takes indices for at most {len(shape)} axes and one '...'; received some "
            f"for {used}."
        )
    basic: list[Any] = []
    found: list[tuple[Tensor, int, int]] = []  # each with its axis in the result of basic indexing, and in `x`
    axis = made = 0
    for item in items:
        if isinstance(item, Tensor):
            count = _axes_of(item)
            if item.dtype.is_bool:
                _check_mask(item, shape[axis : axis + count], axis)
            found.append((item, made, axis))
            basic += [slice(None)] * count
            axis, made = axis + count, made + count
            continue
        basic.append(item)
        count = len(shape) - used if item is Ellipsis else 1
        made += count
        axis += 0 if item is None else count
    if any(item is None or (isinstance(item, slice) and item != slice(None)) for item in basic):
        x = getitem(x, key=tuple(basic))
    if len(found) == 1 and found[0][0].dtype.is_bool:
        return boolean_mask(x, found[0][0], axis=found[0][1])
    indices = [
        (made + column, wrap_indices(part, length=shape[axis + column], axis=axis + column))
        for item, made, axis in found
        for column, part in enumerate(_columns(item))
    ]
    if len(indices) == 1:
        return gather_slices(x, indices[0][1], axis=indices[0][0])  # type: ignore[no-any-return]
    return _gathered(x, indices, places[-1] - places[0] + 1 == len(places))


def _gathered(x: Tensor, found: list[tuple[int, Tensor]], adjacent: bool) -> Tensor:
    """The elements of `x` at indices along several axes."""
    shape: tuple[int, ...] = ()
    for _, index in found:
        shape = tuple(broadcast_static_shape(shape, index._array.shape))
    taken = [axis for axis, _ in found]
    dtype = int64 if any(index.dtype is int64 for _, index in found) else int32
    at = stack(
        [broadcast_to_(OPS["discretise"](i, dtype=i._backend.native_dtype(dtype)), shape=shape) for _, i in found],
        -1,
    )
    rest = [axis for axis in range(x.ndim) if axis not in taken]
    result = gather_nd(permute_dims(x, axes=(*taken, *rest)), at)
    first = taken[0]
    if not adjacent or not first:
        return result
    count = len(shape)
    return permute_dims(  # type: ignore[no-any-return]
        result, axes=(*range(count, count + first), *range(count), *range(count + first, result.ndim))
    )


def _check_mask(mask: Tensor, lengths: tuple[int, ...], axis: int) -> None:
    if tuple(mask._array.shape) != lengths or not lengths:
        raise InvalidArgumentError(
            f"A mask must have the lengths of the axes it stands for; received shape {mask.shape} for axes of lengths "
            f"{list(lengths)} from axis {axis} on."
        )


def _columns(item: Tensor) -> list[Tensor]:
    """Indices as they are; for a mask those of its true elements, axis by axis."""
    if not item.dtype.is_bool:
        return [item]
    places = OPS["nonzero"](item)
    return [getitem(places, key=(slice(None), column)) for column in range(item.ndim)]


def _is_basic(item: Any) -> bool:
    return item is None or item is Ellipsis or isinstance(item, slice)


def _axes_of(item: Any) -> int:
    if isinstance(item, Tensor):
        return item.ndim if item.dtype.is_bool else 1
    return int(isinstance(item, slice))


def _as_indices(item: Any, like: Tensor) -> Tensor:
    found = item if type(item) is Tensor else convert(item, like=like)
    if isinstance(item, list) and 0 in found._array.shape:
        found = convert(item, int32, like=like)
    if found.dtype.is_bool:
        return found
    if not found.dtype.is_integer:
        raise DTypeError(f"A tensor is indexed with integers or bool; received {found.dtype.name}.")
    if found.dtype is int32 or found.dtype is int64:
        return found
    return OPS["discretise"](found, dtype=found._backend.native_dtype(int64))  # type: ignore[no-any-return]
