"""All functions of the backend that are not MLX's own, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape_mlx import (
    arithmetic,
    convolution,
    cross_entropy,
    elementwise,
    indexing,
    linear_algebra,
    reduction,
    softmax,
)

FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: function
    for module in (arithmetic, elementwise, reduction, indexing, linear_algebra, softmax)
    for name, function in module.FUNCTIONS.items()
}
"""What is complete in itself."""
METHODS: dict[str, Callable[..., Any]] = convolution.METHODS | cross_entropy.METHODS
"""What needs the backend for its compositions."""
