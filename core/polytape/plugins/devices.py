"""Devices by name: which backend has the one that is asked for, and blocks that put new tensors on it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from polytape.errors import DeviceError, InvalidArgumentError
from polytape.plugins import backends
from polytape.plugins.backends import Place
from polytape.plugins.discovery import choose, installed
from polytape.plugins.instances import DEFAULT, available, instantiate
from polytape.plugins.manager import announce

if TYPE_CHECKING:
    from collections.abc import Iterator

    from polytape.backend import Backend

KINDS = ("CPU", "GPU", "TPU")
"""The kinds that TensorFlow knows, which may be named without a number. Backends may have others."""

_PATH = r"(?:/?job:(?P<job>\w+))?(?:/?replica:(?P<replica>\d+|\*))?(?:/?task:(?P<task>\d+|\*))?/?"
_DEVICE = r"(?:device:)?(?P<kind>[a-z_]\w*)(?::(?P<number>\d+|\*))?"


class DeviceName(NamedTuple):
    """The name of a device, taken apart."""

    kind: str
    number: int | None
    """`None` for any of the kind."""

    def __str__(self) -> str:
        return f"{self.kind}:{self.number or 0}"

    def among(self, devices: tuple[str, ...]) -> str | None:
        """The first device that the name means, or `None`."""
        if self.number is not None:
            return str(self) if str(self) in devices else None
        return next((device for device in devices if device.startswith(f"{self.kind}:")), None)


@cache
def parse(name: str) -> DeviceName | None:
    """Take the name of a device apart; `None` if it has not the form of one.

    Raises `DeviceError` if it is on another machine.

    >>> parse("/job:localhost/replica:0/task:0/device:GPU:1"), parse("cpu"), parse("numpy")
    (DeviceName(kind='GPU', number=1), DeviceName(kind='CPU', number=None), None)
    """
    path = re.match(_PATH, name)
    assert path is not None  # every part of it may be missing
    found = re.fullmatch(_DEVICE, name[path.end() :], re.IGNORECASE)
    if found is None:
        return None
    kind, number = found["kind"].upper(), found["number"]
    if number is None and kind not in KINDS:
        return None
    if path["job"] not in (None, "localhost") or any(
        path[part] not in (None, "0", "*") for part in ("replica", "task")
    ):
        raise DeviceError(f"The device {name!r} is on another machine; there are only devices of this one.")
    return DeviceName(kind, None if number in (None, "*") else int(number))


def find(name: str, preferred: Backend) -> tuple[Backend, str]:
    """The backend that has a device, and the device as the backend calls it.

    That is `preferred` if it has the device; otherwise, for a CPU, the default one; otherwise the best.

    Raises `InvalidArgumentError` if `name` is no name of a device, `DeviceError` if no backend has it.
    """
    wanted = parse(name) if isinstance(name, str) else None
    if wanted is None:
        raise InvalidArgumentError(
            "device() takes the name of a device, such as '/cpu:0', 'GPU:1' or '/device:GPU:0', or None; "
            f"received {name!r:.200}."
        )
    for backend in _candidates(preferred, wanted.kind):
        device = wanted.among(visible_devices_of(backend))
        if device is not None:
            return backend, device
    raise DeviceError(f"{name!r} was asked for, but there is no {wanted}; {_overview()}")


def _candidates(preferred: Backend, kind: str) -> Iterator[Backend]:
    yield preferred
    default = choose("backend", DEFAULT) if kind == "CPU" else None
    if default is not None and (backend := instantiate(default)) is not None:
        yield backend
    for _, backend in available():
        yield backend


@cache
def devices_of(backend: Backend) -> tuple[str, ...]:
    """The devices of a backend, best first; a machine's devices do not change."""
    return backend.devices()


class _Visible:
    """Which devices `set_visible_devices` has left, by kind; a kind that it does not hold is left whole."""

    def __init__(self) -> None:
        self.only: dict[str, frozenset[str]] = {}


visible = _Visible()


def visible_devices_of(backend: Backend) -> tuple[str, ...]:
    """The devices of a backend that have not been hidden."""
    devices = devices_of(backend)
    only = visible.only
    if not only:
        return devices
    return tuple(name for name in devices if name in only.get(name.partition(":")[0], (name,)))


def _overview() -> str:
    """What there is, and why other backends are not."""
    there = [f"{', '.join(visible_devices_of(backend)) or 'none'} ({record.name})" for record, backend in available()]
    complaints = [
        f"The {record.complaint().rstrip('. ')}."
        for record in installed("backend")
        if record.state not in ("ready", "found")
    ]
    return "\n".join([f"devices: {'; '.join(there)}.", *complaints])


class device:
    """A `with` block in which new tensors and variables are made on one device, of whichever backend has it.

    Tensors that are there already stay where they are, and ops run where their tensors are: `tensor.to` moves
    them. The backend in use keeps the block if it has the device; otherwise a CPU is NumPy's, and any other
    device that of the best backend that has it.

    Args:
        device_name: such as `"/cpu:0"`, `"GPU:1"` or `"/job:localhost/replica:0/task:0/device:CPU:0"`; or
            `None`, for what would hold without such blocks.

    Raises:
        InvalidArgumentError: if that is no name of a device.
        DeviceError: if there is no such device; the message names those that there are.

    >>> import polytape as tf
    >>> with tf.device("/cpu:0"):
    ...     x = tf.ones([2])
    >>> x.device
    '/job:localhost/replica:0/task:0/device:CPU:0'
    """

    def __init__(self, device_name: str | None) -> None:
        self.name = device_name

    def __enter__(self) -> device:
        before = backends.innermost()
        beneath = before if before is None or before.device is None else before.beneath
        if self.name is None:
            backends.enter(beneath)
        else:
            current = backends.current()
            backend, found = find(self.name, current)
            backends.enter(Place(backend, found, beneath))
            if backend is not current:
                announce(backend)
        return self

    def __exit__(self, *exception: object) -> None:
        within = backends.current()
        backends.leave()
        restored = backends.current()
        if restored is not within:
            announce(restored)

    def __repr__(self) -> str:
        return f"tf.device({self.name!r})"
