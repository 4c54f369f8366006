"""The rows of the listings: one JSON-ready dictionary for each installed backend or plugin."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import Any

from polytape import environment
from polytape.cli import BUILT_IN
from polytape.errors import NotFoundError, PolytapeError
from polytape.plugins import instances
from polytape.plugins.contributions import KINDS, Contributions
from polytape.plugins.discovery import AUTOMATIC, choose, installed
from polytape.plugins.manager import load_plugin
from polytape.plugins.record import Installed, Kind
from polytape.spelling import did_you_mean

Row = dict[str, Any]


def backend_rows(names: list[str]) -> tuple[list[Row], list[str]]:
    """The installed backends, or those named, each imported apart from the others; and what went wrong.

    Wrong is only what somebody named, here or in the environment, and can't have.
    """
    with redirect_stdout(sys.stderr):  # what a plugin prints must not end up amid the JSON
        records, problems = _named("backend", names)
        selected = None
        try:
            selected = _selected()
        except PolytapeError as error:
            problems.append(str(error))
        picked = selected if names == [] else None
        rows = [_backend_row(record, bool(names) or record is picked) for record in records]
    for row, record in zip(rows, records):
        row["selected"] = record is selected
        row["default"] = record.name == instances.DEFAULT
    return rows, problems + _not_ready(rows, names)


def plugin_rows(names: list[str]) -> tuple[list[Row], list[str]]:
    """The installed plugins, or those named, each imported apart from the others; and what went wrong."""
    with redirect_stdout(sys.stderr):
        records, problems = _named("plugin", names)
        rows = [_plugin_row(record) for record in records]
    return rows, problems + _not_ready(rows, names)


def _named(kind: Kind, names: list[str]) -> tuple[list[Installed], list[str]]:
    if not names:
        return list(installed(kind)), []
    records, problems = [], []
    for name in names:
        try:
            record = choose(kind, name)
            if record is None:
                known = sorted({record.name for record in installed(kind)})
                listed = ", ".join(known) or "none"
                raise NotFoundError(f"There is no {kind} {name!r}.{did_you_mean(name, known)} Installed: {listed}.")
            records.append(record)
        except PolytapeError as error:
            problems.append(str(error))
    return records, problems


def _not_ready(rows: list[Row], names: list[str]) -> list[str]:
    return [f"{row['name']} is {row['state']}." for row in rows if names and row["state"] != "ready"]


def _selected() -> Installed:
    """The backend that new tensors would be on; raises if it can't be had."""
    named = environment.backend()
    found = instances.get(named or instances.DEFAULT, "POLYTAPE_BACKEND" if named else "The default")
    if named != AUTOMATIC:
        record = choose("backend", named or instances.DEFAULT)
        assert record is not None  # `get` would have raised
        return record
    return next(record for record in installed("backend") if instances.instantiate(record) is found)


def _backend_row(record: Installed, picked: bool) -> Row:
    backend = instances.instantiate(record, to_compute=False) if picked or not record.rivals else None
    devices: list[str] = []
    libraries: dict[str, str] = {}
    if backend is not None:
        devices = record.attempt(lambda: [str(device) for device in backend.devices()], "asking for its devices") or []
        libraries = record.attempt(lambda: dict(backend.versions()), "asking for its versions") or {}
    return {**_row(record), "devices": devices, "libraries": libraries}


def _plugin_row(record: Installed) -> Row:
    contributions: dict[str, list[str]] = {}
    contested: list[str] = []
    if load_plugin(record):
        offered = {kind: Contributions(kind).offered_by(record) for kind in KINDS}
        contributions = {kind: names for kind, names in offered.items() if names}
        contested = [f"{kind}: {name}" for kind in contributions for name in Contributions(kind).contested(record)]
    remarks = [
        f"Its command {name!r} is hidden by the built-in one; run `polytape {record.distribution}:{name}`."
        for name in contributions.get("commands", [])
        if name in BUILT_IN
    ]
    row = {**_row(record), "contributions": contributions, "remarks": remarks}
    if contested and record.state == "ready":
        row["state"] = "ambiguous"
        row["cause"] = (
            f"another distribution contributes the same names ({', '.join(contested)}). Ask for "
            f"'{record.distribution}:NAME', or block one of the two by POLYTAPE_DISABLE_PLUGINS."
        )
    return row


def _row(record: Installed) -> Row:
    return {
        "name": record.name,
        "qualified_name": record.qualified_name,
        "kind": record.kind,
        "distribution": record.distribution,
        "version": record.version,
        "reference": record.reference,
        "api_version": record.api_version,
        "state": record.state,
        "cause": record.cause,
        "traceback": record.traceback,
        "load_time_s": None if record.load_time is None else round(record.load_time, 6),
    }
