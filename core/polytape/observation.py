"""Who watches what is larger than one call of a backend: gradient rules, replays of functions, steps of a pipeline.

Calls of a backend's functions are watched by an `Interception`. This is for the rest, and costs a look at an empty list
where nobody watches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polytape.backend import Backend

Observer = Callable[[str, str, "Backend | None", Callable[..., Any]], Callable[..., Any]]
"""`(kind, name, backend, function) -> function`: what is called in place of `function`."""

observers: list[Observer] = []
"""Those that watch, the first one innermost; for all threads."""


def observed(kind: str, name: str, backend: Backend | None, function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` with everybody around it who watches.

    Args:
        kind: `"op"` for a call that the backend's functions don't show, `"gradient"` for a gradient rule, `"function"`
            for a replay, `"data"` for the next element of a dataset.
        name: which one.
        backend: the backend that computes, if one does.
        function: what is called.
    """
    for observer in observers:
        function = observer(kind, name, backend, function)
    return function
