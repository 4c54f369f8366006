"""Functions of dtypes: conversion, limits, kinds."""

from __future__ import annotations

from typing import Any, NamedTuple

from polytape import dtypes
from polytape.array_api.promotion import tensor_of, to_dtype
from polytape.dtypes import DType, as_dtype
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.ops.placement import to
from polytape.tensor import Tensor

KINDS: dict[str, frozenset[DType]] = {
    "bool": dtypes.BOOL,
    "signed integer": dtypes.SIGNED,
    "unsigned integer": dtypes.INTEGER - dtypes.SIGNED,
    "integral": dtypes.INTEGER,
    "real floating": dtypes.FLOATING,
    "complex floating": dtypes.COMPLEX,
    "numeric": dtypes.NUMERIC,
}
"""The array API's kinds of dtypes."""

_FRACTION_BITS = {2: 10, 4: 23, 8: 52}
_SMALLEST_EXPONENT = {2: -14, 4: -126, 8: -1022}


class FloatingLimits(NamedTuple):
    """The limits of a floating-point dtype, as Python numbers."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: DType


class IntegerLimits(NamedTuple):
    """The limits of an integer dtype, as Python numbers."""

    bits: int
    max: int
    min: int
    dtype: DType


def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Tensor:
    """Return an array in another dtype.

    Raises:
        DTypeError: for complex numbers in a real dtype; take the real part instead.
    """
    x, wanted = tensor_of("astype", x), as_dtype(dtype)
    if x.dtype.is_complex and not wanted.is_complex:
        raise DTypeError(f"astype: {x.dtype.name} does not convert to {wanted.name}; take real(x) or imag(x) first.")
    found = to_dtype(x, wanted)
    return found if device is None else to(found, device)


def finfo(type: Any, /) -> FloatingLimits:
    """Return the limits of a floating-point dtype, or of the parts of a complex one; arrays name theirs.

    >>> from polytape import array_api as xp
    >>> xp.finfo(xp.float32).eps == 2.0**-23
    True
    """
    dtype = _dtype(type).real_dtype
    if not dtype.is_floating:
        raise DTypeError(f"finfo takes a floating-point or complex dtype; received {dtype.name}.")
    size = dtype.size
    smallest = 2.0 ** _SMALLEST_EXPONENT[size]
    return FloatingLimits(8 * size, 2.0 ** -_FRACTION_BITS[size], dtype.max, dtype.min, smallest, dtype)


def iinfo(type: Any, /) -> IntegerLimits:
    """Return the limits of an integer dtype; arrays name theirs."""
    dtype = _dtype(type)
    if not dtype.is_integer:
        raise DTypeError(f"iinfo takes an integer dtype; received {dtype.name}.")
    return IntegerLimits(8 * dtype.size, dtype.max, dtype.min, dtype)


def isdtype(dtype: Any, kind: Any) -> bool:
    """Return whether a dtype is another, or of a kind: `"integral"`, `"real floating"`..., or one of several.

    >>> from polytape import array_api as xp
    >>> xp.isdtype(xp.int8, "integral"), xp.isdtype(xp.int8, (xp.bool, "real floating"))
    (True, False)
    """
    if isinstance(kind, tuple):
        return any(isdtype(dtype, item) for item in kind)
    found = as_dtype(dtype)
    if not isinstance(kind, str):
        return found is as_dtype(kind)
    if kind not in KINDS:
        raise InvalidArgumentError(f"isdtype: the kinds are {', '.join(map(repr, KINDS))}; received {kind!r}.")
    return found in KINDS[kind]


def _dtype(value: Any) -> DType:
    return as_dtype(value.dtype if isinstance(value, Tensor) else value)
