"""Puts the stand-in in CuPy's place among the imported modules, for a while."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import polytape_cupy
from cupy_stand_in import cuda, elementwise, functions, linalg, memory, streams
from cupy_stand_in.fusing import fuse
from polytape.plugins import instances

_OURS = ("cupy", "cupyx")
_BACKEND = "polytape_cupy."


@contextmanager
def installed(devices: int = 1) -> Iterator[Any]:
    """A block in which `import cupy` finds the stand-in, and the backend's modules are imported anew.

    An instance that is made of them, because something looks for backends or devices, is forgotten at the end.
    """
    before = _take_out()
    made = [(kept, dict(kept)) for kept in (instances._instances, instances._by_name)]
    machine = cuda.MACHINE
    machine.__init__()  # type: ignore[misc]
    cuda.Device(0).use()
    machine.devices = devices
    sys.modules.update(_modules())
    try:
        yield sys.modules["cupy"]
    finally:
        _take_out()
        for name, module in before.items():
            sys.modules[name] = module
            if name.startswith(_BACKEND):
                setattr(polytape_cupy, name.removeprefix(_BACKEND), module)
        for kept, others in made:
            kept.clear()
            kept.update(others)
        machine.devices = 1


def _take_out() -> dict[str, ModuleType]:
    """Forget CuPy and the backend's modules, also as attributes of their package; return what was there."""
    names = [name for name in sys.modules if name.split(".")[0] in _OURS or name.startswith(_BACKEND)]
    found = {name: sys.modules.pop(name) for name in names}
    for name in found:
        if name.startswith(_BACKEND):
            vars(polytape_cupy).pop(name.removeprefix(_BACKEND), None)
    return found


def _modules() -> dict[str, ModuleType]:
    made: dict[str, ModuleType] = {}

    def module(name: str, **attributes: Any) -> ModuleType:
        found = made[name] = ModuleType(name, "The stand-in for CuPy; see tests/backends/cupy_stand_in.")
        vars(found).update(attributes)
        parent, _, last = name.rpartition(".")
        if parent:
            setattr(made[parent], last, found)
        return found

    module("cupy", __version__="14.0.0+stand.in", fuse=fuse, __path__=[], **functions.FUNCTIONS)
    module("cupy.linalg", **linalg.LINALG)
    module("cupy.lib", __path__=[])
    module("cupy.lib.stride_tricks", as_strided=functions.as_strided)
    cuda_names = {"Device": cuda.Device, "runtime": cuda.runtime, "get_current_stream": streams.get_current_stream}
    own_memory = {"MemoryPool": memory.MemoryPool, "using_allocator": memory.using_allocator}
    module("cupy.cuda", Stream=streams.Stream, **own_memory, **cuda_names)
    errors = {"DeviceSynchronized": cuda.DeviceSynchronized, "allow_synchronize": cuda.allow_synchronize}
    module("cupyx", errstate=linalg.errstate, rsqrt=elementwise.rsqrt, __path__=[], **errors)
    module("cupyx.scipy", __path__=[])
    module("cupyx.scipy.special", **linalg.special_functions())
    return made
