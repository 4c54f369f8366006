"""From Python numbers, sequences and arrays of other libraries to tensors, by TensorFlow's dtype rules.

A Python integer becomes `int32` (`int64` if it is large), a float `float32`; what carries a dtype of its own keeps it.
Where a dtype is wanted, values convert only upwards in kind: an integer may become a float, a float never an integer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polytape import nest
from polytape.backend import Backend
from polytape.dtypes import BY_NAME, DType, as_dtype
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.plugins import backends
from polytape.shape import TensorShape
from polytape.tensor import Tensor

_FROM_PYTHON = {"i": "int32", "u": "int64", "f": "float32", "c": "complex128", "b": "bool"}
_OF_NUMBERS = {bool: "bool", int: "int32", float: "float32", complex: "complex128"}
_NUMBERS = frozenset(_OF_NUMBERS)
_NUMBERS_KEPT = 256
_RANK = {"bool": 0, "unsigned": 1, "signed": 1, "floating": 2, "complex": 3}


def convert(
    value: Any,
    dtype: Any = None,
    *,
    hint: DType | None = None,
    like: Tensor | None = None,
    backend: Backend | None = None,
    device: str | None = None,
) -> Tensor:
    """Return `value` as a tensor.

    Args:
        value: a tensor, variable, number, nested sequence, NumPy array, or anything with `__array__` or `__dlpack__`.
        dtype: the dtype that it must have or can be converted to.
        hint: a dtype to use if the value can take it.
        like: a tensor beside which to make it, on the same device of the same backend.
        backend: where to make it otherwise; by default on the current backend.
        device: on which of the backend's devices; by default the one that `tf.device` has chosen, if any.

    Raises:
        DTypeError: if the value does not fit the dtype, or no dtype fits the value.
        InvalidArgumentError: if nested sequences are ragged, or a number is out of the dtype's range.
    """
    wanted = None if dtype is None else as_dtype(dtype)
    if type(value) is not Tensor and hasattr(value, "__polytape_tensor__"):
        value = value.__polytape_tensor__()
    if type(value) is Tensor:
        if wanted is not None and value.dtype is not wanted:
            raise DTypeError(
                f"Tensor conversion requested dtype {wanted.name} for a tensor of dtype {value.dtype.name}; convert it "
                "with tf.cast."
            )
        return value
    if isinstance(value, (list, tuple)) and _holds_tensors(value):
        from polytape.ops.joining import stack  # a floor above: only sequences of tensors need it

        inside = next(tensor for tensor in map(_as_tensor, nest.flatten(value)) if tensor is not None)
        return stack([convert(item, wanted or inside.dtype, like=inside) for item in value])
    array = to_numpy(value, wanted, hint)
    if like is not None:
        backend, device = like._backend, like._backend.device_of(like._array)
    elif backend is None:
        backend, device = backends.placement()
    return Tensor(backend.from_numpy(array, device), backend)


def as_source(value: Any, role: str) -> Tensor:
    """Return a tensor, or the tensor that a variable holds; anything else is refused as `role`."""
    if type(value) is Tensor:
        return value
    if hasattr(value, "__polytape_tensor__"):
        return value.__polytape_tensor__()  # type: ignore[no-any-return]
    raise InvalidArgumentError(
        f"{role} must be a tensor or a variable, or a structure of them; received {value!r} of {type(value).__name__}."
    )


def convert_group(values: Sequence[Any], groups: Sequence[Any], name: str) -> list[Tensor]:
    """Turn an op's arguments into tensors; within a group, values follow the first tensor's dtype and backend."""
    made = [value if type(value) is Tensor else _as_tensor(value) for value in values]
    first = next((tensor for tensor in made if tensor is not None), None)
    backend = None if first is None else first._backend
    device = None if first is None else first._backend.device_of(first._array)
    leaders: dict[int, Tensor] = {}
    for tensor, group in zip(made, groups):
        if tensor is not None:
            leaders.setdefault(id(group), tensor)
    for position, (value, group) in enumerate(zip(values, groups)):
        tensor = made[position]
        if tensor is None:
            leader = leaders.get(id(group))
            if leader is not None and type(value) in _NUMBERS:
                tensor = scalar_like(value, leader, name)
            else:
                wanted = None if leader is None else leader.dtype
                hint = next(iter(group)) if len(group) == 1 else None
                tensor = convert(value, wanted, hint=hint, backend=backend, device=device)
            made[position] = tensor
            leaders.setdefault(id(group), tensor)
    return made  # type: ignore[return-value]


def narrowed(value: Any, dtype: Any) -> Any:
    """Return a NumPy array of floating-point numbers as integers if these are asked for; all else as it is.

    Python's numbers are never cut off; an array is, as `astype` does it and TensorFlow too.
    """
    if isinstance(value, (np.ndarray, np.generic)) and dtype is not None and value.dtype.kind == "f":
        wanted = as_dtype(dtype)
        return value.astype(wanted.as_numpy_dtype) if wanted.is_integer else value
    return value


def to_numpy(value: Any, dtype: DType | None = None, hint: DType | None = None) -> np.ndarray[Any, Any]:
    """Return `value` as a NumPy array of the dtype that polytape gives it."""
    kind = type(value)
    if kind in _NUMBERS:  # the short way for one number
        wanted = dtype or (hint if hint is not None and kind in hint.python_types else BY_NAME[_OF_NUMBERS[kind]])
        if kind in wanted.python_types and (not wanted.is_integer or wanted.min <= value <= wanted.max):
            return np.array(value, wanted.as_numpy_dtype)
    if value is None:
        raise InvalidArgumentError("None can't be converted to a tensor; pass a number, a sequence or an array.")
    if isinstance(value, TensorShape):
        value = np.array(value.as_list(), np.int32) if value.is_fully_defined() else value
    try:
        array = _on_host(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidArgumentError(
            f"{_shorten(value)} can't be converted to a tensor: nested sequences must all have the same lengths "
            f"({error})."
        ) from None
    if array.dtype.kind not in "biufc":
        raise DTypeError(
            f"{_shorten(value)} can't be converted to a tensor: elements of type {_element_type(value, array)} have no "
            "dtype here; pass numbers or truth values."
        )
    own = _of_python(array) if _is_python(value) else _known(array)
    if dtype is None:
        empty = not array.size and _is_python(value)  # an empty list may be of any dtype
        dtype = hint if hint is not None and (empty or _fits(own, hint)) else own
    elif not _fits(own, dtype) and (array.size or not _is_python(value)):  # an empty list may be of any dtype
        raise DTypeError(
            f"Cannot convert {_shorten(value)} to a tensor of dtype {dtype.name}: it holds {own.name}. Pass a value of "
            "that kind, or convert with tf.cast."
        )
    if dtype.is_integer and array.size and array.dtype != dtype.as_numpy_dtype:
        low, high = array.min(), array.max()
        if low < dtype.min or high > dtype.max:
            raise InvalidArgumentError(
                f"{_shorten(value)} is out of the range of {dtype.name} ({dtype.min} to {dtype.max}); pass a wider "
                "dtype, such as dtype=tf.int64."
            )
    return array if array.dtype == dtype.as_numpy_dtype else array.astype(dtype.as_numpy_dtype)


def _as_tensor(value: Any) -> Tensor | None:
    if type(value) is Tensor:
        return value
    found = getattr(value, "__polytape_tensor__", None)
    return None if found is None else found()


def scalar_like(value: Any, like: Tensor, name: str) -> Tensor:
    """Return a Python number as a tensor of the dtype, backend and device of `like`: the short way, for `x * 2.0`.

    Args:
        name: the op, for error messages.
    """
    backend, array = like._backend, like._array
    numbers = backend.numbers
    if numbers is not None:
        found = numbers.get((value, type(value), type(array), array.dtype))
        if found is not None:
            return found  # type: ignore[no-any-return]
    dtype = backend.dtype_of(array)
    if type(value) not in dtype.python_types:
        raise DTypeError(
            f"{name}: cannot convert {value!r} to a tensor of dtype {dtype.name}; convert the tensor with tf.cast, or "
            "pass a value of its dtype."
        )
    if type(value) is int and not dtype.is_differentiable and not dtype.min <= value <= dtype.max:
        raise InvalidArgumentError(f"{name}: {value} is out of the range of {dtype.name} ({dtype.min} to {dtype.max}).")
    made = Tensor(backend.scalar(value, array), backend)
    if numbers is not None and value and len(numbers) < _NUMBERS_KEPT:  # not zero: 0.0 and -0.0 are equal
        numbers[value, type(value), type(array), array.dtype] = made
    return made


def _holds_tensors(value: Any) -> bool:
    return any(
        _holds_tensors(item)
        if isinstance(item, (list, tuple))
        else type(item) is Tensor or hasattr(item, "__polytape_tensor__")
        for item in value
    )


def _is_python(value: Any) -> bool:
    """Whether dtypes follow Python's numbers: decided by the first element."""
    while isinstance(value, (list, tuple)):
        if not value:
            return True
        value = value[0]
    return isinstance(value, (bool, int, float, complex, range)) and not isinstance(value, np.generic)


