"""`TensorSpec`: what is known of a tensor before there is one."""

from __future__ import annotations

from typing import Any

from polytape.dtypes import DType, as_dtype, float32
from polytape.errors import InvalidArgumentError
from polytape.shape import TensorShape


class TensorSpec:
    """The shape, dtype and name of tensors to come.

    Args:
        shape: the lengths of the axes, `None` for one that is not known; `None` in place of all of them if
            not even their number is known.
        dtype: the type of the elements.
        name: a name for people to read.

    >>> import polytape as tf
    >>> spec = tf.TensorSpec([None, 2], tf.float32)
    >>> spec.is_compatible_with(tf.constant([[1.0, 2.0]])), spec.is_compatible_with(tf.constant([1, 2]))
    (True, False)
    """

    __slots__ = ("_dtype", "_name", "_shape")

    def __init__(self, shape: Any, dtype: Any = float32, name: str | None = None) -> None:
        self._shape = None if shape is None else TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._name = name

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """The specification that fits one tensor or variable, and others of its shape and dtype."""
        if not hasattr(tensor, "dtype") or not hasattr(tensor, "shape"):
            raise InvalidArgumentError(f"from_tensor takes a tensor or a variable; received {tensor!r:.60}.")
        return cls(tensor.shape, tensor.dtype, name)

    @property
    def shape(self) -> TensorShape | None:
        """The lengths of the axes; `None` if not even their number is known."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return self._dtype

    @property
    def name(self) -> str | None:
        """The name."""
        return self._name

    def is_compatible_with(self, spec_or_tensor: Any) -> bool:
        """Whether `spec_or_tensor`, a tensor or another specification, has this dtype and a shape that fits."""
        dtype, shape = getattr(spec_or_tensor, "dtype", None), getattr(spec_or_tensor, "shape", None)
        if dtype is None or as_dtype(dtype) is not self._dtype:
            return False
        return self._shape is None or shape is None or self._shape.is_compatible_with(shape)

    def most_specific_compatible_type(self, other: TensorSpec) -> TensorSpec | None:
        """The specification that takes all that either takes; `None` if the dtypes differ."""
        if self._dtype is not other.dtype:
            return None
        if self._shape is None or other.shape is None or len(self._shape) != len(other.shape):
            return TensorSpec(None, self._dtype)
        return TensorSpec([a if a == b else None for a, b in zip(self._shape, other.shape)], self._dtype)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TensorSpec):
            return NotImplemented
        return (self._shape, self._dtype, self._name) == (other._shape, other._dtype, other._name)

    def __hash__(self) -> int:
        return hash((self._shape, self._dtype, self._name))

    def __repr__(self) -> str:
        shape = "<unknown>" if self._shape is None else str(self._shape)
        return f"TensorSpec(shape={shape}, dtype={self._dtype!r}, name={self._name!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return TensorSpec, (self._shape, self._dtype, self._name)
