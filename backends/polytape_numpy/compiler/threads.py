"""A loop in parts, one of them on a thread that waits for it asleep: it never takes a core from BLAS's threads."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any

_WORTHWHILE = 60_000
"""Below that many elements waking a thread takes longer than the loop."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def part_count(outer: int, elements: int) -> int:
    """Into how many parts a loop is divided whose outermost level runs `outer` times."""
    return max(1, min(cores(), outer)) if elements >= _WORTHWHILE else 1


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, cores() - 1), thread_name_prefix="polytape")


def in_parts(loop: Callable[..., None], outer: int, parts: int, rest: tuple[Any, ...]) -> None:
    """Run `loop(start, stop, part, *rest)` over the whole of its outermost level."""
    if parts == 1:
        loop(0, outer, 0, *rest)
        return
    bounds = [outer * part // parts for part in range(parts + 1)]
    waiting: list[Future[None]] = [
        _pool().submit(loop, bounds[part], bounds[part + 1], part, *rest) for part in range(1, parts)
    ]
    loop(bounds[0], bounds[1], 0, *rest)
    for future in waiting:
        future.result()
