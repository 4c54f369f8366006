"""The stand-in's array: NumPy's behind a wall, on a device by name."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NoReturn

import numpy as np

from cupy_stand_in import cuda, streams
from cupy_stand_in.memory import Memory, kernel_of, pool


class ndarray:
    """What the backend uses of `cupy.ndarray`. NumPy can't read it, and an array without axes stays an array."""

    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, hidden: Any, device: int, base: Any = None, memory: Memory | None = None) -> None:
        self._hidden = np.asarray(hidden)
        self._device = device
        self.base = base
        self._memory = memory or (Memory() if base is None else base._memory)

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("Implicit conversion to a NumPy array is not allowed. Please use `.get()`.")

    shape = property(lambda self: self._hidden.shape)
    dtype = property(lambda self: self._hidden.dtype)
    ndim = property(lambda self: self._hidden.ndim)
    size = property(lambda self: self._hidden.size)
    strides = property(lambda self: self._hidden.strides)
    T = property(lambda self: self._viewed(self._hidden.T))
    data = property(
        lambda self: SimpleNamespace(
            device_id=self._device, mem=self._memory, ptr=self._hidden.__array_interface__["data"][0]
        )
    )

    @property
    def real(self) -> ndarray:
        return self._viewed(self._hidden.real)

    @real.setter
    def real(self, value: ndarray) -> None:
        changed(self, _set_real, value)

    @property
    def imag(self) -> ndarray:
        return self._viewed(self._hidden.imag)

    @imag.setter
    def imag(self, value: ndarray) -> None:
        changed(self, _set_imag, value)

    def _viewed(self, hidden: Any) -> ndarray:
        return ndarray(hidden, self._device, base=self)

    def reshape(self, *shape: Any) -> ndarray:
        found = self._hidden.reshape(*shape)
        if np.may_share_memory(found, self._hidden) or not self.size:
            return self._viewed(found)
        return computed(lambda x: x.reshape(*shape), self)

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
        return computed(lambda x: x.astype(dtype), self)

    def copy(self, order: str = "C") -> ndarray:
        (memory,) = _memories([self])
        found = _launched(lambda x: x.copy(order), [self._hidden], [memory])
        assert isinstance(found, ndarray)
        return found

    def fill(self, value: Any) -> None:
        changed(self, lambda x: x.fill(value))

    def any(self) -> ndarray:
        return computed(np.any, self)

    def get(self) -> Any:
        cuda.waits("get")
        streams.refuse(RuntimeError, "the current stream is capturing, so D2H transfers are disallowed")
        with cuda.Device(self._device):  # the stream of the array's device
            streams.used([self._memory], [])
        return self._hidden.copy()

    def __getitem__(self, key: Any) -> ndarray:
        key = _basic(key) if isinstance(key, tuple) else (_basic(key),)
        return self._viewed(self._hidden[key if Ellipsis in key else (*key, ...)])

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, ndarray):
            changed(self, _put_rows, key, value)
        else:
            basic = _basic(key)
            changed(self, lambda x, y: x.__setitem__(basic, y), value)

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


def computed(function: Callable[..., Any], *values: Any) -> Any:
    """`function` of what is behind the values, in new memory: a kernel, on the current device and stream."""
    return _launched(function, on_current_device(*values), _memories(values))


def changed(target: ndarray, function: Callable[..., Any], *values: Any) -> None:
    """A kernel that writes to memory which is there: `function(target, *values)`."""
    hidden = on_current_device(target, *values)

    def step() -> None:
        with np.errstate(all="ignore"):
            function(*hidden)

    streams.told(step, _memories(values), [target._memory], kernel_of(function, hidden))


def _launched(function: Callable[..., Any], hidden: list[Any], read: list[Memory]) -> Any:
    with np.errstate(all="ignore"):
        found = function(*hidden)
    several = isinstance(found, tuple)
    results = [np.asarray(result) for result in (found if several else (found,))]
    made = [_new(result) for result in results]

    def step() -> None:
        with np.errstate(all="ignore"):
            again = function(*hidden)
        for array, result in zip(made, again if several else (again,)):
            if array._hidden is not result:
                array._hidden[...] = result

    if pool() is None and streams.capturing() is None:
        step = _nothing  # it has just been done
    streams.told(step, read, [array._memory for array in made], kernel_of(function, hidden))
    return tuple(made) if several else made[0]


def _new(result: Any) -> ndarray:
    """A new array of what a kernel has computed; junk, as long as the kernel is yet to run."""
    memory = Memory(result.nbytes)
    hidden = result if pool() is None else memory.array(result.shape, result.dtype)
    return ndarray(hidden, cuda.current(), memory=memory)


def _nothing() -> None:
    return None


def _memories(values: Any) -> list[Memory]:
    return [value._memory for value in values if isinstance(value, ndarray)]


def _set_real(x: Any, value: Any) -> None:
    x.real = value


def _set_imag(x: Any, value: Any) -> None:
    x.imag = value


def _put_rows(x: Any, rows: Any, values: Any) -> None:
    x[rows % max(len(x), 1)] = values


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
