"""The record of one installed backend or plugin: from its metadata first, later from loading it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Literal, TypeVar

Kind = Literal["backend", "plugin"]
State = Literal["found", "ready", "blocked", "incompatible", "ambiguous", "broken", "unavailable"]
Result = TypeVar("Result")


@dataclass(eq=False, slots=True)
class Installed:
    """One entry point of the groups `polytape.backends` and `polytape.plugins`."""

    kind: Kind
    name: str
    distribution: str
    """Its name in the normal form of PEP 503: lower case, words joined by `-`."""
    version: str
    reference: str
    """Where the object is, as `module:attribute`."""
    api_version: str | None = None
    """The plugin API that the distribution says it was written for."""
    state: State = "found"
    cause: str | None = None
    """Why it can't be used, if so."""
    traceback: str | None = None
    rivals: tuple[str, ...] = ()
    """The other distributions that claim its name."""
    load_time: float | None = None
    """Seconds spent on importing and constructing it."""
    loaded: Any = None
    """A backend's class, or a plugin's registered object."""
    error: BaseException | None = None
    loading: bool = False
    lock: RLock = field(default_factory=RLock, repr=False)

    @property
    def qualified_name(self) -> str:
        """The name that no other distribution can claim."""
        return f"{self.distribution}:{self.name}"

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r} ({self.distribution} {self.version})"

    def fail(self, state: State, cause: str, error: BaseException | None = None) -> None:
        """Note why it can't be used."""
        self.state, self.cause, self.error = state, cause, error
        self.traceback = None
        if error is not None:
            from traceback import format_exception

            self.traceback = "".join(format_exception(error))

    def attempt(self, action: Callable[[], Result], doing: str) -> Result | None:
        """What `action` returns; or `None`, with the cause noted, if it raises anything but an interrupt.

        Foreign code may raise whatever it likes, even `SystemExit`: no listing may die of it.
        """
        try:
            return action()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.fail("broken", f"{doing} raised {summary(error)}", error)
            return None

    def complaint(self) -> str:
        """One sentence on what it is and why it can't be used."""
        return f"{self} is {self.state}: {self.cause}"


def summary(error: BaseException) -> str:
    """The type and the message of an error, on one line, whatever its `__str__` does."""
    try:
        message = " ".join(str(error).split())
    except Exception:
        message = "(its message can't be shown)"
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
