"""The other functions of CuPy's main namespace that the backend uses, with its differences from NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from cupy_stand_in import cuda, streams
from cupy_stand_in.array import Capsule, changed, computed, ndarray
from cupy_stand_in.elementwise import FUNCTIONS as ELEMENTWISE

_AT_ONCE = 8
_TO_DEVICE = "the current stream is capturing, so H2D transfers are disallowed"
_ADDABLE = ("int32", "float16", "float32", "float64", "uint32", "uint64")


def _named(function: Callable[..., Any], *name: Any) -> Any:
    """A kernel's formula, with what tells the kernel from others."""
    function.kernel = name  # type: ignore[attr-defined]
    return function


def _of_array(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` of one NumPy array, or of a sequence of them, and of metadata."""

    def call(first: Any, *metadata: Any, **options: Any) -> ndarray:
        if isinstance(first, (tuple, list)):
            if len(first) > _AT_ONCE:
                streams.refuse(RuntimeError, _TO_DEVICE)  # it sends the arrays' addresses
            return computed(_named(lambda *xs: function(xs, *metadata, **options), function), *first)
        assert isinstance(first, ndarray), f"CuPy's functions take CuPy's arrays: {first!r}"
        return computed(_named(lambda x: function(x, *metadata, **options), function), first)

    return call


def _waiting(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of whose result the host must know the shape."""

    def call(x: ndarray) -> ndarray:
        streams.refuse(RuntimeError, "the current stream is capturing, so D2H transfers are disallowed")
        return _of_array(function)(x)

    return call


def _sorting(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of Thrust's, which nobody says may be captured."""

    def call(x: ndarray, axis: int = -1, kind: Any = None) -> ndarray:
        assert kind in (None, "stable")
        streams.refuse(RuntimeError, "Thrust, while a stream is captured")
        return computed(_named(lambda x: function(x, axis=axis, kind="stable"), function), x)

    return call


def _place(function: Callable[..., Any]) -> Callable[..., Any]:
    def place(x: Any, axis: Any = None) -> Any:
        return function(x, axis=axis).astype(np.longlong)

    return _of_array(place)


def _view(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that touches no element, and so needs no device."""
    return lambda x, *metadata, **options: ndarray(function(x._hidden, *metadata, **options), x._device, base=x)


def _empty(shape: Any, dtype: Any) -> ndarray:
    def junk() -> Any:
        found = np.zeros(shape, dtype)
        found.fill(True if found.dtype.kind == "b" else 77)  # so that somebody who reads it notices
        return found

    return computed(junk)


def _array(obj: Any, dtype: Any = None, copy: bool = True, order: str = "K") -> ndarray:
    assert isinstance(obj, (np.ndarray, np.generic)), "the backend makes arrays of NumPy's only"
    if np.ndim(obj):
        streams.refuse(RuntimeError, _TO_DEVICE)
    held = np.array(obj, dtype, order=order)  # type: ignore[call-overload]
    return computed(lambda: held)


def _take(a: Any, indices: Any, axis: int | None = None) -> ndarray:
    length = a.size if axis is None else a.shape[axis]
    if not length and indices.size:
        raise IndexError("cannot do a non-empty take from an empty axes.")
    return computed(lambda x, places: np.take(x, places % max(length, 1), axis=axis), a, indices)


def _searchsorted(a: Any, v: Any, side: str = "left") -> ndarray:
    if a.ndim > 1:
        raise ValueError("object of too small depth for desired array")
    return computed(lambda sequence, values: np.searchsorted(sequence, values, side), a, v)


def _add_at(target: ndarray, indices: ndarray, rows: ndarray) -> None:
    if target.dtype.name not in _ADDABLE:
        raise TypeError(f"cupy.add.at only supports {', '.join(_ADDABLE)}, as data type")
    changed(target, _add_rows, indices, rows)


def _add_rows(x: Any, places: Any, rows: Any) -> None:
    np.add.at(x, places % max(len(x), 1), rows)


def _copyto(target: ndarray, source: ndarray) -> None:
    assert isinstance(source, ndarray)
    changed(target, _copied, source)


def _copied(x: Any, y: Any) -> None:
    x[...] = y


_copied.kernel = ("memcpy",)  # type: ignore[attr-defined]


class _Add:
    """`cupy.add`, which is a function and has one more."""

    at = staticmethod(_add_at)

    def __call__(self, x: Any, y: Any) -> Any:
        return ELEMENTWISE["add"](x, y)


def _matmul(x: Any, y: Any, out: ndarray | None = None) -> ndarray:
    if not isinstance(y, ndarray) or x.ndim == 0 or y.ndim == 0:
        raise ValueError("Scalar operands are not allowed, use '*' instead")
    if x.dtype.kind in "fc":
        streams.refuse(NotImplementedError, "calling cuBLAS API during stream capture is currently unsupported")
    if out is None:
        return computed(_product, x, y)
    assert out._hidden.flags.c_contiguous and out.dtype == x.dtype == y.dtype, "Output array must be C-contiguous"
    assert out.shape == (*np.broadcast_shapes(x.shape[:-2], y.shape[:-2]), x.shape[-2], y.shape[-1])
    changed(out, lambda target, x, y: target.__setitem__(..., _product(x, y)), x, y)
    return out


def _product(x: Any, y: Any) -> Any:
    if x.dtype == np.float16:
        return np.matmul(x.astype(np.float32), y.astype(np.float32)).astype(np.float16)
    return np.matmul(x, y)


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
    **{name: _of_array(getattr(np, name)) for name in ("concatenate", "stack", "ascontiguousarray")},
    "argwhere": _waiting(np.argwhere),
    "copyto": _copyto,
    **{name: _place(getattr(np, name)) for name in ("argmax", "argmin")},
    "sort": _sorting(np.sort),
    "argsort": _sorting(np.argsort),
    "searchsorted": _searchsorted,
    "take": _take,
    "matmul": _matmul,
    "broadcast_to": _view(np.broadcast_to),
    "broadcast": _shaped,
    "broadcast_shapes": np.broadcast_shapes,
    "array": _array,
    "empty": _empty,
    "zeros": lambda shape, dtype: computed(lambda: np.zeros(shape, dtype)),
    "full": lambda shape, value, dtype: computed(lambda: np.full(shape, value, dtype)),
    "arange": lambda *bounds, dtype: computed(lambda: np.arange(*bounds, dtype=dtype)),
    "from_dlpack": _from_dlpack,
    "dtype": np.dtype,
    "ndarray": ndarray,
    **{name: getattr(np, name) for name in ("float16", "float32", "float64", "complex64", "complex128")},
    **{name: getattr(np, name) for name in ("int32", "int64", "uint32", "uint64")},
}
as_strided = _as_strided
