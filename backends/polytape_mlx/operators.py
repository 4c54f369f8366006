"""The operators of MLX's arrays, made to step back for operands that bring operators of their own.

Python asks an operator to return `NotImplemented` for an operand that it does not know, so that this one gets its turn.
MLX's raise an error, and its `==` returns False. Then `array * other` fails where core computes with stand-ins for
arrays: with many at once (`GradientTape.jacobian`, `vectorized_map`), or with those of a run that `function` records.
Such a stand-in is known by NumPy's mark for the same purpose, `__array_ufunc__ = None`. For all other operands nothing
changes, for MLX's other users in the process neither.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import mlx.core as mx

_NAMES = (
    *("__add__", "__sub__", "__mul__", "__truediv__", "__floordiv__", "__mod__", "__pow__", "__matmul__"),
    *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"),
    *("__and__", "__or__", "__xor__", "__lshift__", "__rshift__"),
)
_KNOWN = frozenset((mx.array, float, int, bool, complex))


def step_back() -> None:
    """Put a check before each operator, once for the process."""
    for name in _NAMES:
        operator = getattr(mx.array, name)
        if not hasattr(operator, "__wrapped__"):
            setattr(mx.array, name, _stepping_back(operator))


def _stepping_back(operator: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    @wraps(operator)
    def operate(array: Any, other: Any) -> Any:
        if type(other) in _KNOWN or getattr(type(other), "__array_ufunc__", other) is not None:
            return operator(array, other)
        return NotImplemented

    return operate
