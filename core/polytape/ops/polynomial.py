"""Polynomials, by Horner's rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import float16, float32
from polytape.errors import InvalidArgumentError
from polytape.ops.arithmetic import add, multiply
from polytape.ops.creation import zeros_like
from polytape.tensor import Tensor


def horner(x: Array, coefficients: Sequence[float]) -> Array:
    """Return a polynomial of an array, whose coefficients are given from the highest power down."""
    total = x * coefficients[0] + coefficients[1]
    for coefficient in coefficients[2:]:
        total = total * x + coefficient
    return total


def in_single(backend: Backend, function: Callable[[Backend, Array], Array], x: Array) -> Array:
    """Return `function` of an array; float16, too short for long sums, is computed as float32."""
    if backend.dtype_of(x) is not float16:
        return function(backend, x)
    wide = backend.astype(x, dtype=backend.native_dtype(float32))
    return backend.astype(function(backend, wide), dtype=x.dtype)


def polyval(coeffs: Sequence[Any], x: Any, name: str | None = None) -> Tensor:
    """Return a polynomial of `x`, element by element.

    Args:
        coeffs: a list of numbers or tensors, those of the highest power first, that broadcast with `x`.
        x: a numeric tensor.

    Raises:
        InvalidArgumentError: if `coeffs` is not a list.

    >>> import polytape as tf
    >>> tf.math.polyval([2, 3, 1], [0, 1, 2]).numpy().tolist()  # 2x² + 3x + 1
    [1, 6, 15]
    """
    if not isinstance(coeffs, (list, tuple)):
        raise InvalidArgumentError(f"polyval: coeffs must be a list; received {type(coeffs).__name__}.")
    x = convert(x)
    total = zeros_like(x) if not coeffs else convert(coeffs[0], x.dtype)
    for coefficient in coeffs[1:]:
        total = add(multiply(total, x), coefficient)
    return total
