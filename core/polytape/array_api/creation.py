"""Making arrays. Where no dtype is named, real numbers are float32, integers int64, complex numbers complex64."""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments
from polytape.array_api.promotion import tensor_of, to_dtype
from polytape.conversion import convert
from polytape.dtypes import DType, as_dtype, bool_, complex64, complex128, float32, int64
from polytape.errors import InvalidArgumentError
from polytape.ops import comparison, ranges, selection
from polytape.ops.creation import zeros_like as _zeros_like
from polytape.ops.placement import to
from polytape.plugins import backends, devices
from polytape.tensor import Tensor

DEFAULTS: dict[type, DType] = {bool: bool_, int: int64, float: float32, complex: complex64}
"""The dtypes of Python's numbers."""


def asarray(obj: Any, /, *, dtype: Any = None, device: Any = None, copy: bool | None = None) -> Tensor:
    """Return a number, a sequence, an array of whatever library or a tensor as a tensor.

    Raises:
        InvalidArgumentError: if `copy` is False and a copy is needed.
    """
    wanted = None if dtype is None else as_dtype(dtype)
    if isinstance(obj, Tensor) or hasattr(obj, "__polytape_tensor__"):
        found = tensor_of("asarray", obj)
        if wanted is not None:
            if copy is False and wanted is not found.dtype:
                raise InvalidArgumentError(f"asarray: {found.dtype.name} does not become {wanted.name} without a copy.")
            found = to_dtype(found, wanted)
        return found if device is None else to(found, device)
    if copy is False:
        raise InvalidArgumentError(f"asarray: {type(obj).__name__} does not become a tensor without a copy.")
    backend, place = _placement(device)
    if wanted is not None and not isinstance(obj, (bool, int, float, complex, list, tuple)):
        return to_dtype(convert(obj, backend=backend, device=place), wanted)
    hint = DEFAULTS.get(_kind_of(obj)) if wanted is None else None
    found = convert(obj, wanted, hint=int64 if hint is int64 else None, backend=backend, device=place)
    return to_dtype(found, complex64) if hint is complex64 and found.dtype is complex128 else found


def from_dlpack(x: Any, /, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """Return an array of any library that speaks DLPack as a tensor, without a copy where that is possible."""
    backend, place = _placement(device)
    found = Tensor(backend.from_dlpack(x), backend)
    return found if place is None else to(found, device)


def full(shape: Any, fill_value: Any, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Return an array of one value."""
    if isinstance(fill_value, Tensor):
        fill_value = fill_value.numpy().item()
    wanted = DEFAULTS[type(fill_value)] if dtype is None else as_dtype(dtype)
    backend, place = _placement(device)
    lengths = arguments.shape(shape, "full")
    return Tensor(backend.full(lengths, fill_value, dtype=backend.native_dtype(wanted), device=place), backend)


def zeros(shape: Any, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Return an array of zeros."""
    return full(shape, 0, dtype=float32 if dtype is None else dtype, device=device)


def ones(shape: Any, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Return an array of ones."""
    return full(shape, 1, dtype=float32 if dtype is None else dtype, device=device)


empty = zeros


def full_like(x: Any, /, fill_value: Any, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Return an array of one value, of the shape of another, and of its dtype unless told."""
    x = tensor_of("full_like", x)
    if isinstance(fill_value, Tensor):
        fill_value = fill_value.numpy().item()
    backend = x._backend
    native = backend.native_dtype(x.dtype if dtype is None else as_dtype(dtype))
    made = backend.full(tuple(x._array.shape), fill_value, dtype=native, device=backend.device_of(x._array))
    return Tensor(made, backend) if device is None else to(Tensor(made, backend), device)


def zeros_like(x: Any, /, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Return zeros in the shape of an array, and of its dtype unless told."""
    return full_like(x, 0, dtype=dtype, device=device)


def ones_like(x: Any, /, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Return ones in the shape of an array, and of its dtype unless told."""
    return full_like(x, 1, dtype=dtype, device=device)


empty_like = zeros_like


def arange(start: Any, /, stop: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Return evenly spaced numbers from `start` up to but without `stop`; from 0 if only one is named."""
    start, stop = (0, start) if stop is None else (start, stop)
    if not step:
        raise InvalidArgumentError("arange: step must not be 0.")
    plain = isinstance(start, int) and isinstance(stop, int) and isinstance(step, int)
    wanted = as_dtype(dtype) if dtype is not None else int64 if plain else float32
    backend, place = _placement(device)
    count = max(0, -((start - stop) // step) if plain else math.ceil((stop - start) / step))
    native = backend.native_dtype(wanted)
    if plain:
        return Tensor(backend.arange(start, start + count * step, step, dtype=native, device=place), backend)
    return to_dtype(arange(count, dtype=wanted, device=device) * step + start, wanted)


def linspace(
    start: Any, stop: Any, /, num: int, *, dtype: Any = None, device: Any = None, endpoint: bool = True
) -> Tensor:
    """Return `num` evenly spaced numbers from `start` up to `stop`, or up to but without it."""
    default = complex64 if isinstance(start, complex) or isinstance(stop, complex) else float32
    wanted = default if dtype is None else as_dtype(dtype)
    step = (stop - start) / max(num - 1 if endpoint else num, 1)
    if not wanted.is_floating or num < 2:
        return to_dtype(arange(num, dtype=wanted, device=device) * step + start, wanted)
    last = stop if endpoint else start + (num - 1) * step
    first = asarray(float(start), dtype=wanted, device=device)
    return ranges.linspace(first, asarray(float(last), dtype=wanted, device=device), num)


def eye(n_rows: int, n_cols: int | None = None, /, *, k: int = 0, dtype: Any = None, device: Any = None) -> Tensor:
    """Return a matrix of zeros with ones on its k-th diagonal."""
    columns = arange(n_rows if n_cols is None else n_cols, device=device)
    hits = comparison.equal(arange(k, k + n_rows, device=device)[:, None], columns)
    return to_dtype(hits, float32 if dtype is None else as_dtype(dtype))


def tril(x: Any, /, *, k: int = 0) -> Tensor:
    """Return matrices with zeros above their k-th diagonal."""
    return _triangle("tril", x, k, comparison.greater_equal)


def triu(x: Any, /, *, k: int = 0) -> Tensor:
    """Return matrices with zeros below their k-th diagonal."""
    return _triangle("triu", x, k, comparison.less_equal)


def meshgrid(*arrays: Any, indexing: str = "xy") -> list[Tensor]:
    """Return the coordinates of the points of a grid, an array for each axis."""
    return ranges.meshgrid(*[tensor_of("meshgrid", array) for array in arrays], indexing=indexing)


def _triangle(name: str, x: Any, k: int, comparison_: Any) -> Tensor:
    x = tensor_of(name, x)
    if x.ndim < 2:
        raise InvalidArgumentError(f"{name} takes matrices; received an array of rank {x.ndim}.")
    rows, columns = x._array.shape[-2:]
    kept = comparison_(arange(k, k + rows, device=x.device)[:, None], arange(columns, device=x.device))
    return selection.where(kept, x, _zeros_like(x))  # type: ignore[no-any-return]


def _placement(device: Any) -> tuple[Any, str | None]:
    if device is None:
        return backends.placement()
    return devices.find(device, backends.current())


def _kind_of(value: Any) -> type:
    """The type of the number that a sequence begins with."""
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    return type(value)
