"""Finds the installed backends and plugins by reading metadata; nothing of them is imported here."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING

from polytape import environment
from polytape.errors import AmbiguousNameError
from polytape.plugins import api
from polytape.plugins.record import Installed, Kind, summary
from polytape.spelling import did_you_mean

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

GROUPS: dict[str, Kind] = {"polytape.backends": "backend", "polytape.plugins": "plugin"}
API_GROUP = "polytape.api"
AUTOMATIC = "auto"
"""The name that stands for the best available backend, so that no backend may bear it."""

_scanning = RLock()


def installed(kind: Kind) -> tuple[Installed, ...]:
    """Every installed backend or plugin, sorted by name; read once, the first time that anybody asks."""
    return tuple(record for record in _scan()[0] if record.kind == kind)


def remarks() -> tuple[str, ...]:
    """What was odd about the metadata or about `POLYTAPE_DISABLE_PLUGINS`, in sentences."""
    return _scan()[1]


def choose(kind: Kind, name: str) -> Installed | None:
    """The backend or plugin that `name` or `distribution:name` means; `None` where there is none.

    Raises `AmbiguousNameError` where several distributions claim the name.
    """
    distribution, _, plain = name.rpartition(":")
    matches = [
        record
        for record in installed(kind)
        if record.name == plain and normalise(distribution) in ("", record.distribution)
    ]
    # One that is blocked or incompatible does not stand in the way of one that can be had.
    usable = [record for record in matches if record.state not in ("blocked", "incompatible")]
    eligible = usable or matches[:1]
    if len(eligible) > 1:
        claimants = _listed(record.distribution for record in eligible)
        picks = " or ".join(repr(record.qualified_name) for record in eligible)
        raise AmbiguousNameError(f"The {kind} {name!r} is offered by {claimants}. Say which: {picks}.")
    return eligible[0] if eligible else None


def normalise(distribution: str) -> str:
    """The name of a distribution in the normal form of PEP 503.

    >>> normalise("My_Plugin.Extras")
    'my-plugin-extras'
    """
    return re.sub(r"[-_.]+", "-", distribution.strip()).lower()


def _scan() -> tuple[tuple[Installed, ...], tuple[str, ...]]:
    with _scanning:  # without it two threads could each get records of their own
        return _scan_once()


@cache
def _scan_once() -> tuple[tuple[Installed, ...], tuple[str, ...]]:
    oddities: list[str] = []
    records = list(_records(oddities))
    for oddity in _block(records):
        warnings.warn(oddity, UserWarning, stacklevel=2)
        oddities.append(oddity)
    for record in records:
        _judge(record)
    backends = [record for record in records if record.kind == "backend"]
    for record in backends:  # a plugin's own name is a label: nobody asks for a plugin, but for what it contributes
        _look_for_rivals(record, backends)
    records.sort(key=lambda record: (record.kind, record.name, record.distribution))
    return tuple(records), tuple(oddities)


def _records(oddities: list[str]) -> Iterator[Installed]:
    from importlib.metadata import distributions

    seen = set()
    for distribution in distributions():
        try:
            entry_points = _entry_points(distribution)
            if not entry_points:
                continue
            name, version = normalise(distribution.metadata["Name"]), str(distribution.version)
        except Exception as error:
            place = getattr(distribution, "_path", distribution.locate_file(""))
            oddities.append(f"The metadata in {place} can't be read ({summary(error)}). Reinstall what it belongs to.")
            continue
        if name in seen:  # the first on sys.path is the one that would be imported
            continue
        seen.add(name)
        stated = {entry.name: entry.value for entry in entry_points if entry.group == API_GROUP}
        offered = {(entry.group, entry.name): entry for entry in entry_points if entry.group in GROUPS}
        for (group, entry_name), entry in offered.items():
            package = re.split(r"[:.\s\[]", entry.value.strip(), maxsplit=1)[0]
            api_version = _version_stated(stated.get(package))
            yield Installed(GROUPS[group], entry_name, name, version, entry.value, api_version)


def _entry_points(distribution: Distribution) -> list[EntryPoint]:
    # Most distributions have nothing for us; looking for the word spares parsing their metadata.
    if "polytape." not in (distribution.read_text("entry_points.txt") or ""):
        return []
    return [entry for entry in distribution.entry_points if entry.group in (*GROUPS, API_GROUP)]


def _version_stated(statement: str | None) -> str | None:
    if statement is None:
        return None
    module, _, version = (part.strip() for part in statement.partition(":"))
    return version if module == api.__name__ and version else statement


def _block(records: list[Installed]) -> list[str]:
    unmatched = []
    for entry in environment.disabled_plugins():
        distribution, _, name = entry.rpartition(":")
        matched = False
        for record in records:
            whole = not distribution and normalise(entry) == record.distribution
            plain = name == record.name and normalise(distribution) in ("", record.distribution)
            if whole or plain:
                matched = True
                record.fail("blocked", f"POLYTAPE_DISABLE_PLUGINS holds {entry!r}. Remove it there to use it.")
        if not matched:
            names = {name for record in records for name in (record.name, record.distribution)}
            unmatched.append(
                f"POLYTAPE_DISABLE_PLUGINS holds {entry!r}, which is no name of anything installed."
                + did_you_mean(entry, names)
            )
    return unmatched


def _judge(record: Installed) -> None:
    if record.state == "blocked":
        return
    package = re.split(r"[:.\s]", record.reference, maxsplit=1)[0]
    supported = sorted(name for name in vars(api) if re.fullmatch(r"v\d+", name))
    if record.api_version is None:
        record.fail(
            "incompatible",
            "it does not state the plugin API that it was written for. Its pyproject.toml needs the lines\n\n"
            f'    [project.entry-points."{API_GROUP}"]\n    {package} = "{api.__name__}:{supported[-1]}"\n',
        )
    elif record.api_version not in supported:
        record.fail(
            "incompatible",
            f"it was written for the plugin API {record.api_version!r}, and this polytape speaks "
            f"{_listed(supported)}. Install releases of polytape and {record.distribution} that fit.",
        )
    elif record.name == AUTOMATIC or ":" in record.name:
        record.fail("broken", f"the name {record.name!r} has a meaning of its own. Its author must change it.")
    elif not re.fullmatch(r"[\w.]+\s*(:\s*[\w.]+\s*)?(\[.*\])?", record.reference):
        record.fail("broken", f"its entry point {record.reference!r} does not have the form `module:attribute`.")


def _look_for_rivals(record: Installed, records: list[Installed]) -> None:
    if record.state not in ("found", "ambiguous"):
        return
    record.rivals = tuple(
        other.distribution
        for other in records
        if other.name == record.name and other is not record and other.state in ("found", "ambiguous")
    )
    if record.rivals:
        record.fail(
            "ambiguous",
            f"{_listed(record.rivals)} offers a backend of that name, too. Ask for "
            f"{record.qualified_name!r}, or put the other into POLYTAPE_DISABLE_PLUGINS.",
        )


def _listed(names: Iterable[str]) -> str:
    return " and ".join(sorted(names))
