"""The operators of tensors and variables: Python's signs, bound to ops.

The ops stand a floor above `Tensor`, so the binding is done here, once, in one table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape.ops import arithmetic, linear_algebra, slicing
from polytape.tensor import Tensor
from polytape.variable import Variable


def _reflected(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    return lambda self, other: function(other, self)


_OPERATORS: dict[str, Callable[..., Any]] = {
    "__getitem__": slicing.subscript,
    "__add__": arithmetic.add,
    "__radd__": _reflected(arithmetic.add),
    "__sub__": arithmetic.subtract,
    "__rsub__": _reflected(arithmetic.subtract),
    "__mul__": arithmetic.multiply,
    "__rmul__": _reflected(arithmetic.multiply),
    "__neg__": arithmetic.negative,
    "__matmul__": linear_algebra.matmul,
    "__rmatmul__": _reflected(linear_algebra.matmul),
}

for _name, _function in _OPERATORS.items():
    setattr(Tensor, _name, _function)
    setattr(Variable, _name, _function)
