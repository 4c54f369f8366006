"""Notes which kernels a function of the backend would call, and with what memory, instead of calling them.

The functions run as they are, on stand-ins: arrays with an address, a shape and a dtype, with which NumPy refuses to
compute. What can't be noted, because it is not done by a kernel, so comes to light.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from polytape.backend import Array
from polytape_numpy.native.loading import Kernel

Shape = tuple[int, ...]


class NotPlannedError(Exception):
    """What a function does can't be noted: it is no call of a kernel."""


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise NotPlannedError


class StandIn(np.ndarray[Any, Any]):
    """An array in whose place another one will be."""

    __array_ufunc__ = __array_function__ = __setitem__ = _refuse  # type: ignore[assignment]
    __float__ = __int__ = __bool__ = __index__ = __complex__ = __contains__ = _refuse  # type: ignore[assignment]
    argmax = argmin = argpartition = argsort = astype = choose = compress = copy = diagonal = dot = _refuse  # type: ignore[assignment]
    fill = item = nonzero = partition = put = repeat = searchsorted = sort = take = tobytes = tolist = _refuse  # type: ignore[assignment]

    def __getitem__(self, key: Any) -> Any:
        """A view; elements are not known."""
        for part in key if type(key) is tuple else (key,):
            if not (part is None or part is Ellipsis or type(part) in (int, slice)):
                raise NotPlannedError
        found = super().__getitem__(key)
        return found if isinstance(found, np.ndarray) else _refuse()

    def __iter__(self) -> Iterator[Any]:
        """Views of what lies along the first axis."""
        return (self[place] for place in range(len(self)))


class Number:
    """A number in whose place another one will be."""

    shape, ndim, size = (), 0, 1

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype

    __getattr__ = __float__ = __int__ = __bool__ = __index__ = __array__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __neg__ = __pow__ = __rpow__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse


@dataclass(eq=False)
class Memory:
    """A block of memory that some array fills.

    Attributes:
        array: the stand-in that fills it; or an array that stays where it is.
        stays: whether it is the latter.
        address: where it begins.
    """

    array: Array
    stays: bool = False
    address: int = field(init=False)

    def __post_init__(self) -> None:
        self.address = address_of(self.array)


def address_of(array: Array) -> int:
    """Where an array's first element is."""
    found: int = array.__array_interface__["data"][0]
    return found


class Recording:
    """The calls of kernels that were noted, and the memory that they work on.

    Attributes:
        calls: kernels, each with the arguments of all parts.
        conditions: what must hold of arrays that are given: functions that raise, each with its arguments.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[Kernel, Sequence[tuple[Any, ...]]]] = []
        self.conditions: list[tuple[Callable[..., None], tuple[Any, ...]]] = []
        self._given: set[Memory] = set()
        self._starts: list[int] = []
        self._found: list[Memory] = []

    def stand_in(self, shape: Shape, dtype: Any) -> Memory:
        """Memory for an array of that shape and dtype, which will be given."""
        memory = self.room(shape, dtype)
        self._given.add(memory)
        return memory

    def room(self, shape: Any, dtype: Any) -> Memory:
        """The same for a function of the backend, which asks for it to write to."""
        return self._keep(Memory(np.empty(shape, dtype).view(StandIn)))

    def condition(self, check: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        """Note what is to be checked before the calls.

        Raises:
            NotPlannedError: if one of the arrays will only be made by the calls.
        """
        for argument in arguments:
            if isinstance(argument, StandIn):
                memory = self.memory_of(argument)
                if memory not in self._given or memory.array is not argument:
                    raise NotPlannedError
        self.conditions.append((check, arguments))

    def call(self, kernel: Kernel, calls: Sequence[tuple[Any, ...]]) -> None:
        """Note calls of a kernel.

        Raises:
            NotPlannedError: if one works on memory that is not known.
        """
        for arguments in calls:
            for place in kernel.arrays:
                if self.memory_of(arguments[place]) is None:
                    raise NotPlannedError
        self.calls.append((kernel, calls))

    def constant(self, array: Array) -> Array:
        """An array that is the same each time, in order in memory."""
        array = np.ascontiguousarray(array)
        if self.memory_of(array) is None:
            self._keep(Memory(array, stays=True))
        return array

    def memory_of(self, array: Array) -> Memory | None:
        """The memory in which an array is, if it is known."""
        address = address_of(array)
        place = bisect_right(self._starts, address) - 1
        if place < 0:
            return None
        memory = self._found[place]
        return memory if address < memory.address + max(memory.array.nbytes, 1) else None

    def _keep(self, memory: Memory) -> Memory:
        place = bisect_right(self._starts, memory.address)
        self._starts.insert(place, memory.address)
        self._found.insert(place, memory)
        return memory


_recording: ContextVar[Recording | None] = ContextVar("polytape_numpy_recording", default=None)


@contextmanager
def planning(recording: Recording) -> Iterator[None]:
    """A block in which kernels are noted and not called."""
    token = _recording.set(recording)
    try:
        yield
    finally:
        _recording.reset(token)


def recording() -> Recording | None:
    """What notes the kernels of this thread or task."""
    return _recording.get()


def worthwhile(size: int, least: int) -> bool:
    """Whether native code pays for so much work; calling it costs nothing where a plan is made."""
    return size >= least or _recording.get() is not None


def checked(check: Callable[..., None], *arguments: Any) -> None:
    """Call a function that looks at arrays, and raises if there is something wrong; in a plan before all kernels."""
    found = _recording.get()
    if found is None:
        check(*arguments)
    else:
        found.condition(check, arguments)


def scalar(array: Array) -> Any:
    """The number in an array without axes, as the backend has numbers; of a stand-in, itself."""
    return array if isinstance(array, StandIn) else array[()]


def empty(shape: Any, dtype: Any) -> Array:
    """Memory to write to, for results of kernels and for what they need meanwhile."""
    found = _recording.get()
    return np.empty(shape, dtype) if found is None else found.room(shape, dtype).array