def _on_host(value: Any) -> np.ndarray[Any, Any]:
    """A value as NumPy reads it; an array on a GPU, which libraries don't hand out unasked, by DLPack."""
    try:
        return np.from_dlpack(value) if _speaks_dlpack_only(value) else np.asarray(value)
    except TypeError:
        if not hasattr(value, "__dlpack__"):
            raise
        return np.from_dlpack(value, device="cpu")


def _speaks_dlpack_only(value: Any) -> bool:
    return hasattr(value, "__dlpack__") and not hasattr(value, "__array__")


def _known(array: np.ndarray[Any, Any]) -> DType:
    try:
        return as_dtype(array.dtype)
    except TypeError:
        raise DTypeError(f"Arrays of dtype {array.dtype} can't become tensors; convert it with astype first.") from None


def _of_python(array: np.ndarray[Any, Any]) -> DType:
    """The dtype of Python numbers: int32 and float32, int64 where int32 is too narrow."""
    own = BY_NAME[_FROM_PYTHON[array.dtype.kind]]
    if own.name == "int32" and array.size and not own.min <= array.min() <= array.max() <= own.max:
        return BY_NAME["int64"]
    return own


def _fits(own: DType, wanted: DType) -> bool:
    if wanted.is_bool:
        return own.is_bool
    return _RANK[own.kind] <= _RANK[wanted.kind]


def _element_type(value: Any, array: np.ndarray[Any, Any]) -> str:
    if array.size and array.dtype == object:
        return type(array.flat[0]).__name__
    return {"U": "str", "S": "bytes"}.get(array.dtype.kind, str(array.dtype))


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
