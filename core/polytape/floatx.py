"""The dtype of variables and layers that are not told another: Keras' `floatx`."""

from __future__ import annotations

from typing import Any

from polytape.dtypes import FLOATING, DType, as_dtype, float32, names
from polytape.errors import DTypeError

_chosen = float32


def floatx() -> str:
    """Return the name of the default dtype of layers, `"float32"` unless another was set.

    >>> floatx()
    'float32'
    """
    return _chosen.name


def set_floatx(value: Any) -> None:
    """Set the default dtype of layers, initializers and metrics that are made from here on.

    Args:
        value: a floating-point dtype or its name.
    """
    global _chosen
    wanted = as_dtype(value)
    if wanted not in FLOATING:
        raise DTypeError(f"set_floatx: the dtype must be among {names(FLOATING)}; received {wanted.name}.")
    _chosen = wanted


def default(dtype: Any = None) -> DType:
    """Return `dtype` as a dtype, or the default where it is `None`."""
    return _chosen if dtype is None else as_dtype(dtype)
