"""The stand-in's array: NumPy's behind a wall, on a device by name."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NoReturn

import numpy as np

from cupy_stand_in import cuda


class ndarray:
    """What the backend uses of `cupy.ndarray`. NumPy can't read it, and an array without axes stays an array."""

    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, hidden: Any, device: int, base: Any = None) -> None:
        self._hidden = np.asarray(hidden)
        self._device = device
        self.base = base

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("Implicit conversion to a NumPy array is not allowed. Please use `.get()`.")

    shape = property(lambda self: self._hidden.shape)
    dtype = property(lambda self: self._hidden.dtype)
    ndim = property(lambda self: self._hidden.ndim)
    size = property(lambda self: self._hidden.size)
    strides = property(lambda self: self._hidden.strides)
    T = property(lambda self: self._viewed(self._hidden.T))
    data = property(lambda self: SimpleNamespace(device_id=self._device))

    @property
    def real(self) -> ndarray:
        return self._viewed(self._hidden.real)

    @real.setter
    def real(self, value: ndarray) -> None:
        self._hidden.real = bare(value)

    @property
    def imag(self) -> ndarray:
        return self._viewed(self._hidden.imag)

    @imag.setter
    def imag(self, value: ndarray) -> None:
        self._hidden.imag = bare(value)

    def _viewed(self, hidden: Any) -> ndarray:
        return ndarray(hidden, self._device, base=self)

    def reshape(self, *shape: Any) -> ndarray:
        return self._viewed(self._hidden.reshape(*shape))

    def transpose(self, *axes: Any) -> ndarray:
        return self._viewed(self._hidden.transpose(*axes))

    def swapaxes(self, first: int, second: int) -> ndarray:
        return self._viewed(self._hidden.swapaxes(first, second))

    def view(self, dtype: Any) -> ndarray:
        return self._viewed(self._hidden.view(dtype))

    def astype(self, dtype: Any, copy: bool = True) -> ndarray:
        if not copy and self.dtype == dtype:
            return self
        assert self.dtype.kind != "c" or np.dtype(dtype).kind in "cb", "ComplexWarning: the imaginary part is discarded"
        (hidden,) = on_current_device(self)
        with np.errstate(all="ignore"):
            return ndarray(hidden.astype(dtype), self._device)

    def copy(self, order: str = "C") -> ndarray:
        return ndarray(self._hidden.copy(order), cuda.current())

    def fill(self, value: Any) -> None:
        self._hidden.fill(value)

    def any(self) -> ndarray:
        (hidden,) = on_current_device(self)
        return ndarray(hidden.any(), self._device)

    def get(self) -> Any:
        cuda.waits("get")
        return self._hidden.copy()

    def __getitem__(self, key: Any) -> ndarray:
        return self._viewed(self._hidden[_basic(key)])

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, ndarray):
            target, places = on_current_device(self, key)
            target[places % max(len(target), 1)] = bare(value)
        else:
            on_current_device(self)
            self._hidden[_basic(key)] = bare(value)

    def __bool__(self) -> bool:
        return bool(self.get())

    def __int__(self) -> int:
        return int(self.get())

    def __float__(self) -> float:
        return float(self.get())

    def __complex__(self) -> complex:
        return complex(self.get())

    def __index__(self) -> int:
        return self.get().__index__()

    def __dlpack_device__(self) -> tuple[int, int]:
        return (2, self._device)

    def __dlpack__(
        self, *, stream: Any = None, max_version: Any = None, dl_device: Any = None, copy: Any = None
    ) -> Any:
        if dl_device == (1, 0):
            return self.get().__dlpack__(max_version=max_version)
        if copy:
            raise BufferError("copy=True only supported for copy to CPU.")
        return Capsule(self)


class Capsule:
    """What DLPack hands over; a capsule of memory on a GPU can't be made here."""

    def __init__(self, array: ndarray) -> None:
        self.array = array


def bare(value: Any) -> Any:
    """NumPy's array or number behind a value; an array of NumPy's own is refused, as CuPy does."""
    if isinstance(value, ndarray):
        return value._hidden
    if isinstance(value, np.ndarray):
        raise TypeError(f"Unsupported type {type(value)}")
    return value


def on_current_device(*values: Any) -> list[Any]:
    """What is behind the values, if all arrays among them are on the current device."""
    for value in values:
        if isinstance(value, ndarray) and value._device != cuda.current():
            raise RuntimeError(
                f"The device where the array resides ({value._device}) is different from the current device "
                f"({cuda.current()})."
            )
    return [bare(value) for value in values]


def _basic(key: Any) -> Any:
    for item in key if isinstance(key, tuple) else (key,):
        assert item is None or item is Ellipsis or isinstance(item, (int, slice)), f"not a basic index: {item!r}"
    return key
