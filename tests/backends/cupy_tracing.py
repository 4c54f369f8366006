"""CuPy's own tracing and compiling of fused functions, without a GPU.

`cupy.fuse` traces a Python function before anything runs, from nothing but the dtypes and ranks of its arguments. An
array over an address that nobody reads will do for that. What comes out is a kernel's source, with the dtypes of its
results, and NVRTC, CUDA's compiler, needs no GPU either. Both go by CuPy's internals, as of version 14.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cupy
from cupy._core import core, fusion
from cupy.cuda import compiler

_HEADERS = ("complex.cuh", "carray.cuh", "atomics.cuh", "math_constants.h", "float16.cuh")
_memory = cupy.cuda.UnownedMemory(4096, 4096, None, 0)


def array_of_nothing(dtype: Any, ndim: int = 2) -> Any:
    """An array to trace with; no byte of it exists."""
    return cupy.ndarray((3,) * ndim, dtype, memptr=cupy.cuda.MemoryPointer(_memory, 0))


def traced(function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    """The kernel that `cupy.fuse` makes of a Python function for these arguments."""
    history = fusion._FusionHistory()
    fusion._thread_local.history, fusion._thread_local.is_old_fusing = history, True
    try:
        kernel, _ = history.get_fusion(function, tuple(arguments), "traced")
    finally:
        fusion._thread_local.history, fusion._thread_local.is_old_fusing = None, False
    return kernel


def dtypes_of(kernel: Any) -> list[str]:
    """The dtypes of a kernel's results."""
    return [parameter.dtype.name for parameter in kernel.out_params]


def compiled(kernel: Any, architecture: str = "sm_80") -> bytes:
    """The machine code of a kernel's formula."""
    everything = kernel.in_params + kernel.out_params
    formal = ", ".join(
        [f"const {parameter.ctype} {parameter.name}" for parameter in kernel.in_params]
        + [f"{parameter.ctype} &{parameter.name}" for parameter in kernel.out_params]
    )
    pointers = ", ".join(f"{parameter.ctype}* a{number}" for number, parameter in enumerate(everything))
    elements = ", ".join(f"a{number}[threadIdx.x]" for number in range(len(everything)))
    source = "\n".join(
        [
            *[f"#include <cupy/{header}>" for header in _HEADERS],
            kernel.preamble,
            f"__device__ void formula({formal}) {{ {kernel.operation}; }}",
            f'extern "C" __global__ void traced({pointers}) {{ formula({elements}); }}',
        ]
    )
    options = (*core.assemble_cupy_compiler_options(()), f"-arch={architecture}", "--device-as-default-execution-space")
    found, _ = compiler._NVRTCProgram(source, "traced.cu", (), (), method="cubin").compile(options, None)
    return found
