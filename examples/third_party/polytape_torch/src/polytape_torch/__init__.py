"""polytape on PyTorch: its CPU, and the GPU that it finds there, be that by CUDA, ROCm, Metal or XPU.

Importing this module does not import PyTorch; constructing the backend does. What PyTorch spells otherwise than the
contract is in `functions.py`, the layers that it has in one piece in `neural.py`, and its unsigned integers, which need
help, in `unsigned.py`.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from polytape import dtypes
from polytape.backend import Array, Backend
from polytape.dtypes import DType
from polytape.errors import DTypeError


class TorchBackend(Backend):
    """Arrays are `torch.Tensor`s of which none ever requires a gradient: so PyTorch's own autograd records nothing.

    That is why no `torch.no_grad` is needed anywhere. Gradients are polytape's.
    """

    name = "torch"
    requires = "pip install torch"
    priority = 5  # `auto` takes it before NumPy, and after what is made for one kind of device
    dtypes: ClassVar[dict[str, frozenset[DType]]] = {"GPU": dtypes.ANY, "CPU": dtypes.ANY}
    on_host: ClassVar[dict[str, str]] = {
        "sqrt": "On the CPU only: PyTorch's square roots are not the nearest numbers there. The memory is shared."
    }

    def __init__(self) -> None:
        import torch

        from polytape_torch.functions import FUNCTIONS
        from polytape_torch.neural import METHODS
        from polytape_torch.unsigned import adopt

        self.namespace = torch
        self._adopt = adopt
        vars(self).update(FUNCTIONS)
        vars(self).update({name: partial(function, self) for name, function in METHODS.items()})
        self._places = {"CPU:0": torch.device("cpu")}
        if torch.accelerator.is_available():
            kind = torch.accelerator.current_accelerator().type
            count = torch.accelerator.device_count()
            self._places = {f"GPU:{number}": torch.device(kind, number) for number in range(count)} | self._places
            self.deterministic = False  # GPUs add rows up in whichever order they come
            if kind == "mps":
                self.dtypes = self.dtypes | {"GPU": dtypes.ANY - {dtypes.float64, dtypes.complex128}}

    def devices(self) -> tuple[str, ...]:
        """The GPUs that PyTorch computes on, then the CPU."""
        return tuple(self._places)

    def versions(self) -> dict[str, str]:
        """PyTorch's version, and that of the driver's library it was built for."""
        version = self.namespace.version
        built = {"torch": version.__version__, "CUDA": version.cuda, "ROCm": version.hip}
        return {name: str(number) for name, number in built.items() if number}

    def device_of(self, array: Array) -> str:
        """The device of an array."""
        return "CPU:0" if array.is_cpu else f"GPU:{array.device.index or 0}"

    def to_device(self, array: Array, device: str) -> Array:
        """The array on another device; itself if it is there."""
        return self._adopt(array.to(self._place(device, array.dtype)))

    def _place(self, device: str | None, dtype: Any) -> Any:
        """PyTorch's device of a name, by default the best; `DTypeError` if it does not have the dtype."""
        name = device or next(iter(self._places))
        has = self.dtypes[name.partition(":")[0]]
        if self._by_native[dtype] not in has:
            raise DTypeError(f"The backend 'torch' has no {dtype} on {name}; it has {dtypes.names(has)}.")
        return self._places[name]

    def from_numpy(self, array: Any, device: str | None = None) -> Array:
        """A copy, in row-major order and the bytes' order of the machine, as PyTorch reads no other."""
        import numpy

        made = self.namespace.from_numpy(numpy.array(array, array.dtype.newbyteorder("="), order="C"))
        return self._adopt(made.to(self._place(device, made.dtype)))

    def to_numpy(self, array: Array) -> Any:
        """A view of an array on the CPU, else a copy; neither can be written to."""
        found = array.cpu().resolve_conj().resolve_neg().numpy()
        found.flags.writeable = False
        return found

    def to_dlpack(self, array: Array, **options: Any) -> Any:
        """On the CPU by NumPy, which can say that memory may not be written to; a copy for who can't be told that."""
        if not array.is_cpu:
            return array.__dlpack__(**options)
        view = self.to_numpy(array)
        try:
            return view.__dlpack__(**options)
        except BufferError:
            if options.get("copy") is False:
                raise
            return view.copy().__dlpack__(**options)

    def from_dlpack(self, source: Any) -> Array:
        """An array over the memory of another."""
        return self._adopt(self.namespace.from_dlpack(source))

    def scalar(self, value: Any, like: Array) -> Array:
        """An array without axes."""
        return self._adopt(self.namespace.tensor(value, dtype=like.dtype, device=like.device))

    def full(self, shape: Any, value: Any, *, dtype: Any, device: str | None = None) -> Array:
        """An array of one value; `dtype` is native."""
        return self._adopt(self.namespace.full(shape, value, dtype=dtype, device=self._place(device, dtype)))

    def arange(self, start: Any, stop: Any, step: Any, *, dtype: Any, device: str | None = None) -> Array:
        """Evenly spaced values; those of unsigned integers by arithmetic, as PyTorch counts in signed ones only."""
        if (stop - start) * step <= 0:
            return self.full((0,), 0, dtype=dtype, device=device)
        place = self._place(device, dtype)
        if not self._by_native[dtype].is_unsigned:
            return self.namespace.arange(start, stop, step, dtype=dtype, device=place)
        count = len(range(start, stop, step))
        return self._adopt(self.namespace.arange(count, device=place).to(dtype)) * step + start

    def astype(self, x: Array, *, dtype: Any) -> Array:
        """`x` in another dtype; of a complex number the real part, unless it is to be a truth value."""
        if x.is_complex() and not dtype.is_complex and dtype != self.namespace.bool:
            x = x.real
        return self._adopt(x.to(dtype))
