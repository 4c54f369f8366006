"""`TensorBackend`: ops in the place of a backend's functions, so that a rule can run on tensors."""

from __future__ import annotations

from functools import partial
from typing import Any

from polytape.backend import COMPOSITIONS, Backend
from polytape.op import OPS
from polytape.tensor import Tensor


class TensorBackend:
    """A backend whose arrays are tensors and whose functions are ops: what rules run on when another tape listens."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.name = backend.name

    def __getattr__(self, name: str) -> Any:
        if name not in OPS and not name.startswith("_"):
            from polytape.ops import import_families

            import_families()
        if name in OPS:
            found = OPS[name]
        elif name in COMPOSITIONS:  # a formula of bare arrays: on tensors it is what it is made of
            found = partial(COMPOSITIONS[name], self)
        else:
            raise AttributeError(f"There is no op {name!r}.")
        self.__dict__[name] = found
        return found

    def device_of(self, x: Tensor) -> str:
        """The device that holds `x`."""
        return self.backend.device_of(x._array)

    def full(self, shape: tuple[int, ...], value: Any, *, dtype: Any, device: str | None = None) -> Tensor:
        """A tensor of one value; `dtype` is the backend's own."""
        return Tensor(self.backend.full(shape, value, dtype=dtype, device=device), self.backend)

    def arange(self, start: Any, stop: Any, step: Any, *, dtype: Any, device: str | None = None) -> Tensor:
        """A tensor of evenly spaced values; `dtype` is the backend's own."""
        return Tensor(self.backend.arange(start, stop, step, dtype=dtype, device=device), self.backend)
