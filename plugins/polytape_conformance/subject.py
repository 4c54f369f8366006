"""The backend under test, watched: what of it ran, and whether anything else ran in its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

import numpy as np

import polytape as tf
from polytape import dtypes
from polytape.backend import Backend
from polytape.dtypes import DType
from polytape.interception import Interception
from polytape.plugins import backends

ANSWERS = frozenset({"any_out_of_range"})
"""Functions that Python asks for a truth value: where and as what it is computed is the backend's own affair."""


class Subject:
    """A backend under test.

    Attributes:
        tf: the module `polytape`.
        backend: the backend.
        device: the device under test: the backend's first.
        calls: how often each of its functions ran.
        undeclared: the dtypes that were asked for although the device does not have them.
        violations: what happened that a backend may not do, whatever the numbers are; see `settle`.
    """

    def __init__(self, backend: Backend) -> None:
        self.tf = tf
        self.backend = backend
        self.device = backend.devices()[0]
        self.calls: Counter[str] = Counter()
        self.undeclared: set[DType] = set()
        self.violations: set[str] = set()
        self._threads = local()
        self._types = {
            type(backend.from_numpy(np.zeros(shape, dtype.as_numpy_dtype), self.device))
            for dtype in self.dtypes
            for shape in ((), (1,))
        }

    @classmethod
    def named(cls, name: str) -> Subject:
        """The installed backend of that name; raises what `polytape.use` raises if it can't be had."""
        return cls(backends.get(name, "--polytape-backend"))

    @property
    def dtypes(self) -> frozenset[DType]:
        """The dtypes that the backend declares for the device under test."""
        return self.backend.dtypes[self.device.partition(":")[0]]

    def has(self, dtype: str) -> bool:
        """Whether the device under test has the dtype of that name."""
        return dtypes.BY_NAME[dtype] in self.dtypes

    @contextmanager
    def in_use(self) -> Iterator[Subject]:
        """A block in which new tensors are on the backend, and what it does is watched."""
        with Interception(self.backend, self._around):
            for name in ("to_numpy", "from_numpy", "from_dlpack"):
                vars(self.backend)[name] = self._exchange(name, getattr(self.backend, name))
            vars(self.backend)["native_dtype"] = self._native_dtype(self.backend.native_dtype)
            with backends.use(self.backend):
                yield self

    def begin(self) -> None:
        """Forget what was noted of earlier cases."""
        self.undeclared.clear()
        self.violations.clear()

    def settle(self) -> None:
        """Raise `AssertionError` if the backend has done what no backend may do since `begin`."""
        assert not self.violations, "; ".join(sorted(self.violations))

    @property
    def _running(self) -> list[str]:
        """The functions that this thread is in, the innermost last."""
        names: list[str] | None = getattr(self._threads, "running", None)
        if names is None:
            names = self._threads.running = []
        return names

    def _around(
        self, name: str, function: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        self.calls[name] += 1
        running, before = self._running, set(self.violations)
        running.append(name)
        try:
            found = function(*arguments, **options)
        except Exception:
            self.violations &= before  # it looked at values for its message, perhaps
            raise
        finally:
            running.pop()
        if name in ANSWERS:
            return found
        for array in found if isinstance(found, (tuple, list)) else (found,):
            if type(array) not in self._types and hasattr(array, "shape") and not _belongs_to_core(array):
                self.violations.add(
                    f"{name}: returned a {type(array).__module__}.{type(array).__qualname__}, which is no array of the "
                    f"backend {self.backend.name!r}: another library has computed it"
                )
        return found

    def _exchange(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """A way between backend and host, which a function of the backend may only take if that is declared."""

        def watched(*arguments: Any, **options: Any) -> Any:
            running = self._running
            innermost = running[-1] if running else None
            if innermost is not None and innermost not in {*self.backend.composed, *self.backend.on_host, *ANSWERS}:
                self.violations.add(
                    f"{innermost}: called {name}, so it computes on the host; `on_host` of the backend "
                    f"{self.backend.name!r} does not declare that"
                )
            return function(*arguments, **options)

        return watched

    def _native_dtype(self, function: Callable[[DType], Any]) -> Callable[[DType], Any]:
        def watched(dtype: DType) -> Any:
            if dtype not in self.dtypes:
                self.undeclared.add(dtype)
            return function(dtype)

        return watched


def _belongs_to_core(array: Any) -> bool:
    """Whether it is one of core's own stand-ins for arrays: a batch, a tensor, rows of a gradient."""
    return type(array).__module__.partition(".")[0] == "polytape"
