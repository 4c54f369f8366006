"""What distinguishes one call of a function from another: which recorded run may be replayed for it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from polytape.conversion import convert
from polytape.tensor import Tensor
from polytape.variable import Variable

_PLAIN = frozenset((int, float, bool, str, bytes, complex, type(None)))


def signature(value: Any, tensors: list[Tensor], numbers: bool = False) -> Hashable:
    """What a replay must agree on with the run that was recorded; the tensors in `value` are added to `tensors`.

    Args:
        value: an argument, or a structure of them.
        tensors: where tensors go, NumPy's arrays as tensors too.
        numbers: whether Python's numbers count as tensors, so that another number is no other signature.
    """
    kind = type(value)
    if kind is Tensor:
        tensors.append(value)
        array = value._array
        return value._backend, array.dtype, array.shape
    if kind in _PLAIN and not (numbers and kind in (int, float)):
        return kind, value
    if kind is tuple or kind is list:
        return kind, tuple([signature(item, tensors, numbers) for item in value])
    if kind is dict:
        return kind, tuple([(key, signature(item, tensors, numbers)) for key, item in value.items()])
    if isinstance(value, tuple):  # with names
        return kind, tuple([signature(item, tensors, numbers) for item in value])
    if _is_tensor(value, numbers):
        return signature(convert(value), tensors)
    if isinstance(value, Variable):
        return Variable, value._key
    try:
        hash(value)
    except TypeError:
        return kind, id(value)
    return kind, value


def rebuilt(value: Any, take: Callable[[], Tensor], numbers: bool = False) -> Any:
    """The argument with its tensors replaced by what `take` gives, in the order of `signature`."""
    kind = type(value)
    if kind in _PLAIN and not (numbers and kind in (int, float)):
        return value
    if kind is tuple or kind is list:
        return kind([rebuilt(item, take, numbers) for item in value])
    if kind is dict:
        return {key: rebuilt(item, take, numbers) for key, item in value.items()}
    if isinstance(value, tuple):
        return kind(*[rebuilt(item, take, numbers) for item in value])
    return take() if _is_tensor(value, numbers) else value


def _is_tensor(value: Any, numbers: bool) -> bool:
    """Whether it goes in as a tensor."""
    return isinstance(value, (Tensor, np.ndarray, np.generic)) or (numbers and type(value) in (int, float))
