"""The operators of tensors and variables: Python's signs, bound to ops.

The ops stand a floor above `Tensor`, so the binding is done here, once, in one table. Most entries are the
ops themselves: a function between an operator and its op would cost a tenth of the time that a small sum
takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape.conversion import convert
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.op import broadcastable
from polytape.operand import Operand
from polytape.ops import (
    arithmetic,
    bitwise,
    comparison,
    division,
    linear_algebra,
    logical,
    placement,
    powers,
    slicing,
)
from polytape.tensor import Tensor

Operator = Callable[..., Any]


def _reflected(function: Operator) -> Operator:
    return lambda self, other: function(other, self)


def _power(self: Any, other: Any) -> Tensor:
    """x to the power of y; squares, the most frequent powers, without a general power."""
    if type(other) is int and other == 2:
        return powers.square(self)  # type: ignore[no-any-return]
    return powers.pow(self, other)  # type: ignore[no-any-return]


def _by_kind(on_truth_values: Operator, on_integers: Operator) -> Operator:
    """`&`, `|`, `^` and `~` mean logic on truth values and bits on integers."""
    return lambda self, *other: (on_truth_values if self.dtype.is_bool else on_integers)(self, *other)


def _comparison(op: Operator, otherwise: bool) -> Operator:
    """`==` or `!=`: element by element where that is possible.

    Shapes that do not broadcast give one truth value, as in TensorFlow; for what can't be a tensor, such as
    `None`, Python finds the answer.
    """

    def compare(self: Any, other: Any) -> Any:
        try:
            return op(self, other)
        except InvalidArgumentError as error:
            try:
                right = convert(other)
            except InvalidArgumentError:
                return NotImplemented
            if isinstance(error, DTypeError) or broadcastable([tuple(self.shape), tuple(right.shape)]):
                raise
        return convert(otherwise, backend=self._backend)

    return compare


_OPERATORS: dict[str, Operator] = {
    "__getitem__": slicing.subscript,
    "__add__": arithmetic.add,
    "__radd__": arithmetic.add,
    "__sub__": arithmetic.subtract,
    "__rsub__": _reflected(arithmetic.subtract),
    "__mul__": arithmetic.multiply,
    "__rmul__": arithmetic.multiply,
    "__truediv__": division.divide,
    "__rtruediv__": _reflected(division.divide),
    "__floordiv__": division.floordiv,
    "__rfloordiv__": _reflected(division.floordiv),
    "__mod__": division.floormod,
    "__rmod__": _reflected(division.floormod),
    "__pow__": _power,
    "__rpow__": _reflected(powers.pow),
    "__matmul__": linear_algebra.matmul,
    "__rmatmul__": _reflected(linear_algebra.matmul),
    "__neg__": arithmetic.negative,
    "__abs__": arithmetic.abs,
    "__eq__": _comparison(comparison.equal, False),
    "__ne__": _comparison(comparison.not_equal, True),
    "__lt__": comparison.less,
    "__le__": comparison.less_equal,
    "__gt__": comparison.greater,
    "__ge__": comparison.greater_equal,
    "__and__": _by_kind(logical.logical_and, bitwise.bitwise_and),
    "__rand__": _by_kind(logical.logical_and, bitwise.bitwise_and),
    "__or__": _by_kind(logical.logical_or, bitwise.bitwise_or),
    "__ror__": _by_kind(logical.logical_or, bitwise.bitwise_or),
    "__xor__": _by_kind(logical.logical_xor, bitwise.bitwise_xor),
    "__rxor__": _by_kind(logical.logical_xor, bitwise.bitwise_xor),
    "__invert__": _by_kind(logical.logical_not, bitwise.bitwise_invert),
    "to": placement.to,
    "cpu": placement.cpu,
    "gpu": placement.gpu,
}

for _name, _function in _OPERATORS.items():
    setattr(Operand, _name, _function)
