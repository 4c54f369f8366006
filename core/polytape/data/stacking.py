"""Several elements as one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NoReturn

from polytape.backend import Array, Backend
from polytape.data.structure import flatten, is_flat_tuple, pack, walk
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.tensor import Tensor


def join(block: list[Any]) -> Any:
    """One batch of several elements, at least one."""
    structure = block[0]
    if is_flat_tuple(structure) and set(map(type, chain(block, *block))) == {tuple, Tensor}:
        columns = zip(*block)
    else:
        columns = zip(*[flatten(element) for element in block])
    return pack(structure, [stack(column, path) for (path, _), column in zip(walk(structure), columns)])


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
    if [array.shape for array in arrays].count(shape) != count or [a.dtype for a in arrays].count(dtype) != count:
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
