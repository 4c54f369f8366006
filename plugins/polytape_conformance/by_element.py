"""References that go element by element, on Python's numbers."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Any

import numpy as np


def _expm1(z: complex) -> complex:
    half = math.sin(z.imag / 2)
    real = math.expm1(z.real) * math.cos(z.imag) - 2 * half * half
    return complex(real, math.exp(z.real) * math.sin(z.imag))


_COMPLEX = {"expm1": _expm1, "log1p": lambda z: cmath.log(1 + z)}


def by_element(function: Callable[..., Any], of_complex: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """Return `function` of Python numbers as a function of arrays that broadcast, without NumPy's arithmetic.

    Args:
        function: of floats or integers. For complex numbers the function of the same name in `cmath` takes its place.
        of_complex: the function of complex numbers, where that is another one.
    """
    name = function.__name__
    complex_function: Callable[..., Any] = of_complex or _COMPLEX.get(name, getattr(cmath, name, function))

    def reference(*arrays: Any) -> Any:
        operands = np.broadcast_arrays(*arrays)
        suited = complex_function if any(x.dtype.kind == "c" for x in operands) else function
        found = [suited(*numbers) for numbers in zip(*[x.ravel().tolist() for x in operands])]
        return np.array(found).reshape(operands[0].shape)

    return reference
