"""Holds what a backend declares against what came of the cases."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from polytape import capabilities, dtypes
from polytape.backend import COMPOSITIONS, CONTRACT
from polytape_conformance.cases import cases
from polytape_conformance.run import Outcome
from polytape_conformance.subject import Subject


def complaints(subject: Subject, outcomes: Sequence[Outcome]) -> list[str]:
    """What is wrong with a backend's declarations, a sentence each; nothing if they hold.

    A declaration that matches nothing says something about a backend of another day. A run in which the backend itself
    computed nothing proves nothing about it.
    """
    return [
        *_nothing_ran(subject, outcomes),
        *_idle_deviations(subject),
        *_idle_lacks(subject),
        *_idle_hosts(subject),
        *_without_reason(subject),
    ]


def _nothing_ran(subject: Subject, outcomes: Sequence[Outcome]) -> list[str]:
    if any(name in CONTRACT and count for name, count in subject.calls.items()):
        return []
    return [f"{len(outcomes)} cases ran, and not one function of the backend {subject.backend.name!r} was called."]


def _idle_deviations(subject: Subject) -> list[str]:
    ids = [case.id for case in cases(subject)]
    return [
        f"deviations: {pattern!r} matches no case of the kit"
        for pattern in subject.backend.deviations
        if not any(each == pattern or fnmatchcase(each, pattern) for each in ids)
    ]


def _idle_lacks(subject: Subject) -> list[str]:
    kinds = {device.partition(":")[0] for device in subject.backend.devices()} | set(subject.backend.dtypes)
    found = []
    for lack in capabilities.lacks(subject.backend):
        if lack.op not in CONTRACT and lack.op not in COMPOSITIONS:
            found.append(f"lacks: there is no op {lack.op!r}")
        if lack.kind is not None and lack.kind not in kinds:
            found.append(f"lacks: {lack.what}: the backend has no device of that kind")
        if lack.dtype is not None and not any(
            dtypes.BY_NAME[lack.dtype] in has
            for kind, has in subject.backend.dtypes.items()
            if lack.kind in (None, kind)
        ):
            found.append(f"lacks: {lack.what}: `dtypes` says already that there is no {lack.dtype}")
    return found


def _idle_hosts(subject: Subject) -> list[str]:
    known = {*CONTRACT, *COMPOSITIONS}
    return [f"on_host: there is no op {name!r}" for name in subject.backend.on_host if name not in known]


def _without_reason(subject: Subject) -> list[str]:
    backend = subject.backend
    return [
        f"{table}: {name!r} has no reason"
        for table, entries in (
            ("lacks", backend.lacks),
            ("on_host", backend.on_host),
            ("deviations", backend.deviations),
        )
        for name, reason in entries.items()
        if not reason.strip()
    ]
