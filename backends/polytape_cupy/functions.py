"""All functions of the backend that are not CuPy's own, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape_cupy import (
    arithmetic,
    convolution,
    indexing,
    linear_algebra,
    normalization,
    random,
    reduction,
    softmax,
)

FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: function
    for module in (arithmetic, reduction, indexing, linear_algebra, softmax, random)
    for name, function in module.FUNCTIONS.items()
}
"""What is complete in itself."""
METHODS: dict[str, Callable[..., Any]] = {
    name: function
    for module in (reduction, indexing, convolution, normalization)
    for name, function in module.METHODS.items()
}
"""What needs the backend for its compositions."""
