"""Several elements as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, NoReturn

from polytape.backend import Array, Backend
from polytape.data.structure import form, pack, walk
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.tensor import Tensor

_shape, _dtype = attrgetter("shape"), attrgetter("dtype")


def join(block: Sequence[Any]) -> Any:
    """One batch of several elements, at least one."""
    structure = block[0]
    found = columns(block)
    if type(structure) is Tensor:
        return stack(found[0], "")
    return pack(structure, [stack(column, path) for (path, _), column in zip(walk(structure), found)])


def columns(block: Sequence[Any]) -> list[Sequence[Tensor]]:
    """The tensors of several elements, those of one place in their structure together.

    Raises:
        InvalidArgumentError: if their structures differ.
    """
    first = block[0]
    if type(first) is Tensor:
        if list(map(type, block)).count(Tensor) == len(block):
            return [block]
    elif isinstance(first, Mapping):
        if all(isinstance(element, Mapping) and element.keys() == first.keys() for element in block):
            return [column for key in sorted(first) for column in columns([element[key] for element in block])]
    elif isinstance(first, tuple):
        alike = list(map(type, block)).count(type(first)) == len(block)
        if alike and list(map(len, block)).count(len(first)) == len(block):
            return [column for children in zip(*block) for column in columns(children)]
    raise InvalidArgumentError(
        f"batch: all elements of a batch must be tensors in the same structure; received {form(first)!r:.200} and "
        f"{next((form(element) for element in block if form(element) != form(first)), None)!r:.200}."
    )


def stack(column: Sequence[Tensor], path: str) -> Tensor:
    """Stack the tensors that several elements have at one place along a new first axis.

    Raises:
        InvalidArgumentError: if their shapes differ.
        DTypeError: if their dtypes differ.
    """
    first = column[0]
    shape, dtype = first._array.shape, first._array.dtype
    arrays = [tensor._array for tensor in column]
    count = len(arrays)
    if list(map(_shape, arrays)).count(shape) != count or list(map(_dtype, arrays)).count(dtype) != count:
        _refuse(column, path)
    backend = first._backend
    return Tensor(backend.pack(*arrays, axis=0), backend)


def _refuse(column: Sequence[Tensor], path: str) -> NoReturn:
    """Say which tensor differs from the first."""
    first = column[0]
    shape, dtype = first._array.shape, first._array.dtype
    position, tensor = next(
        (position, tensor)
        for position, tensor in enumerate(column)
        if tensor._array.shape != shape or tensor._array.dtype != dtype
    )
    if tensor._array.shape != shape:
        raise InvalidArgumentError(
            f"batch: all elements of a batch must have the same shape{_in(path)}; the first has shape {first.shape} "
            f"and number {position} has {tensor.shape}. Use padded_batch to fill them up."
        )
    raise DTypeError(
        f"batch: all elements of a batch must have the same dtype{_in(path)}; the first has {first.dtype.name} "
        f"and number {position} has {tensor.dtype.name}. Convert them with tf.cast."
    )


def pad(tensor: Tensor, shape: Sequence[int], value: Any) -> Tensor:
    """Fill a tensor up at the ends of its axes."""
    array, backend = tensor._array, tensor._backend
    for axis, length in enumerate(shape):
        missing = length - array.shape[axis]
        if missing:
            array = backend.concat((array, _block(backend, array, axis, missing, value)), axis=axis)
    return Tensor(array, backend)


def _block(backend: Backend, array: Array, axis: int, length: int, value: Any) -> Array:
    found = tuple(array.shape)
    shape = (*found[:axis], length, *found[axis + 1 :])
    return backend.full(shape, value, dtype=array.dtype, device=backend.device_of(array))


def _in(path: str) -> str:
    return f" in component {path}" if path else ""
