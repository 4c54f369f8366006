"""Where a call of a backend comes from: the user's line, and the op whose gradient rule runs."""

from __future__ import annotations

import sys
from types import FrameType

from polytape import backward
from polytape.origin import user_line as user_line


def differentiated_op() -> str | None:
    """The op whose gradient rule runs, if one does."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code is backward.walk.__code__:
            plan = frame.f_locals.get("plan")
            return None if plan is None else plan.op.name
        frame = frame.f_back
    return None
