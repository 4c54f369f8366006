"""Object code in this process's memory, as functions that can be called."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any

from polytape_numpy.native.processor import processor

ENTRY, PACKED_ENTRY = "polytape_kernel", "polytape_packed_kernel"
"""The functions in the object code: of arguments, and of the address of 64 bits for each argument."""

SYMBOL = "polytape."
"""What the names of kernels begin with by which other kernels call them."""

_OF_C = ("memcpy", "memmove", "memset")
"""What LLVM takes for granted: loops that copy or fill become calls of these."""

_OF_POSIX = tuple([f"pthread_{name}" for name in ("mutex_init", "mutex_lock", "mutex_unlock")]) + tuple(
    [f"pthread_cond_{name}" for name in ("init", "wait", "broadcast")]
)


class Kernel:
    """A function in native code that takes arrays and numbers, and writes to some of the arrays.

    It trusts its caller: arrays are contiguous and of the dtypes and sizes that it was compiled for. Other threads run
    meanwhile.

    Attributes:
        arrays: the places of the arrays among its parameters.
        code: the address of the code.
        kinds: for each parameter how its 64 bits are packed, as `struct` names it.
        packed_code: the address of the code that takes packed arguments.
    """

    __slots__ = ("_call", "_pack", "arrays", "code", "kinds", "packed_code")

    def __init__(self, engine: Any, signature: Sequence[str]) -> None:
        types: dict[str, Any] = {"int": ctypes.c_ssize_t, "float": ctypes.c_double, "address": ctypes.c_void_p}
        prototype = ctypes.CFUNCTYPE(None, *[types.get(kind, ctypes.py_object) for kind in signature])
        self.code: int = engine.get_function_address(ENTRY)
        self._call = prototype(self.code)
        self.arrays = [place for place, kind in enumerate(signature) if kind not in types]
        self.kinds = "".join(["d" if kind == "float" else "q" for kind in signature])
        self._pack = struct.Struct(self.kinds).pack
        self.packed_code: int = engine.get_function_address(PACKED_ENTRY)

    def __call__(self, *arguments: Any) -> None:
        self._call(*arguments)

    def packed(self, arguments: Sequence[Any]) -> bytes:
        """Arguments as `packed_code` takes them; the arrays must be kept alive."""
        numbers = list(arguments)
        for place in self.arrays:
            numbers[place] = id(numbers[place])
        return self._pack(*numbers)


def loaded(code: bytes, signature: Sequence[str]) -> Kernel:
    """The kernel of object code."""
    loader = _loader()
    engine = loader.binding.create_mcjit_compiler(loader.binding.parse_assembly(""), loader.machine)
    engine.add_object_file(loader.binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    loader.engines.append(engine)
    return Kernel(engine, signature)


def name_code(symbol: str, code: int) -> None:
    """Give code at an address a name, by which kernels that are loaded later call it."""
    _loader().binding.add_symbol(symbol, code)


@cache
def _loader() -> SimpleNamespace:
    """LLVM's loader of code, and all that must live as long as the code does."""
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    machine = binding.Target.from_triple(processor().triple).create_target_machine(jit=True)
    process = ctypes.CDLL("msvcrt" if os.name == "nt" else None)
    for name in (*_OF_C, *(_OF_POSIX if os.name == "posix" else ())):
        binding.add_symbol(name, ctypes.cast(getattr(process, name), ctypes.c_void_p).value)
    return SimpleNamespace(binding=binding, machine=machine, engines=[])
