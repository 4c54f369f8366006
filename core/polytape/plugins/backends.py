"""Which backend new tensors are on: by the innermost `with use(...)`, the last `use(...)`, the environment.

`with device(...)` is a block of the same kind, which also chooses one of the backend's devices.

A `with` block holds for the thread or the task that is in it, a call for the whole process, and `use` is told
only afterwards which of the two it is. So a call counts for the other threads as soon as it is clear that no
block follows: its result has been dropped, or its own thread has asked for the default without entering it.
"""

from __future__ import annotations

from contextvars import ContextVar
from threading import RLock, get_ident
from typing import TYPE_CHECKING, NamedTuple

from polytape import environment
from polytape.errors import InvalidArgumentError
from polytape.plugins.instances import DEFAULT, get
from polytape.plugins.manager import announce

if TYPE_CHECKING:
    from polytape.backend import Backend

__all__ = ["current", "get", "placement", "use"]


class Place(NamedTuple):
    """What a block has chosen."""

    backend: Backend
    device: str | None = None
    """One of the backend's devices; `None` for whichever it takes by itself."""
    beneath: Place | None = None
    """What holds without the blocks of `device`: the innermost block of `use`, if there is one."""


class _Call:
    """One call of `use` that has not been entered as a block."""

    __slots__ = ("backend", "dropped", "settled", "thread")

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.thread = get_ident()
        self.settled = False
        self.dropped = False


class _Process:
    """What holds for all threads."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.calls: list[_Call] = []
        self.environment: Backend | None = None
        self.settled: Backend | None = None
        """The default, as long as no call is pending; it spares `current` the lock."""


_process = _Process()
_innermost: ContextVar[Place | None] = ContextVar("polytape_place", default=None)
_outer: ContextVar[tuple[Place | None, ...]] = ContextVar("polytape_outer_places", default=())
innermost = _innermost.get
"""What the innermost block has chosen; `None` outside of blocks."""


def current() -> Backend:
    """The backend on which a tensor is made where none is named.

    Raises what `get` raises if it comes from `POLYTAPE_BACKEND` and can't be had.
    """
    place = innermost()
    if place is not None:
        return place[0]
    return _process.settled or _settled() or _from_environment()


def placement() -> tuple[Backend, str | None]:
    """The backend on which a tensor is made where none is named, and the device if a block has chosen one."""
    place = innermost()
    return place[:2] if place is not None else (current(), None)


def enter(place: Place | None) -> None:
    """Begin a block in which `place` holds, or if it is `None` what holds outside of blocks."""
    _outer.set((*_outer.get(), innermost()))
    _innermost.set(place)


def leave() -> None:
    """End a block: what held before it holds again."""
    *outer, restored = _outer.get() or (None,)  # empty if an event loop ends the block in another context
    _outer.set(tuple(outer))
    _innermost.set(restored)


def use(backend: str | Backend) -> Selection:
    """Make a backend the default: at once for the process or, in a `with` statement, within the block only.

    Inside a block, the block goes before any call; when it ends, the default is what it would be without it.

    Args:
        backend: `name`, `distribution:name`, `auto` for the best available, or a backend.

    Raises:
        BackendNotFoundError: if no backend of that name is installed.
        AmbiguousNameError: if two distributions offer one.
        BackendUnavailableError: if its library or its device is missing; the message says how to mend it.
        PluginError: if it is blocked, broken, or was written for another plugin API.

    >>> import polytape as tf
    >>> with tf.use("numpy") as backend:
    ...     backend.name
    'numpy'
    """
    return Selection(_backend(backend))


class Selection:
    """The result of `use`: entering it, as often as you like, confines the choice to a block."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._call = _Call(backend)
        with _process.lock:
            _process.calls.append(self._call)
            _process.settled = None
        announce(backend)

    def __enter__(self) -> Backend:
        with _process.lock:
            first = self._call in _process.calls
            if first:
                _process.calls.remove(self._call)
                _process.settled = None
        enter(Place(self.backend))
        if not first:
            announce(self.backend)
        return self.backend

    def __exit__(self, *exception: object) -> None:
        leave()
        restored = innermost()
        default = restored.backend if restored is not None else _settled()
        if default is not None:  # else nothing has needed a default so far
            announce(default)

    def __del__(self) -> None:
        # No lock: this may run at any moment, even while this very thread holds it.
        self._call.settled = self._call.dropped = True

    def __repr__(self) -> str:
        return f"polytape.use({self.backend.name!r})"


def _backend(backend: str | Backend) -> Backend:
    if isinstance(backend, str):
        return get(backend, f"use({backend!r})")
    from polytape.backend import Backend

    if not isinstance(backend, Backend):
        raise InvalidArgumentError(
            f"use() takes the name of a backend or a backend, and received {backend!r:.200}. "
            "`polytape backends` lists the names."
        )
    return backend


def _settled() -> Backend | None:
    """The process-wide default as this thread sees it; `None` where the environment is still to be asked."""
    with _process.lock:
        pending = False
        chosen = _process.environment
        for position in reversed(range(len(_process.calls))):
            call = _process.calls[position]
            if call.thread == get_ident():
                call.settled = True  # its thread went on without entering it
            if call.settled:
                chosen = call.backend
                if call.dropped:  # it can't be taken back, so nothing beneath it will count again
                    del _process.calls[:position]
                break
            pending = True
        if not pending:
            _process.settled = chosen
        return chosen


def _from_environment() -> Backend:
    named = environment.backend()
    backend = get(named or DEFAULT, "POLYTAPE_BACKEND" if named else "The default")
    with _process.lock:
        first = _process.environment is None
        _process.environment = backend
    if first:
        announce(backend)
    return _settled() or backend
