"""A profile as a flame graph: one page, in which a bar is as wide as what it stands for took long.

Source of the form: B. Gregg, "The flame graph", Communications of the ACM 59(6), 2016. Bars hang down from the program.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from polytape.origin import Place, line_number
from polytape.profiling.event import Event
from polytape.profiling.flame_page import PAGE
from polytape.profiling.table import duration_text, short_line

if TYPE_CHECKING:
    from polytape.profiling.profile import Profile

Bar = tuple[str, str, str]
"""A bar's text, its kind, and what else is said of it."""


class _Node:
    """A bar and those below it."""

    def __init__(self) -> None:
        self.time = 0
        self.calls = 0
        self.below: dict[Bar, _Node] = {}

    def at(self, bar: Bar) -> _Node:
        return self.below.setdefault(bar, _Node())

    def total(self) -> int:
        return self.time + sum(node.total() for node in self.below.values())

    def tree(self, bar: Bar) -> dict[str, Any]:
        """What the page's script reads."""
        text, kind, more = bar
        return {
            "text": text,
            "kind": kind,
            "more": more,
            "calls": self.calls,
            "self": self.time,
            "time": self.total(),
            "below": [node.tree(bar) for bar, node in sorted(self.below.items(), key=lambda pair: -pair[1].total())],
        }


def flame_graph(profile: Profile) -> str:
    """The page's text."""
    root = _Node()
    for event in profile.events:
        node = root.at((profile.threads[event.thread], "thread", ""))
        for bar in _bars(event):
            node = node.at(bar)
        node.time += max(event.self_time, 0)
        node.calls += 1
    tree = root.tree(("all", "thread", ""))
    while len(tree["below"]) == 1 and tree["kind"] == "thread":
        (tree,) = tree["below"]
    together, block = duration_text(root.total()), duration_text(profile.duration)
    summary = f"{len(profile.events)} events, {together} together; the block took {block}"
    data = json.dumps(tree).replace("<", "\\u003c")  # no text can end the script
    return PAGE.replace("$summary", escape(summary)).replace("$data", data)


def _bars(event: Event) -> list[Bar]:
    """The bars from the program down to an event."""
    own = (event.label, event.kind, event.backend)
    parent = event.parent
    if parent is None:
        return [*map(_frame, reversed(event.stack)), own]
    if parent.kind == "data":  # a function of the user's, called for an element
        called = len(event.stack) - len(parent.stack)
        return [*_bars(parent), *map(_frame, reversed(event.stack[: max(called, 0)])), own]
    return [*_bars(parent), own]


def _frame(place: Place) -> Bar:
    code, line = place[0], f"{place[0].co_filename}:{line_number(place)}"
    return f"{code.co_qualname} ({short_line(line)})", "line", line
