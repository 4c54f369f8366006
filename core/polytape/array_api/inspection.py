"""What the namespace says of itself."""

from __future__ import annotations

from typing import Any

from polytape import dtypes
from polytape.array_api.data_types import isdtype
from polytape.dtypes import DType
from polytape.plugins import backends, devices

_PREFIX = "/job:localhost/replica:0/task:0/device:"


class Info:
    """Capabilities, devices and dtypes, of the backend on which tensors are made now."""

    def capabilities(self) -> dict[str, Any]:
        """Whether arrays can be indexed by truth values, and shapes depend on values."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": None}

    def default_device(self) -> str:
        """The device on which arrays are made."""
        backend, device = backends.placement()
        return _PREFIX + (device or devices.visible_devices_of(backend)[0])

    def default_dtypes(self, *, device: Any = None) -> dict[str, DType]:
        """The dtypes of arrays for which none is named."""
        return {
            "real floating": dtypes.float32,
            "complex floating": dtypes.complex64,
            "integral": dtypes.int64,
            "indexing": dtypes.int64,
        }

    def devices(self) -> list[str]:
        """The devices at hand."""
        return [_PREFIX + device for device in devices.visible_devices_of(backends.placement()[0])]

    def dtypes(self, *, device: Any = None, kind: Any = None) -> dict[str, DType]:
        """The dtypes that a device has, by name, of one kind or several."""
        backend, name = backends.placement() if device is None else devices.find(device, backends.current())
        there = backend.dtypes[(name or devices.visible_devices_of(backend)[0]).partition(":")[0]]
        known = [dtype for dtype in dtypes.ALL if dtype in there and dtype is not dtypes.float16]  # not a standard one
        return {dtype.name: dtype for dtype in known if kind is None or isdtype(dtype, kind)}


def __array_namespace_info__() -> Info:
    """Return what the namespace says of itself.

    >>> from polytape import array_api as xp
    >>> xp.__array_namespace_info__().default_dtypes()["integral"]
    tf.int64
    """
    return Info()
