"""Stands between polytape and a backend: every function of the backend goes through one that looks on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any

from polytape.backend import COMPOSITIONS, CONTRACT, Backend
from polytape.errors import UnimplementedError
from polytape.op import OPS
from polytape.ops import import_families

Around = Callable[[str, Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]
"""`(name, function, arguments, options) -> result`; it is expected to call `function` itself."""


class Interception:
    """A block in which every function of a backend is called by way of `around`.

    The backend stays the same object, so tensors, devices and names know nothing of it. What a backend does inside a
    method of its own is its own affair: `self.exp(...)` there is seen, a call of its library is not.

    Args:
        backend: the backend.
        around: what is called in place of its functions.
        within: whether nothing is hidden: all compositions run on the backend itself, where it may have a faster way of
            its own, and gradient rules run op by op, not with the library's own operators.
    """

    def __init__(self, backend: Backend, around: Around, *, within: bool = False) -> None:
        self.backend = backend
        self.around = around
        self.within = within
        self._before: dict[str, Any] = {}

    def __enter__(self) -> Interception:
        self.begin()
        return self

    def begin(self) -> None:
        """Enter the block for good: it ends with the process."""
        import_families()
        import polytape.compat.optimizers  # their update formulas are compositions, too
        import polytape.optimizers  # noqa: F401

        own = vars(self.backend)
        self._before = dict(own)
        for name in sorted({*CONTRACT, *COMPOSITIONS}):
            function = self._function(name)
            if function is not None:
                own[name] = self._observed(name, function)
        own["within_computing"] = lambda: self.backend  # not one beside it, whose functions nobody sees
        if self.within:
            own["observer"] = self._observed  # for ops that are defined from now on, too
        _forget(self.backend)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        own = vars(self.backend)
        own.clear()
        own.update(self._before)
        _forget(self.backend)

    def _function(self, name: str) -> Callable[..., Any] | None:
        """What the backend calls by that name; `None` where it has nothing and says so when it is asked."""
        backend = self.backend
        try:
            found: Callable[..., Any] = getattr(backend, name)
        except (UnimplementedError, AttributeError):
            return None
        return partial(COMPOSITIONS[name], backend) if self.within and name in backend.composed else found

    def _observed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        return partial(self._call, name, function)

    def _call(self, name: str, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Any:
        return self.around(name, function, arguments, options)


def _forget(backend: Backend) -> None:
    """Make ops look their function up anew."""
    for call in OPS.values():
        definition = getattr(call, "op", None)
        if definition is not None:
            definition.implementations.pop(backend, None)
