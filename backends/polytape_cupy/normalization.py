"""Normalisation on CuPy: two means, and one kernel before and after the second."""

from __future__ import annotations

from math import prod
from typing import Any

import cupy

from polytape.backend import COMPOSITIONS, Backend


@cupy.fuse(kernel_name="polytape_squared_deviation")  # type: ignore[untyped-decorator]
def _squared_deviation(x: Any, mean: Any) -> Any:
    return (x - mean) * (x - mean)


@cupy.fuse(kernel_name="polytape_standardize")  # type: ignore[untyped-decorator]
def _standardized(x: Any, mean: Any, variance: Any, epsilon: Any) -> Any:
    return (x - mean) / cupy.sqrt(variance + epsilon)


def standardize(backend: Backend, x: Any, *, axes: tuple[int, ...], epsilon: float) -> tuple[Any, Any, Any]:
    """(x - mean) / √(variance + epsilon), mean and variance; half precision takes the composition."""
    count = prod([x.shape[axis] for axis in axes])
    if x.dtype == cupy.float16 or not count:
        return COMPOSITIONS["standardize"](backend, x, axes=axes, epsilon=epsilon)  # type: ignore[no-any-return]
    mean = cupy.sum(x, axis=axes, keepdims=True) / count
    variance = cupy.sum(_squared_deviation(x, mean), axis=axes, keepdims=True) / count
    return _standardized(x, mean, variance, epsilon), mean, variance


METHODS: dict[str, Any] = {"standardize": standardize}
"""What takes the backend as its first argument."""
