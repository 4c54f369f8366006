"""A profile in Chrome's trace event format.

Source: "Trace Event Format", https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polytape.profiling.profile import Profile


def chrome_trace(profile: Profile) -> str:
    """The JSON text: a complete event for each of the profile's, times in microseconds."""
    events: list[dict[str, Any]] = [
        {"name": "process_name", "ph": "M", "pid": 0, "tid": 0, "args": {"name": "polytape"}},
        *(
            {"name": "thread_name", "ph": "M", "pid": 0, "tid": number, "args": {"name": name}}
            for number, name in enumerate(profile.threads)
        ),
    ]
    events += [
        {
            "name": event.label,
            "cat": event.kind,
            "ph": "X",
            "ts": event.start / 1000,
            "dur": event.duration / 1000,
            "pid": 0,
            "tid": event.thread,
            "args": {"line": event.line, "backend": event.backend, "output_bytes": event.output_bytes},
        }
        for event in sorted(profile.events, key=lambda event: (event.thread, event.start, -event.duration))
    ]
    return json.dumps({"traceEvents": events, "displayTimeUnit": "ms"})
