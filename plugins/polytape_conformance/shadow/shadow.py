"""The shadow of a backend: every call of its functions runs on a reference, too, and the results are compared."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from threading import local
from typing import Any

import numpy as np

from polytape.backend import Backend
from polytape.interception import Interception
from polytape_conformance.shadow.admissible import LEFT_OUT, may_write
from polytape_conformance.shadow.aliasing import Aliasing, Returned
from polytape_conformance.shadow.call import Call, Host, NativeDtype, listed
from polytape_conformance.shadow.comparison import Difference, difference
from polytape_conformance.shadow.mismatch import Mismatch, ShadowMismatch, described, headline
from polytape_conformance.shadow.origin import differentiated_op, user_line
from polytape_conformance.shadow.record import Record
from polytape_conformance.shadow.reference import Reference, dtype_of_result
from polytape_conformance.shadow.script import Unwritable, options_of, write_script

_NOT_ON_COPIES = (
    "on fresh copies of the inputs the op is right, so the script may find nothing: the fault depends on how the "
    "arrays lie in memory, or on what ran before"
)


class _Thread(local):
    """What this thread is doing."""

    def __init__(self) -> None:
        self.running: list[bool] = []
        """A place for each call that has not returned: whether something within it has gone wrong."""
        self.paused = False


class Shadow:
    """Compares whatever a backend computes with a reference, from the same inputs.

    Where one function calls another, the inner one is compared first. So the innermost one that is wrong is the one
    that is named; what depends on it is not compared.

    Args:
        backend: the backend.
        reference: an instance of the backend to compare with, used for nothing else.
        listing: the file that lists what differs; `None` to raise `ShadowMismatch` at the first difference.
        directory: the folder for scripts that reproduce a difference.
    """

    def __init__(self, backend: Backend, reference: Backend, listing: Path | None, directory: Path) -> None:
        self.backend = backend
        self.reference = Reference(reference)
        self.directory = directory
        self.record = None if listing is None else Record.at(listing)
        self._host = Host(backend)
        self._aliasing = Aliasing(self._host)
        self._thread = _Thread()
        self._scripts: dict[str, tuple[Path | None, str]] = {}
        self._warned: set[str] = set()

    def begin(self) -> None:
        """Compare from now on, until the process ends."""
        if self.record is not None:
            self.record.backends.add(self.backend.name)
        Interception(self.backend, self._around, within=True).begin()

    def _around(
        self, name: str, function: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        thread = self._thread
        if thread.paused:
            return function(*arguments, **options)
        call = None if name in LEFT_OUT else self._host.call(name, arguments, options)
        if call is None:
            self._note(name, LEFT_OUT.get(name, "its arguments stand for many arrays at once"))
            return function(*arguments, **options)
        last = self._aliasing.last(name)
        thread.running.append(False)
        try:
            with self.backend.computing():
                found = function(*arguments, **options)
        finally:
            wrong = thread.running.pop()
        thread.paused = True
        try:
            wrong = wrong or self._compare(call, function, arguments, found, last)
        finally:
            thread.paused = False
        if wrong and thread.running:
            thread.running[-1] = True
        return found

    def _compare(
        self,
        call: Call,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        found: Any,
        last: Returned | None,
    ) -> bool:
        """Compare; raise or record what differs. Does anything?"""
        if self.record is not None:
            self.record.calls += 1
        returned = listed(found)
        outputs = self._host.outputs(found)
        written = self._aliasing.written_input(call, arguments)
        earlier = None
        if written is not None:
            wrong: Difference | None = Difference(f"it has written to its input {written}")
        elif last is not None and self._aliasing.changed(last):
            wrong, earlier = Difference("it has changed what an earlier call returned"), last.call
        else:
            wrong = self._difference(call, returned, outputs)
        self._aliasing.remember(call, returned)
        if wrong is None:
            return False
        self._report(call, function, outputs, wrong, earlier)
        return True

    def _difference(self, call: Call, returned: list[Any], outputs: list[Any]) -> Difference | None:
        dtypes = [self._host.dtype_of(array) if hasattr(array, "dtype") else None for array in returned]
        try:
            return difference(self.reference, call, outputs, dtypes)
        except Exception as error:  # the reference refuses what the backend does: nothing can be said
            raised = f"the reference {self.reference.backend.name!r} raised {type(error).__name__}: {error}"
            self._note(call.name, raised)
            return None

    def _note(self, name: str, reason: str) -> None:
        """Take note that something was not compared; what is so by its nature is only recorded."""
        if self.record is not None:
            self.record.not_compared.setdefault(name, reason)
        elif name not in LEFT_OUT and name not in self._warned:
            warnings.warn(f"polytape shadow: {name!r} was not compared: {reason}", RuntimeWarning, stacklevel=2)
        self._warned.add(name)

    def _report(
        self, call: Call, function: Callable[..., Any], outputs: list[Any], wrong: Difference, earlier: Call | None
    ) -> None:
        where, source = user_line()
        inputs = tuple(described(array) for array in call.arrays)
        key = (self.backend.name, call.name, where, wrong.problem if wrong.place is None else "", inputs)
        if self.record is not None and self.record.seen(key):
            return
        script, unscripted = self._script(call, function, wrong, where, earlier)
        mismatch = Mismatch(
            op=call.name,
            backend=self.backend.name,
            reference=self.reference.backend.name,
            difference=wrong,
            inputs=inputs,
            outputs=tuple(described(output) for output in outputs if isinstance(output, np.ndarray)),
            options=options_of(call),
            where=where,
            source=source,
            differentiating=differentiated_op(),
            script=script,
            unscripted=unscripted,
        )
        if self.record is None:
            raise ShadowMismatch(mismatch)
        self.record.add(key, mismatch)

    def _script(
        self, call: Call, function: Callable[..., Any], wrong: Difference, where: str, earlier: Call | None
    ) -> tuple[Path | None, str]:
        """The script that reproduces a mismatch, one for each op; and why there is none, or what it does not show."""
        if call.name in self._scripts:
            return self._scripts[call.name]
        expected = self.reference.exact(call)
        arrays = [
            (dtype_of_result(call, each), each.shape) if isinstance(each, np.ndarray) else None for each in expected
        ]
        positions = [at for at, argument in enumerate(call.arguments) if isinstance(argument, np.ndarray)]
        made: tuple[Path | None, str]
        try:
            path = write_script(
                self.directory,
                call,
                headline=headline(call.name, self.backend.name, wrong),
                backend=self.backend.name,
                reference=self.reference.backend.name,
                where=where,
                results=arrays,
                part=wrong.part,
                earlier=earlier,
                writable=tuple(index for index, at in enumerate(positions) if may_write(call.name, at)),
            )
        except (Unwritable, OSError) as error:
            made = None, str(error)
        else:
            made = path, ""
            if earlier is None and self._is_right_on_copies(call, function):
                made = path, _NOT_ON_COPIES
        self._scripts[call.name] = made
        return made

    def _is_right_on_copies(self, call: Call, function: Callable[..., Any]) -> bool:
        """Whether the call is right where nothing is left of what was there but the values."""
        run = call.mapped(lambda array: self.backend.from_numpy(array, call.device))
        options = {name: self._native(value) for name, value in run.options.items()}
        if call.name in ("full", "arange"):
            options["device"] = call.device
        with self.backend.computing():
            found = function(*run.arguments, **options)
        if self._aliasing.written_input(call, run.arguments) is not None:
            return False
        return self._difference(call, listed(found), self._host.outputs(found)) is None

    def _native(self, value: Any) -> Any:
        return self.backend.native_dtype(value.dtype) if isinstance(value, NativeDtype) else value
