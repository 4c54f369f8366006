"""The devices of all backends that can be had. Asking for them imports the backends' libraries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from polytape.errors import DeviceError, InvalidArgumentError
from polytape.plugins import backends
from polytape.plugins.devices import devices_of, visible, visible_devices_of
from polytape.plugins.instances import available


class PhysicalDevice(NamedTuple):
    """A device of this machine.

    Attributes:
        name: such as `"/physical_device:CPU:0"`.
        device_type: such as `"CPU"`.
    """

    name: str
    device_type: str


class LogicalDevice(NamedTuple):
    """A device under the name that `tf.device` takes.

    Attributes:
        name: such as `"/device:CPU:0"`.
        device_type: such as `"CPU"`.
    """

    name: str
    device_type: str


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """Return the devices that some backend has, CPUs first.

    Args:
        device_type: only those of one kind, such as `"GPU"`.

    >>> import polytape as tf
    >>> tf.config.list_physical_devices("CPU")
    [PhysicalDevice(name='/physical_device:CPU:0', device_type='CPU')]
    """
    found = {device for _, backend in available() for device in devices_of(backend)}
    return [PhysicalDevice(f"/physical_device:{device}", kind) for device, kind in _sorted(found, device_type)]


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """Return the devices that `tf.device` can choose: all but those that have been hidden.

    Args:
        device_type: only those of one kind, such as `"GPU"`.

    >>> import polytape as tf
    >>> tf.config.list_logical_devices("CPU")
    [LogicalDevice(name='/device:CPU:0', device_type='CPU')]
    """
    found = {device for _, backend in available() for device in visible_devices_of(backend)}
    return [LogicalDevice(f"/device:{device}", kind) for device, kind in _sorted(found, device_type)]


def get_visible_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """Return the devices that have not been hidden.

    Args:
        device_type: only those of one kind, such as `"GPU"`.
    """
    found = {device for _, backend in available() for device in visible_devices_of(backend)}
    return [PhysicalDevice(f"/physical_device:{device}", kind) for device, kind in _sorted(found, device_type)]


def set_visible_devices(devices: Iterable[PhysicalDevice] | PhysicalDevice, device_type: str | None = None) -> None:
    """Hide from `tf.device` all devices but some.

    Args:
        devices: those of `list_physical_devices` that stay.
        device_type: only devices of this kind are hidden; by default those of every kind.

    Raises:
        InvalidArgumentError: if one of `devices` is of another kind, or not there.
        DeviceError: if the backend in use would be left without a device.

    >>> import polytape as tf
    >>> tf.config.set_visible_devices([], "GPU")
    """
    wanted = [devices] if isinstance(devices, PhysicalDevice) else list(devices)
    there = list_physical_devices()
    for device in wanted:
        if device not in there or device_type not in (None, device.device_type):
            raise InvalidArgumentError(
                f"set_visible_devices: {device!r} is none of {list_physical_devices(device_type)}."
            )
    before = dict(visible.only)
    for kind in {device.device_type for device in there} if device_type is None else {device_type}:
        visible.only[kind] = frozenset(
            device.name.removeprefix("/physical_device:") for device in wanted if device.device_type == kind
        )
    current = backends.current()
    if not visible_devices_of(current):
        visible.only = before
        raise DeviceError(
            f"set_visible_devices would hide every device of the backend in use, {current.name!r}, which has "
            f"{', '.join(devices_of(current))}. Choose another one first, with polytape.use(...)."
        )


def _sorted(devices: Iterable[str], kind: str | None) -> list[tuple[str, str]]:
    """Devices and their kinds: CPUs first, then by kind and number."""
    parts = [(device, *device.split(":")) for device in devices]
    parts.sort(key=lambda part: (part[1] != "CPU", part[1], int(part[2])))
    return [(device, own) for device, own, _ in parts if kind in (None, own)]
