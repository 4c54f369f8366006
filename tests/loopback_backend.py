"""A second backend for tests: NumPy behind a wall.

Its arrays wrap an `ndarray` that they show to nobody: NumPy's functions refuse them, they have no methods,
and dtypes are objects of their own. So nothing of core that reaches past the contract to NumPy works here. It
has two devices, which are names only; one op on arrays of both is an error.
"""

from __future__ import annotations

import operator
from types import SimpleNamespace
from typing import Any, NoReturn

import numpy as np

from polytape import dtypes
from polytape.backend import PRIMITIVES, Backend


class LoopbackDtype:
    """The native dtype, one object for each."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._hidden = np.dtype(name)

    def __repr__(self) -> str:
        return f"loopback.{self.name}"


DTYPES = {dtype.name: LoopbackDtype(dtype.name) for dtype in dtypes.ALL}


class LoopbackArray:
    """An array that has a shape, a dtype and operators, and nothing else."""

    __slots__ = ("_device", "_hidden")
    __array_ufunc__ = None  # NumPy's operators step back, and its ufuncs raise
    __hash__ = None

    def __init__(self, hidden: Any, device: str) -> None:
        self._hidden = np.asarray(hidden)
        self._device = device

    def __array__(self, *arguments: Any, **options: Any) -> NoReturn:
        raise TypeError("an array of the loopback backend reached NumPy")

    @property
    def shape(self) -> tuple[int, ...]:
        return self._hidden.shape

    @property
    def dtype(self) -> LoopbackDtype:
        return DTYPES[self._hidden.dtype.name]

    def __getitem__(self, key: Any) -> LoopbackArray:
        return LoopbackArray(self._hidden[_checked(key)], self._device)

    def __bool__(self) -> bool:
        return bool(self._hidden)

    def __int__(self) -> int:
        return int(self._hidden)

    def __float__(self) -> float:
        return float(self._hidden)

    def __repr__(self) -> str:
        return f"<loopback {self._hidden.tolist()} on {self._device}>"

    def __dlpack__(self, **options: Any) -> Any:
        return self._hidden.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._hidden.__dlpack_device__()


def _checked(value: Any) -> Any:
    """Metadata and Python numbers; nothing of NumPy's may come in."""
    if isinstance(value, (tuple, list)):
        return type(value)(_checked(item) for item in value)
    if isinstance(value, (np.ndarray, np.generic, np.dtype)):
        raise TypeError(f"{value!r} of NumPy reached the loopback backend")
    return value


def _bare(value: Any, devices: set[str]) -> Any:
    if isinstance(value, LoopbackArray):
        devices.add(value._device)
        return value._hidden
    if isinstance(value, (tuple, list)):
        return type(value)(_bare(item, devices) for item in value)
    return value._hidden if isinstance(value, LoopbackDtype) else _checked(value)


def _function(function: Any) -> Any:
    """`function` of NumPy, for arrays of this backend."""

    def call(*arguments: Any, **options: Any) -> Any:
        devices: set[str] = set()
        bare = [_bare(argument, devices) for argument in arguments]
        named = {name: _bare(option, devices) for name, option in options.items()}
        if len(devices) != 1:
            raise TypeError(f"arrays on {' and '.join(sorted(devices)) or 'no device'} in one call")
        (device,) = devices
        with np.errstate(all="ignore"):
            found = function(*bare, **named)
        if isinstance(found, tuple):
            return tuple(LoopbackArray(item, device) for item in found)
        return LoopbackArray(found, device)

    return call


def _reflected(function: Any) -> Any:
    return lambda self, other: function(other, self)


for _name in (
    "add",
    "sub",
    "mul",
    "truediv",
    "floordiv",
    "mod",
    "pow",
    "and",
    "or",
    "xor",
    "lshift",
    "rshift",
):
    _plain = _function(getattr(operator, f"__{_name}__"))
    setattr(LoopbackArray, f"__{_name}__", _plain)
    setattr(LoopbackArray, f"__r{_name}__", _reflected(_plain))
for _name in ("neg", "abs", "invert", "eq", "ne", "lt", "le", "gt", "ge", "matmul"):
    setattr(LoopbackArray, f"__{_name}__", _function(getattr(operator, f"__{_name}__")))


def _cumulative_sum(x: Any, *, axis: int, dtype: Any) -> Any:
    return np.cumsum(x, axis=axis, dtype=dtype)


def _argsort(x: Any, *, axis: int, stable: bool) -> Any:
    return np.argsort(x, axis=axis, kind="stable")


def _astype(x: Any, dtype: Any) -> Any:
    return (x.real if x.dtype.kind == "c" and dtype.kind not in "cb" else x).astype(dtype)


NAMESPACE = SimpleNamespace(
    __name__="loopback",
    **{name: _function(getattr(np, name)) for name in PRIMITIVES},
    **{name: _function(getattr(np, name)) for name in ("sum", "prod", "sort", "reshape", "permute_dims", "concat")},
    broadcast_to=_function(np.broadcast_to),
    astype=_function(_astype),
    cumulative_sum=_function(_cumulative_sum),
    argsort=_function(_argsort),
    linalg=SimpleNamespace(
        **{
            name: _function(getattr(np.linalg, name))
            for name in ("cholesky", "inv", "solve", "det", "slogdet", "qr", "svd", "svdvals", "eigh", "eigvalsh")
        }
    ),
)
"""The primitives, and what the contract's own bodies ask a namespace for."""


class LoopbackBackend(Backend):
    """NumPy behind a wall, on the devices `CPU:0` and `LOOP:0`."""

    name = "loopback"
    namespace = NAMESPACE
    dtypes = {"CPU": dtypes.ANY, "LOOP": dtypes.ANY - {dtypes.complex64}}  # noqa: RUF012

    def devices(self) -> tuple[str, ...]:
        return ("CPU:0", "LOOP:0")

    def versions(self) -> dict[str, str]:
        return {"loopback": "1"}

    def device_of(self, array: LoopbackArray) -> str:
        return array._device

    def to_device(self, array: LoopbackArray, device: str) -> LoopbackArray:
        return LoopbackArray(array._hidden, device)

    def native_dtype(self, dtype: dtypes.DType) -> LoopbackDtype:
        return DTYPES[dtype.name]

    def dtype_of(self, array: LoopbackArray) -> dtypes.DType:
        return dtypes.BY_NAME[array.dtype.name]

    def from_numpy(self, array: np.ndarray, device: str | None = None) -> LoopbackArray:
        return LoopbackArray(array.astype(array.dtype.newbyteorder("="), order="C"), device or "CPU:0")

    def to_numpy(self, array: LoopbackArray) -> np.ndarray:
        return array._hidden.copy()

    def from_dlpack(self, source: Any) -> LoopbackArray:
        return LoopbackArray(np.from_dlpack(source), "CPU:0")

    def scalar(self, value: Any, like: LoopbackArray) -> LoopbackArray:
        return LoopbackArray(np.asarray(value, like._hidden.dtype), like._device)

    def full(self, shape: Any, value: Any, *, dtype: LoopbackDtype, device: str | None = None) -> LoopbackArray:
        return LoopbackArray(np.full(_checked(shape), _checked(value), dtype._hidden), device or "CPU:0")

    def arange(
        self, start: Any, stop: Any, step: Any, *, dtype: LoopbackDtype, device: str | None = None
    ) -> LoopbackArray:
        return LoopbackArray(np.arange(*_checked((start, stop, step)), dtype=dtype._hidden), device or "CPU:0")
