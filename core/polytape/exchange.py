"""The part of the backend contract by which arrays come in and go out: devices, dtypes, the host, other libraries."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, cast

from polytape import dtypes
from polytape.dtypes import DType
from polytape.errors import DTypeError
from polytape.primitive import Array


class Exchange:
    """Where arrays are, of what they are made, and how they come and go."""

    name: ClassVar[str]
    namespace: Any
    dtypes: ClassVar[dict[str, frozenset[DType]]]

    def devices(self) -> tuple[str, ...]:
        """The devices at hand, best first, as `"GPU:0"` or `"CPU:0"`."""
        return ("CPU:0",)

    def versions(self) -> dict[str, str]:
        """The versions of the library and of the drivers it uses, by name."""
        return {self.namespace.__name__: str(getattr(self.namespace, "__version__", "unknown"))}

    def device_of(self, array: Array) -> str:
        """The device that holds `array`."""
        return "CPU:0"

    def to_device(self, array: Array, device: str) -> Array:
        """`array` on another device of this backend."""
        return array

    def native_dtype(self, dtype: DType) -> Any:
        """The library's own object for `dtype`; `DTypeError` for one that is not declared."""
        found = getattr(self.namespace, dtype.name, None)
        if found is None or dtype not in self._declared:
            has = dtypes.names(has for has in self._declared if hasattr(self.namespace, has.name))
            raise DTypeError(f"The backend {self.name!r} has no {dtype.name}; it has {has}. Pick one of them.")
        return found

    @cached_property
    def _declared(self) -> frozenset[DType]:
        """The dtypes that some device has."""
        return frozenset().union(*self.dtypes.values())

    @cached_property
    def _by_native(self) -> dict[Any, DType]:
        """The dtypes by the library's own objects."""
        return {self.native_dtype(dtype): dtype for dtype in self._declared}

    def _of_native(self, native: Any) -> DType:
        """The dtype of the library's own object."""
        try:
            return self._by_native[native]
        except KeyError:
            raise DTypeError(
                f"The backend {self.name!r} has met the dtype {native}, and declares {dtypes.names(self._declared)}. "
                "Use one of these; if it should have the other too, its author has to add it to `dtypes`."
            ) from None

    def dtype_of(self, array: Array) -> DType:
        """The dtype of `array`."""
        return self._of_native(array.dtype)

    def from_numpy(self, array: Any, device: str | None = None) -> Array:
        """A copy of a NumPy array: later writes to the original must not show."""
        return self.namespace.asarray(array, dtype=self.native_dtype(dtypes.as_dtype(array.dtype)), copy=True)

    def to_numpy(self, array: Array) -> Any:
        """`array` as a NumPy array, sharing memory where that is possible, of NumPy's dtype of the same name."""
        import numpy

        return numpy.asarray(array)

    @cached_property
    def numbers(self) -> dict[Any, Any] | None:
        """Python numbers that stood beside tensors, kept as tensors; `None` if they could land on several devices."""
        return {} if len(self.devices()) == 1 else None

    def scalar(self, value: Any, like: Array) -> Array:
        """A zero-dimensional array that holds a Python number, of the dtype and on the device of `like`."""
        return self.namespace.asarray(value, dtype=like.dtype)

    def to_dlpack(self, array: Array, **options: Any) -> Any:
        """`array` as a DLPack capsule."""
        return array.__dlpack__(**options)

    def dlpack_device(self, array: Array) -> tuple[int, int]:
        """DLPack's pair of device kind and number for `array`."""
        return cast("tuple[int, int]", array.__dlpack_device__())

    def from_dlpack(self, source: Any) -> Array:
        """An array over the memory of any object that speaks DLPack, copied where it can't be shared."""
        return self.namespace.from_dlpack(source)
