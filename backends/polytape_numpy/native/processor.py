"""The processor that kernels are compiled for, and its vector registers."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class Processor(NamedTuple):
    """What LLVM knows of this machine.

    Attributes:
        triple: the platform.
        name: the processor's.
        features: what it can do, as LLVM's flags.
        register_bytes: the size of a vector register.
        registers: how many of them there are.
    """

    triple: str
    name: str
    features: str
    register_bytes: int
    registers: int

    def lanes(self, itemsize: int) -> int:
        """How many elements of so many bytes a register holds."""
        return self.register_bytes // itemsize


@cache
def processor() -> Processor:
    """The processor of this machine."""
    from llvmlite import binding

    found = binding.get_host_cpu_features()
    triple: str = binding.get_process_triple()
    if found.get("avx512f"):
        size, count = 64, 32
    elif found.get("avx"):
        size, count = 32, 16
    else:
        size, count = 16, 32 if triple.startswith(("aarch64", "arm64")) else 16
    return Processor(triple, binding.get_host_cpu_name(), found.flatten(), size, count)
