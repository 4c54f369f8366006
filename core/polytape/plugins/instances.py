"""Gets a backend by its name: finds it, imports it, constructs it, or says why it can't be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import RLock
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn

from polytape.errors import BackendNotFoundError, BackendUnavailableError, PluginError
from polytape.plugins.discovery import AUTOMATIC, choose, installed
from polytape.plugins.loading import load
from polytape.plugins.record import Installed, summary
from polytape.plugins.shadowing import shadow
from polytape.spelling import did_you_mean

if TYPE_CHECKING:
    from polytape.backend import Backend

DEFAULT = "numpy"
"""The backend where none is named; `auto` takes it last among those of its priority."""

_instances: dict[Installed, Backend] = {}
_by_name: dict[str, Backend] = {}
_choosing = RLock()


def get(name: str, source: str = "polytape") -> Backend:
    """The backend `name`, `distribution:name` or `auto`: one instance, made when it is first asked for.

    `source` says in errors who asked for it. Raises `BackendNotFoundError` if none of that name is installed,
    `AmbiguousNameError` if several are, `BackendUnavailableError` if its library or device is missing, and
    `PluginError` if it is blocked, broken, or written for another plugin API.
    """
    found = _by_name.get(name)
    if found is None:
        found = _best(source) if name == AUTOMATIC else _named(name, source)
        _by_name[name] = found
    return found


def instantiate(record: Installed, *, to_compute: bool = True) -> Backend | None:
    """The one instance of an installed backend; `None`, with the cause noted, if it can't be had.

    `to_compute` says whether it may be used for more than a listing: what it computes is then compared with a
    reference where `POLYTAPE_SHADOW` asks for that, and an error is raised if that can't be done.
    """
    with record.lock:
        instance = _instances.get(record)
        if instance is None:
            instance = _construct(record)
            if instance is not None:
                _instances[record] = instance
                try:
                    if to_compute:
                        shadow(instance, _unshared)
                except BaseException:
                    del _instances[record]  # or the next one who asks would compute without the comparison
                    raise
        return instance


def made() -> tuple[Backend, ...]:
    """The backends that have been made so far."""
    return tuple(_instances.values())


def _construct(record: Installed) -> Backend | None:
    """A new instance of an installed backend; `None`, with the cause noted, if it can't be had."""
    if not load(record, _checked_class):
        return None
    started = perf_counter()
    instance: Backend | None = record.attempt(record.loaded, f"constructing {record.reference!r}")
    record.load_time = (record.load_time or 0.0) + perf_counter() - started
    if instance is not None:
        record.state = "ready"
        record.cause = record.error = record.traceback = None
    elif isinstance(record.error, ImportError):
        # BackendUnavailableError is one, too: a library or a device is missing, and no code is wrong.
        record.fail("unavailable", _missing(record.loaded, record.error), record.error)
    return instance


def available() -> Iterator[tuple[Installed, Backend]]:
    """Each backend that can be had, with its record, best first."""
    # Loading a class is cheap; constructing one imports its library, so it is done in order of priority.
    records = [record for record in installed("backend") if not record.rivals and load(record, _checked_class)]
    for record in sorted(records, key=lambda record: -record.loaded.priority):
        backend = instantiate(record)
        if backend is not None:
            yield record, backend


def _named(name: str, source: str) -> Backend:
    return _made(name, source, instantiate)


def _unshared(name: str, source: str) -> Backend:
    """A new instance of the backend of that name, which nobody else gets."""
    return _made(name, source, _construct)


def _made(name: str, source: str, make: Callable[[Installed], Backend | None]) -> Backend:
    record = choose("backend", name)
    if record is None:
        _not_found(name, source)
    instance = make(record)
    if instance is None:
        problem = BackendUnavailableError if record.state == "unavailable" else PluginError
        raise problem(f"{source} asks for the backend {name!r}, but the {record.complaint()}") from record.error
    return instance


def _not_found(name: str, source: str) -> NoReturn:
    names = [record.name for record in installed("backend")]
    remedy = did_you_mean(name.rpartition(":")[2], [*names, AUTOMATIC])
    raise BackendNotFoundError(
        f"{source} asks for the backend {name!r}, but no installed distribution offers one of that name. "
        f"Installed: {', '.join(sorted(set(names))) or 'none'}; `polytape backends` shows them.{remedy}"
    )


def _best(source: str) -> Backend:
    with _choosing:
        found = _by_name.get(AUTOMATIC)
        if found is not None:
            return found
        for record, found in available():
            _say(source, record)
            _by_name[AUTOMATIC] = found
            return found
    complaints = "\n".join(f"The {record.complaint()}" for record in installed("backend"))
    raise BackendUnavailableError(f"{source} asks for the best backend, but there is none.\n{complaints}")


def _say(source: str, chosen: Installed) -> None:
    import logging

    passed_over = [
        f"the {record.complaint()}"
        for record in installed("backend")
        if record.state not in ("ready", "found") and record is not chosen
    ]
    reasons = f"; {'; '.join(passed_over)}" if passed_over else ""
    # A warning is what the standard library shows even where nobody has set up logging.
    logging.getLogger("polytape").warning("%s: chose the %s%s", source, chosen, reasons)


def _checked_class(record: Installed, found: Any) -> Any:
    from polytape.backend import Backend

    if not (isinstance(found, type) and issubclass(found, Backend)):
        record.fail(
            "broken",
            f"{record.reference!r} is {found!r:.200}, which is no subclass of polytape.backend.Backend.",
        )
        return None
    if found.name != record.name:
        record.fail(
            "broken",
            f"its class has the name {found.name!r}, but its entry point calls it {record.name!r}. "
            "Its author must give both the same name.",
        )
        return None
    if not isinstance(found.priority, int):
        record.fail("broken", f"its priority is {found.priority!r}; it must be an integer.")
        return None
    return found


def _missing(backend: type[Backend], error: BaseException) -> str:
    cause = summary(error)
    if backend.requires and backend.requires not in cause:
        cause = f"{cause.rstrip('.')}. To install what it needs: {backend.requires}"
    return cause
