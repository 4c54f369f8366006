"""Element-wise functions, as `cupy.ufunc`s are: on arrays, and on what is handed to a function that is being fused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cupy_stand_in.array import changed, computed, ndarray

SAME = (
    *("add", "subtract", "multiply", "divide", "negative", "abs", "maximum", "minimum", "exp", "log", "sqrt", "sin"),
    *(
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "atan2",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
        "floor",
        "ceil",
    ),
    *("equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or"),
    *("logical_not", "logical_xor", "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_invert", "isnan", "isinf"),
    *("bitwise_left_shift", "bitwise_right_shift", "isfinite", "conj", "square", "reciprocal", "sign", "nextafter"),
    *("ceil", "fmod", "expm1", "log1p", "hypot", "arctan2"),
)
"""Those that do what NumPy's do, on the dtypes that the backend hands them."""


class Traced:
    """An argument of a function that is being fused: no shape, no truth value, operators and dtypes."""

    def __init__(self, value: Any) -> None:
        self.value = value
        """An array, a Python number, or, if it was computed from numbers alone, a NumPy scalar."""

    @property
    def dtype(self) -> Any:
        return np.asarray(self.value).dtype

    def astype(self, dtype: Any) -> Traced:
        with np.errstate(all="ignore"):
            return Traced(np.asarray(self.value).astype(dtype))

    def __bool__(self) -> bool:
        raise TypeError("Can't cast to bool")

    __hash__ = None  # type: ignore[assignment]


def elementwise(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` of NumPy arrays as an element-wise function of the stand-in's."""

    def call(*values: Any) -> Any:
        with np.errstate(all="ignore"):
            if any(isinstance(value, Traced) for value in values):
                assert not any(isinstance(value, ndarray) for value in values), "an array from outside, while fusing"
                return _of_traced(function, values)
            return computed(function, *values)

    return call


def _of_traced(function: Callable[..., Any], values: tuple[Any, ...]) -> Traced:
    """CuPy takes a number computed from numbers alone for one of float64 or int64, which arrays' dtypes give way to."""
    taken = [value.value if isinstance(value, Traced) else value for value in values]
    found = function(*taken)
    alone = not any(isinstance(value, np.ndarray) for value in taken)
    return Traced(np.asarray(found)[()] if alone else np.asarray(found))


def _floor_divide(x: Any, y: Any) -> Any:
    return np.floor_divide(x, y) if _integer(x, y) else np.floor(np.true_divide(x, y))


def _remainder(x: Any, y: Any) -> Any:
    return np.remainder(x, y) if _integer(x, y) else x - np.floor(np.true_divide(x, y)) * y


def _power(x: Any, y: Any) -> Any:
    if _integer(x, y):
        return np.where(np.less(y, 0), 0, np.power(x, np.maximum(y, 0))).astype(np.result_type(x, y))
    if np.result_type(x, y).kind == "c":
        return np.where(np.equal(y, 0), 1, np.exp(y * np.log(x)))  # by the logarithm, which zero has none of
    return np.power(x, y)


def _integer(*values: Any) -> bool:
    return np.result_type(*values).kind in "iu"


def _where(condition: Any, x: Any, y: Any) -> Any:
    return np.where(np.asarray(condition).astype(bool), x, y)


def _rint(x: Any) -> Any:
    assert np.asarray(x).dtype.kind == "f", "rint of integers gives floating-point numbers"
    return np.rint(x)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: elementwise(getattr(np, name)) for name in SAME},
    "floor_divide": elementwise(_floor_divide),
    "remainder": elementwise(_remainder),
    "pow": elementwise(_power),
    "power": elementwise(_power),
    "where": elementwise(_where),
    "rint": elementwise(_rint),
}
rsqrt = elementwise(lambda x: np.reciprocal(np.sqrt(x)))

_OPERATORS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "power",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "bitwise_left_shift",
    "rshift": "bitwise_right_shift",
}
_COMPARISONS = {
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
}
_UNARY = {"neg": "negative", "abs": "abs", "invert": "bitwise_invert"}


def _operator(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` as an operator, which leaves arrays of other libraries to these, if they ask for it."""

    def call(*values: Any) -> Any:
        other = values[-1]
        if not isinstance(other, (ndarray, Traced)) and getattr(other, "__array_ufunc__", other) is None:
            return NotImplemented
        return function(*values)

    return call


def _reflected(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, other: function(other, self)


def _in_place(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(self: ndarray, other: Any) -> ndarray:
        changed(self, lambda x, y: x.__setitem__(..., y), function(self, other))
        return self

    return call


for _kind in (ndarray, Traced):
    for _name, _function in (_OPERATORS | _COMPARISONS | _UNARY).items():
        setattr(_kind, f"__{_name}__", _operator(FUNCTIONS[_function]))
    for _name, _function in _OPERATORS.items():
        setattr(_kind, f"__r{_name}__", _reflected(FUNCTIONS[_function]))
for _name, _function in _OPERATORS.items():
    setattr(ndarray, f"__i{_name}__", _in_place(FUNCTIONS[_function]))
