"""Element types: `tf.float32` and its kin, independent of any array library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


class DType:
    """The type of a tensor's elements.

    A dtype compares equal to itself, to its name, and to the NumPy dtype it stands for.

    >>> import polytape as tf
    >>> tf.float32 == "float32", tf.float32 == np.float32, tf.float32.size
    (True, True, 4)
    """

    __slots__ = (
        *("_range", "as_numpy_dtype", "kind", "name", "python_types", "size"),
        *("is_bool", "is_complex", "is_differentiable", "is_floating", "is_integer", "is_unsigned"),
    )

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind
        self.as_numpy_dtype: Any = np.dtype(name).type
        self.size = np.dtype(name).itemsize
        self.python_types: frozenset[type] = _PYTHON_TYPES[kind]
        self.is_floating = kind == "floating"
        """Whether the elements are real floating-point numbers."""
        self.is_complex = kind == "complex"
        """Whether the elements are complex numbers."""
        self.is_integer = kind in ("signed", "unsigned")
        """Whether the elements are integers, signed or unsigned."""
        self.is_unsigned = kind == "unsigned"
        """Whether the elements are integers without a sign."""
        self.is_bool = kind == "bool"
        """Whether the elements are truth values."""
        self.is_differentiable = kind in ("floating", "complex")
        """Whether a gradient with respect to such elements exists."""
        self._range: tuple[Any, Any] | None = None
        if kind == "floating":
            limits = np.finfo(name)
            self._range = (limits.min.item(), limits.max.item())
        elif kind in ("signed", "unsigned"):
            self._range = (np.iinfo(name).min, np.iinfo(name).max)

    @property
    def min(self) -> Any:
        """The smallest finite value, as a Python number; `TypeError` for bool and complex."""
        return self._limits()[0]

    @property
    def max(self) -> Any:
        """The largest finite value, as a Python number; `TypeError` for bool and complex."""
        return self._limits()[1]

    @property
    def real_dtype(self) -> DType:
        """The dtype of a complex number's parts; any other dtype itself."""
        return {"complex64": float32, "complex128": float64}.get(self.name, self)

    @property
    def base_dtype(self) -> DType:
        """The dtype itself: polytape has no reference dtypes."""
        return self

    def _limits(self) -> tuple[Any, Any]:
        if self._range is None:
            raise TypeError(f"{self.name} has no smallest and largest value.")
        return self._range

    def __eq__(self, other: object) -> bool:
        if isinstance(other, DType):
            return self is other
        if other is None:
            return False
        try:
            return self is as_dtype(other)
        except TypeError:
            return NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: '{self.name}'>"

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return as_dtype, (self.name,)


_PYTHON_TYPES: dict[str, frozenset[type]] = {
    "bool": frozenset((bool,)),
    "signed": frozenset((bool, int)),
    "unsigned": frozenset((bool, int)),
    "floating": frozenset((bool, int, float)),
    "complex": frozenset((bool, int, float, complex)),
}
"""The types of Python numbers that convert to a dtype of each kind without loss of kind."""

bool_ = DType("bool", "bool")
int8 = DType("int8", "signed")
int16 = DType("int16", "signed")
int32 = DType("int32", "signed")
int64 = DType("int64", "signed")
uint8 = DType("uint8", "unsigned")
uint16 = DType("uint16", "unsigned")
uint32 = DType("uint32", "unsigned")
uint64 = DType("uint64", "unsigned")
float16 = DType("float16", "floating")
float32 = DType("float32", "floating")
float64 = DType("float64", "floating")
complex64 = DType("complex64", "complex")
complex128 = DType("complex128", "complex")

ALL = (
    *(bool_, int8, int16, int32, int64, uint8, uint16, uint32, uint64),
    *(float16, float32, float64, complex64, complex128),
)
BY_NAME = {dtype.name: dtype for dtype in ALL} | {"half": float16, "float": float32, "double": float64}

# The classes of dtypes that ops accept.
BOOL = frozenset((bool_,))
INTEGER = frozenset(dtype for dtype in ALL if dtype.is_integer)
SIGNED = frozenset(dtype for dtype in ALL if dtype.kind == "signed")
FLOATING = frozenset(dtype for dtype in ALL if dtype.is_floating)
COMPLEX = frozenset(dtype for dtype in ALL if dtype.is_complex)
REAL = INTEGER | FLOATING
NUMERIC = REAL | COMPLEX
INEXACT = FLOATING | COMPLEX
ANY = frozenset(ALL)


def as_dtype(type_value: Any) -> DType:
    """Return the polytape dtype that `type_value` names.

    Args:
        type_value: a polytape dtype, a name (`"float32"`), a NumPy dtype or scalar type, or a Python number type.

    Raises:
        TypeError: if nothing of that kind exists.

    >>> as_dtype("int64"), as_dtype(np.float16), as_dtype(bool)
    (tf.int64, tf.float16, tf.bool)
    """
    value = type_value
    if isinstance(value, DType):
        return value
    if isinstance(value, str):
        found = BY_NAME.get(value)
    elif isinstance(value, type) and value in _PYTHON:
        found = _PYTHON[value]
    else:
        try:
            native = np.dtype(value)
            found = _NATIVE.get(native) or BY_NAME.get(native.name)  # the name takes NumPy ten times as long
        except TypeError:
            found = None
    if found is None:
        raise TypeError(f"No dtype is called {value!r}; there are {names(ALL)}.")
    return found


_NATIVE = {np.dtype(dtype.as_numpy_dtype): dtype for dtype in ALL}
_PYTHON: dict[Any, DType] = {bool: bool_, int: int64, float: float32, complex: complex128}


def names(dtypes: Iterable[DType]) -> str:
    """Return the names of `dtypes`, in their usual order, for an error message."""
    wanted = set(dtypes)
    return ", ".join(dtype.name for dtype in ALL if dtype in wanted)
