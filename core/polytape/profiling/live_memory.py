"""How much memory the arrays hold that a profile has seen being made."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import prod
from typing import Any
from weakref import ref

from polytape.backend import Array, Backend


class _Reference(ref[Any]):
    """A weak reference that knows what it refers to."""

    __slots__ = ("key", "size")
    key: int
    size: int


class LiveMemory:
    """Follows arrays from when a call returns them until they are freed.

    Views count nothing: the array that they look at lives as long as they do. Arrays that can't be observed are left
    out, NumPy's scalars for one.
    """

    def __init__(self) -> None:
        self._changes: list[int] = []  # in order; to append is safe among threads without a lock
        self._known: dict[int, _Reference] = {}

    @property
    def peak(self) -> int:
        """The most bytes that lived at a time."""
        return max(accumulate(self._changes.copy(), initial=0))

    def add(self, array: Array, size: int, given: Sequence[Any]) -> None:
        """Count an array of `size` bytes that a call has returned, unless the call was `given` it."""
        key = id(array)
        if key in self._known or getattr(array, "base", None) is not None:
            return
        for other in given:
            if other is array:
                return
        try:
            reference = _Reference(array, self._freed)
        except TypeError:
            return
        reference.key = key
        reference.size = size
        self._known[key] = reference
        self._changes.append(size)

    def _freed(self, reference: Any) -> None:
        if self._known.pop(reference.key, None) is not None:
            self._changes.append(-reference.size)

    def stop(self) -> None:
        """Count no longer."""
        self._known.clear()


def size_of(array: Any, backend: Backend) -> int:
    """The bytes of an array; nothing for what is none."""
    size = getattr(array, "nbytes", None)
    if size is None and hasattr(array, "shape"):
        size = prod(array.shape) * backend.dtype_of(array).size
    return size or 0
