"""Merges axes that all operands of a loop treat alike: few nested loops, and long inner ones."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

Shape = tuple[int, ...]


class Levels:
    """The loops over an index space, from the outermost in.

    Attributes:
        sizes: how often each runs.
    """

    def __init__(self, shape: Shape, operands: Sequence[Shape]) -> None:
        """`operands` are shapes that broadcast to `shape`; axes are merged where each of them is there or is not."""
        aligned = [(1,) * (len(shape) - len(operand)) + tuple(operand) for operand in operands]
        merged: list[tuple[tuple[bool, ...], int]] = []
        for axis, length in enumerate(shape):
            if length == 1:
                continue
            present = tuple(operand[axis] != 1 for operand in aligned)
            if merged and merged[-1][0] == present:
                merged[-1] = present, merged[-1][1] * length
            else:
                merged.append((present, length))
        if not merged:
            merged.append(((True,) * len(aligned), 1))
        self.sizes = [length for _, length in merged]
        self._present = [present for present, _ in merged]

    def levels_of(self, operand: int) -> tuple[int, ...]:
        """The loops over which the operand varies."""
        return tuple(level for level, present in enumerate(self._present) if present[operand])

    def index(self, levels: tuple[int, ...]) -> str:
        """The flat index of a contiguous operand that varies over these loops."""
        terms = []
        for place, level in enumerate(levels):
            factors = [f"i{level}", *[f"n{inner}" for inner in levels[place + 1 :]]]
            terms.append(" * ".join(factors))
        return " + ".join(terms) or "0"

    def length(self, levels: tuple[int, ...]) -> int:
        """How many elements an operand of these levels has."""
        return prod(self.sizes[level] for level in levels)
