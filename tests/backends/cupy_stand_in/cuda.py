"""Devices and the runtime: names and bookkeeping."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any


class CUDARuntimeError(RuntimeError):
    """CUDA's errors; `status` is the number."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class DeviceSynchronized(RuntimeError):
    """Something waits for the GPU where `allow_synchronize(False)` forbids it."""


class Machine:
    """What the stand-in's machine has: settings that tests change."""

    def __init__(self) -> None:
        self.devices = 1
        self.driver = 12080
        self.error: tuple[int, str] | None = None
        self.log: list[tuple[str, int]] = []
        """Events: `("record", device)` and `("wait", device)`."""
        self.loaded: set[Any] = set()
        """The kernels that have run on a device, and so are compiled and loaded."""


class _Thread(threading.local):
    device = 0
    synchronize = True

    def __init__(self) -> None:
        self.entered: list[int] = []


MACHINE = Machine()
_thread = _Thread()


def waits(what: str) -> None:
    """Note that the host waits for the GPU."""
    if not _thread.synchronize:
        raise DeviceSynchronized(what)


class allow_synchronize:
    """A block in which the host may or may not wait for the GPU."""

    def __init__(self, allow: bool) -> None:
        self.allow = allow

    def __enter__(self) -> None:
        self.before, _thread.synchronize = _thread.synchronize, self.allow

    def __exit__(self, *_: object) -> None:
        _thread.synchronize = self.before


class Device:
    """A device, and a block in which it is the current one."""

    def __init__(self, device: int | None = None) -> None:
        self.id = _thread.device if device is None else int(device)
        if not 0 <= self.id < MACHINE.devices:
            raise CUDARuntimeError(101, "cudaErrorInvalidDevice: invalid device ordinal")

    def __enter__(self) -> Device:
        _thread.entered.append(_thread.device)
        return self.use()

    def __exit__(self, *_: object) -> None:
        _thread.device = _thread.entered.pop()

    def use(self) -> Device:
        _thread.device = self.id
        return self


def current() -> int:
    """The number of the current device."""
    return _thread.device


def _count() -> int:
    if MACHINE.error is not None:
        raise CUDARuntimeError(*MACHINE.error)
    return MACHINE.devices


def _properties(number: int) -> dict[str, Any]:
    return {"name": f"Stand-in {number}".encode()}


runtime = SimpleNamespace(
    CUDARuntimeError=CUDARuntimeError,
    is_hip=False,
    getDevice=current,
    getDeviceCount=_count,
    driverGetVersion=lambda: MACHINE.driver,
    runtimeGetVersion=lambda: 12090,
    getDeviceProperties=_properties,
)
