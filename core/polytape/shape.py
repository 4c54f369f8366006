"""`TensorShape`: the lengths of a tensor's axes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, SupportsIndex, overload

from polytape.errors import InvalidArgumentError


class TensorShape(tuple[Any, ...]):
    """The lengths of a tensor's axes: a tuple of integers, with `None` where a length is not known.

    It is a tuple, so it indexes, unpacks, compares and hashes as one.

    >>> shape = TensorShape([2, 3])
    >>> shape.rank, shape.as_list(), shape == (2, 3), shape.num_elements()
    (2, [2, 3], True, 6)
    """

    __slots__ = ()

    def __new__(cls, dims: Iterable[Any] | int = ()) -> TensorShape:
        lengths = (dims,) if isinstance(dims, int) else dims
        return super().__new__(cls, (None if length is None else int(length) for length in lengths))

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self)

    ndims = rank

    @property
    def dims(self) -> list[Any]:
        """The lengths as a list."""
        return list(self)

    def as_list(self) -> list[Any]:
        """The lengths as a list."""
        return list(self)

    def num_elements(self) -> int | None:
        """The product of the lengths, `None` if one is not known."""
        return math.prod(self) if self.is_fully_defined() else None

    def is_fully_defined(self) -> bool:
        """Whether every length is known."""
        return None not in self

    def is_compatible_with(self, other: Iterable[Any]) -> bool:
        """Whether some fully known shape fits both."""
        other = TensorShape(other)
        return len(self) == len(other) and all(a is None or b is None or a == b for a, b in zip(self, other))

    def assert_is_compatible_with(self, other: Iterable[Any]) -> None:
        """Raise `InvalidArgumentError` unless the shapes are compatible."""
        if not self.is_compatible_with(other):
            raise InvalidArgumentError(f"Shapes {self} and {TensorShape(other)} are incompatible.")

    def merge_with(self, other: Iterable[Any]) -> TensorShape:
        """The shape that knows what either knows."""
        self.assert_is_compatible_with(other)
        return TensorShape(b if a is None else a for a, b in zip(self, TensorShape(other)))

    def concatenate(self, other: Iterable[Any]) -> TensorShape:
        """The axes of both, in order."""
        return TensorShape((*self, *TensorShape(other)))

    def __add__(self, other: Any) -> TensorShape:
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:
        return TensorShape(other).concatenate(self)

    @overload
    def __getitem__(self, key: SupportsIndex) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> TensorShape: ...
    def __getitem__(self, key: Any) -> Any:
        found = tuple.__getitem__(self, key)
        return TensorShape(found) if isinstance(key, slice) else found

    def __eq__(self, other: object) -> bool:
        return tuple.__eq__(self, tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    def __repr__(self) -> str:
        return f"TensorShape({list(self)})"

    def __str__(self) -> str:
        return f"({', '.join(map(str, self))}{',' if len(self) == 1 else ''})"

    def __reduce__(self) -> tuple[Any, tuple[list[Any]]]:
        return TensorShape, (list(self),)
