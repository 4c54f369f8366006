"""Events in groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from polytape.profiling.event import Event


@dataclass(slots=True)
class Total:
    """What events of one group come to.

    Attributes:
        name: what was called.
        backend: the name of the backend that computed.
        line: the user's line; of several, that which took the most time.
        calls: how often.
        time: how long in all, in nanoseconds. Where one event is part of another of its group, its time counts once.
        self_time: how long without what has events of its own, in nanoseconds.
        output_bytes: the size of all results together.
    """

    name: str
    backend: str
    calls: int = 0
    time: int = 0
    self_time: int = 0
    output_bytes: int = 0
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """The user's line that took the most time."""
        return max(self.lines, key=self.lines.__getitem__)


def totals(events: Iterable[Event], by: Sequence[str]) -> list[Total]:
    """The events whose attributes `by` are the same as one, the group with the most time of its own first."""
    found: dict[tuple[object, ...], Total] = {}
    for event in events:
        key = _key(event, by)
        total = found.get(key)
        if total is None:
            total = found[key] = Total(event.label, event.backend)
        total.calls += 1
        total.self_time += event.self_time
        total.output_bytes += event.output_bytes
        total.lines[event.line] = total.lines.get(event.line, 0) + event.self_time
        if not _is_within(event, key, by):
            total.time += event.duration
    return sorted(found.values(), key=lambda total: -total.self_time)


def _key(event: Event, by: Sequence[str]) -> tuple[object, ...]:
    return tuple([getattr(event, attribute) for attribute in by])


def _is_within(event: Event, key: tuple[object, ...], by: Sequence[str]) -> bool:
    parent = event.parent
    while parent is not None:
        if _key(parent, by) == key:
            return True
        parent = parent.parent
    return False
