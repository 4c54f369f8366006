"""The other functions of CuPy's main namespace that the backend uses, with its differences from NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from cupy_stand_in import cuda
from cupy_stand_in.array import Capsule, ndarray, on_current_device
from cupy_stand_in.elementwise import FUNCTIONS as ELEMENTWISE

_ADDABLE = ("int32", "float16", "float32", "float64", "uint32", "uint64")


def _made(hidden: Any) -> ndarray:
    return ndarray(hidden, cuda.current())


def _of_array(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` of one NumPy array, or of a sequence of them, and of metadata."""

    def call(first: Any, *metadata: Any, **options: Any) -> ndarray:
        if isinstance(first, (tuple, list)):
            return _made(function(on_current_device(*first), *metadata, **options))
        assert isinstance(first, ndarray), f"CuPy's functions take CuPy's arrays: {first!r}"
        with np.errstate(all="ignore"):
            return _made(function(*on_current_device(first), *metadata, **options))

    return call


def _place(function: Callable[..., Any]) -> Callable[..., Any]:
    return _of_array(lambda x, axis=None: function(x, axis=axis).astype(np.longlong))


def _view(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that touches no element, and so needs no device."""
    return lambda x, *metadata, **options: ndarray(function(x._hidden, *metadata, **options), x._device, base=x)


def _empty(shape: Any, dtype: Any) -> ndarray:
    found = np.zeros(shape, dtype)
    found.fill(True if found.dtype.kind == "b" else 77)  # so that somebody who reads it notices
    return _made(found)


def _array(obj: Any, dtype: Any = None, copy: bool = True, order: str = "K") -> ndarray:
    assert isinstance(obj, (np.ndarray, np.generic)), "the backend makes arrays of NumPy's only"
    return _made(np.array(obj, dtype, order=order))  # type: ignore[call-overload]


def _take(a: Any, indices: Any, axis: int | None = None) -> ndarray:
    x, places = on_current_device(a, indices)
    length = x.size if axis is None else x.shape[axis]
    if not length and places.size:
        raise IndexError("cannot do a non-empty take from an empty axes.")
    return _made(np.take(x, places % max(length, 1), axis=axis))


def _searchsorted(a: Any, v: Any, side: str = "left") -> ndarray:
    sequence, values = on_current_device(a, v)
    if sequence.ndim > 1:
        raise ValueError("object of too small depth for desired array")
    return _made(np.searchsorted(sequence, values, side))


def _argsort(x: Any, axis: int = -1, kind: Any = None) -> Any:
    assert kind in (None, "stable")
    return np.argsort(x, axis=axis, kind="stable")


def _add_at(target: ndarray, indices: ndarray, rows: ndarray) -> None:
    if target.dtype.name not in _ADDABLE:
        raise TypeError(f"cupy.add.at only supports {', '.join(_ADDABLE)}, as data type")
    hidden, places, values = on_current_device(target, indices, rows)
    with np.errstate(all="ignore"):
        np.add.at(hidden, places % max(len(hidden), 1), values)


class _Add:
    """`cupy.add`, which is a function and has one more."""

    at = staticmethod(_add_at)

    def __call__(self, x: Any, y: Any) -> Any:
        return ELEMENTWISE["add"](x, y)


def _matmul(x: Any, y: Any) -> ndarray:
    left, right = on_current_device(x, y)
    if not isinstance(right, np.ndarray) or left.ndim == 0 or right.ndim == 0:
        raise ValueError("Scalar operands are not allowed, use '*' instead")
    if left.dtype == np.float16:
        return _made(np.matmul(left.astype(np.float32), right.astype(np.float32)).astype(np.float16))
    with np.errstate(all="ignore"):
        return _made(np.matmul(left, right))


def _as_strided(x: ndarray, shape: Any = None, strides: Any = None) -> ndarray:
    return ndarray(np.lib.stride_tricks.as_strided(x._hidden, shape, strides), x._device, base=x)


def _from_dlpack(array: Any) -> ndarray:
    kind, number = array.__dlpack_device__()
    if kind != 2:
        raise RuntimeError("CuPy is built against CUDA, different from the backend that backs the incoming tensor")
    with cuda.Device(number):
        capsule = array.__dlpack__(stream=1, max_version=(1, 0), copy=None)
    assert isinstance(capsule, Capsule)
    return ndarray(capsule.array._hidden, number, base=capsule.array)


def _shaped(x: Any, y: Any) -> SimpleNamespace:
    return SimpleNamespace(shape=np.broadcast_shapes(x.shape, y.shape))


ndarray.__matmul__ = _matmul  # type: ignore[attr-defined]

FUNCTIONS: dict[str, Any] = {
    **ELEMENTWISE,
    "add": _Add(),
    **{name: _of_array(getattr(np, name)) for name in ("sum", "prod", "max", "min", "all", "any", "cumsum", "cumprod")},
    **{name: _of_array(getattr(np, name)) for name in ("concatenate", "stack", "argwhere", "ascontiguousarray")},
    **{name: _place(getattr(np, name)) for name in ("argmax", "argmin")},
    "sort": _of_array(lambda x, axis=-1, kind=None: np.sort(x, axis=axis)),
    "argsort": _of_array(_argsort),
    "searchsorted": _searchsorted,
    "take": _take,
    "matmul": _matmul,
    "broadcast_to": _view(np.broadcast_to),
    "broadcast": _shaped,
    "broadcast_shapes": np.broadcast_shapes,
    "array": _array,
    "empty": _empty,
    "zeros": lambda shape, dtype: _made(np.zeros(shape, dtype)),
    "full": lambda shape, value, dtype: _made(np.full(shape, value, dtype)),
    "arange": lambda *bounds, dtype: _made(np.arange(*bounds, dtype=dtype)),
    "from_dlpack": _from_dlpack,
    "dtype": np.dtype,
    "ndarray": ndarray,
    **{name: getattr(np, name) for name in ("float16", "float32", "float64", "complex64", "complex128")},
    **{name: getattr(np, name) for name in ("int32", "int64", "uint32", "uint64")},
}
as_strided = _as_strided
