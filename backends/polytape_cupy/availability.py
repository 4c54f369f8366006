"""Whether CuPy and a GPU are there, and what to say if they are not."""

from __future__ import annotations

from typing import Any

from polytape.errors import BackendUnavailableError

INSTALL = 'pip install "polytape[cuda12]"'
"""The command that installs CuPy for CUDA 12."""
OLDEST = 14
"""CuPy's first version with NumPy 2's dtype rules and the array API's names in its main namespace."""
_INSUFFICIENT_DRIVER = 35
_NO_DEVICE = 100
"""CUDA's `cudaErrorInsufficientDriver`, which stands for no driver as well, and `cudaErrorNoDevice`."""


def load_cupy() -> Any:
    """Import CuPy and return its module.

    Raises:
        BackendUnavailableError: if it is not installed, does not load, or is too old.
    """
    try:
        import cupy
    except ImportError as error:
        first = next((line for line in str(error).splitlines() if line.strip(" =")), type(error).__name__)
        raise BackendUnavailableError(
            f'CuPy can\'t be imported ({first}). For CUDA 12: {INSTALL}; for CUDA 13: pip install "polytape[cuda13]"'
        ) from error
    if int(cupy.__version__.partition(".")[0]) < OLDEST:
        raise BackendUnavailableError(
            f"CuPy {cupy.__version__} is installed, but version {OLDEST} or later is needed. For CUDA 12: {INSTALL}; "
            'for CUDA 13: pip install "polytape[cuda13]"'
        )
    return cupy


def count_devices(cupy: Any) -> int:
    """Return how many GPUs CUDA sees, at least one.

    Raises:
        BackendUnavailableError: if there is no driver, the driver is too old, or it has no GPU.
    """
    runtime = cupy.cuda.runtime
    try:
        count = int(runtime.getDeviceCount())
    except runtime.CUDARuntimeError as error:
        raise BackendUnavailableError(
            f"CuPy {cupy.__version__} is installed, but {_cause(runtime, error.status)}: cudaGetDeviceCount ended with "
            f"error {error.status} ({error}). {INSTALL} does not bring a driver: install NVIDIA's, or use a machine "
            "with a GPU."
        ) from error
    if not count:
        raise BackendUnavailableError(
            f"CuPy {cupy.__version__} is installed, but there is no GPU: cudaGetDeviceCount counts none. {INSTALL} "
            "needs one; is CUDA_VISIBLE_DEVICES set to hide it?"
        )
    return count


def _cause(runtime: Any, status: int) -> str:
    """What an error of cudaGetDeviceCount means."""
    if status == _INSUFFICIENT_DRIVER:
        found = int(runtime.driverGetVersion())
        if not found:
            return "there is no NVIDIA driver"
        return f"the NVIDIA driver is too old (it is for CUDA {version_text(found)})"
    return "its driver finds no GPU" if status == _NO_DEVICE else "CUDA can't be used"


def version_text(number: int) -> str:
    """CUDA's number for a version, such as 12040, as people write it.

    >>> version_text(12040)
    '12.4'
    """
    return f"{number // 1000}.{number % 1000 // 10}"
