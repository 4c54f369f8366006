"""A plugin of pytest: arrays of every size are computed in native code, on all cores.

So the conformance kit, whose arrays are small, holds native kernels to its budgets:
`pytest -p native_everywhere --pyargs polytape_conformance --polytape-backend=numpy`, with this folder on Python's path.
"""

from __future__ import annotations

import importlib
import pkgutil

from polytape_numpy import native
from polytape_numpy.compiler import fusion, stretches

LIMITS = ("_WORTHWHILE", "_SHARE", "_SHARED", "_LARGE", "_SIMPLE_WORTHWHILE", "_PLANNED_SHARE")
"""The names by which modules call the sizes from which they compute natively, and on several cores."""

fusion._SMALLEST = stretches._LARGE = 0
for found in pkgutil.iter_modules(native.__path__):
    if not found.ispkg:
        module = importlib.import_module(f"{native.__name__}.{found.name}")
        for name in LIMITS:
            if hasattr(module, name):
                setattr(module, name, 2)  # arrays without axes are NumPy scalars, which stay with NumPy
