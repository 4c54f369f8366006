"""What layers know of the call that runs: whether it is a training step, and who was called first."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any


class Call:
    """The call of a layer from outside, or one inside it with another `training`."""

    __slots__ = ("training",)

    def __init__(self, training: Any) -> None:
        self.training = training


_call: ContextVar[Call | None] = ContextVar("polytape_layer_call", default=None)

running = _call.get
"""The innermost call that runs, `None` outside of any."""
enter = _call.set
leave = _call.reset


class Losses:
    """Whether any layer has added a loss in a call so far: until then, there is nothing to clear before one."""

    added = False
