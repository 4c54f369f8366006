"""Memory: pools that hand out again what has been given back, and the kernels that fill it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from cupy_stand_in import streams

JUNK = 77
"""What new memory holds, so that somebody who reads it notices."""


class MemoryPool:
    """A pool of one's own. What one stream gives back, the same stream gets again, whoever may still write to it."""

    def __init__(self) -> None:
        self.free: dict[tuple[Any, int], list[Any]] = {}

    def malloc(self, size: int) -> Any:
        raise AssertionError("the stand-in asks the pool itself")


class _Thread(threading.local):
    pool: MemoryPool | None = None


_thread = _Thread()


@contextmanager
def using_allocator(allocator: Any = None) -> Iterator[None]:
    """A block in which this thread's memory comes from a pool."""
    pool = allocator.__self__
    assert isinstance(pool, MemoryPool)
    before, _thread.pool = _thread.pool, pool
    try:
        yield
    finally:
        _thread.pool = before


class Memory:
    """A piece of memory, which arrays and their views share: from the pool in use, if there is one."""

    def __init__(self, size: int = 0) -> None:
        self._bytes: Any = None
        self._pool = None if _thread.pool is None else weakref.ref(_thread.pool)
        self._place = streams.get_current_stream().key, size
        self.written: tuple[Any, int] = (None, 0)
        streams.pool_in_use(_thread.pool)

    def __del__(self) -> None:
        pool = None if self._bytes is None or self._pool is None else self._pool()
        if pool is not None:
            pool.free.setdefault(self._place, []).append(self._bytes)

    def array(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """The memory as NumPy's array, with junk in it; from the pool in use, which must be what it was."""
        _, size = self._place
        assert _thread.pool is not None
        free = _thread.pool.free.get(self._place)
        self._bytes = free.pop() if free else np.empty(size, np.uint8)
        found = self._bytes.view(dtype).reshape(shape)
        found.fill(True if found.dtype.kind == "b" else JUNK)
        return found


def kernel_of(function: Callable[..., Any], hidden: list[Any]) -> Any:
    """What CUDA would load for these arguments: a kernel for each function, dtype and number of axes."""
    code = getattr(function, "kernel", None) or getattr(function, "__code__", None) or repr(function)
    return code, tuple((str(x.dtype), x.ndim) for x in hidden if isinstance(x, np.ndarray))


def pool() -> MemoryPool | None:
    """The pool that this thread's memory comes from."""
    return _thread.pool
