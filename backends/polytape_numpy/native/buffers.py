"""Places for blocks of memory that are needed for a while, so that they take little room together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

ALIGNMENT = 64
"""Bytes: a line of the cache, and the longest vector."""


class Lifetime(NamedTuple):
    """A block of memory: its size in bytes, and the first and the last step at which it is needed."""

    size: int
    first: int
    last: int


def placed(lifetimes: Sequence[Lifetime]) -> tuple[list[int], int]:
    """The byte at which each block begins, and how many there are in all.

    The largest come first, each where there is room between those that are needed at the same time (Y. Pisarchyk and
    J. Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020, "greedy by size").

    >>> placed([Lifetime(100, 0, 1), Lifetime(50, 1, 2), Lifetime(100, 2, 3)])
    ([0, 128, 0], 192)
    """
    starts, done, total = [0] * len(lifetimes), [], 0
    for number in sorted(range(len(lifetimes)), key=lambda number: -lifetimes[number].size):
        size, first, last = lifetimes[number]
        size = -(-size // ALIGNMENT) * ALIGNMENT
        start = 0
        for begin, end in sorted((begin, end) for begin, end, a, b in done if a <= last and first <= b):
            if begin - start >= size:
                break
            start = max(start, end)
        starts[number] = start
        done.append((start, start + size, first, last))
        total = max(total, start + size)
    return starts, total
