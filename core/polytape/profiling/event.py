"""What a profile keeps of one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polytape.origin import Place, line_number


@dataclass(slots=True)
class Event:
    """One call of a backend's function, or one of the larger steps that such calls are part of.

    Attributes:
        kind: `"op"`; `"gradient"` for a gradient rule; `"function"` for a replay; `"data"` for the next element of a
            dataset.
        name: the op, the op whose rule it is, the function.
        backend: the name of the backend; empty for data.
        thread: the number of the thread, by the order in which threads were first seen.
        start: when it began, in nanoseconds since the profile began.
        duration: how long it took, in nanoseconds.
        within: how much of that went to calls within it that have events of their own, and to noting them.
        output_bytes: the size of its results.
        parent: the event that it is part of.
        stack: the calls of the user's program that led to it, the innermost first.
    """

    kind: str
    name: str
    backend: str
    thread: int
    parent: Event | None
    stack: Sequence[Place]
    start: int = 0
    duration: int = 0
    within: int = 0
    output_bytes: int = 0

    @property
    def label(self) -> str:
        """Its name as it is shown."""
        return LABELS[self.kind].format(self.name)

    @property
    def self_time(self) -> int:
        """How long it took without what has events of its own, in nanoseconds."""
        return self.duration - self.within

    @property
    def line(self) -> str:
        """`"file.py:31"`, the user's line; empty if none is known."""
        return f"{self.stack[0][0].co_filename}:{line_number(self.stack[0])}" if self.stack else ""


LABELS = {"op": "{}", "gradient": "gradient of {}", "function": "replay of {}", "data": "{}"}
"""How events of each kind are called."""
