"""How much memory the arrays hold that a profile has seen being made."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from threading import RLock
from typing import Any
from weakref import ReferenceType, ref

from polytape.backend import Array, Backend


class LiveMemory:
    """Counts arrays from when a call returns them until they are freed.

    Views count nothing: the array that they look at lives as long as they do. Arrays that can't be observed are left
    out, NumPy's scalars for one.

    Attributes:
        held: the bytes of those that live.
        peak: the most that it has been.
    """

    def __init__(self) -> None:
        self.held = 0
        self.peak = 0
        self._known: dict[int, ReferenceType[Any]] = {}
        self._lock = RLock()  # an array may be freed while another is counted

    def add(self, array: Array, size: int, given: Sequence[Any]) -> None:
        """Count an array of `size` bytes that a call has returned, unless the call was `given` it."""
        key = id(array)
        if key in self._known or getattr(array, "base", None) is not None or any(array is other for other in given):
            return

        def freed(_: Any) -> None:
            with self._lock:
                if self._known.pop(key, None) is not None:
                    self.held -= size

        try:
            reference = ref(array, freed)
        except TypeError:
            return
        with self._lock:
            self._known[key] = reference
            self.held += size
            self.peak = max(self.peak, self.held)

    def stop(self) -> None:
        """Count no longer."""
        self._known.clear()


def size_of(array: Any, backend: Backend) -> int:
    """The bytes of an array; nothing for what is none."""
    size = getattr(array, "nbytes", None)
    if size is None and hasattr(array, "shape"):
        size = prod(array.shape) * backend.dtype_of(array).size
    return size or 0
