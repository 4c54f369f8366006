"""What a layer's inputs become: tensors, floating-point ones of the layer's dtype."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polytape.conversion import convert
from polytape.dtypes import DType
from polytape.errors import InvalidArgumentError
from polytape.layers.symbolic import SymbolicInput
from polytape.ops.casting import cast
from polytape.tensor import Tensor

_KEPT = frozenset((bool, int, float, str, type(None)))
_NUMBERS = (bool, int, float, complex)


def as_inputs(value: Any, dtype: DType, integers: bool) -> Any:
    """Return `value`, an argument of a layer or a structure of them, with arrays turned into tensors.

    Args:
        value: tensors, variables, arrays, lists of numbers, and structures of them; anything else is let through.
        dtype: what floating-point tensors and arrays are converted to.
        integers: whether integer ones are converted as well.
    """
    if type(value) is Tensor:
        found = value.dtype
        if found is dtype or not (found.is_floating or (integers and found.is_integer)):
            return value
        return cast(value, dtype)
    if type(value) in _KEPT:
        return value
    if hasattr(value, "__polytape_tensor__"):
        return as_inputs(value.__polytape_tensor__(), dtype, integers)
    if isinstance(value, SymbolicInput):
        raise InvalidArgumentError(
            "A layer can't be called on an Input: the functional interface is not there. Put the Input first in a "
            "tf.keras.Sequential, or subclass tf.keras.Model and write the computation in `call`."
        )
    if isinstance(value, (list, tuple)):
        if value and _is_array(value):
            return as_inputs(convert(value), dtype, integers)
        items = [as_inputs(item, dtype, integers) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if isinstance(value, Mapping):
        return {key: as_inputs(item, dtype, integers) for key, item in value.items()}
    if hasattr(value, "__array__"):
        return as_inputs(convert(value), dtype, integers)
    return value


def _is_array(value: Any) -> bool:
    """Whether nested sequences hold numbers and nothing else."""
    if isinstance(value, (list, tuple)):
        return all(_is_array(item) for item in value)
    return isinstance(value, _NUMBERS)
