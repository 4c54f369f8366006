"""The source of a kernel: nested loops over the elements of arrays, written so that the innermost one is vectorised."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from polytape_numpy.compiler.axes import Levels

Along = tuple[int, ...]
"""The levels over which an operand varies."""


@dataclass(frozen=True)
class Loop:
    """What a kernel's loops read, compute and write.

    Attributes:
        levels: the loops, from the outermost in.
        arrays: the levels of each array that is read, `a0` and so on.
        body: the lines of the innermost loop, on `a0_` and so on, and on the numbers `s0` and so on.
        scalars: how many numbers there are.
        outputs: names of results of the body that are written everywhere, to an array of their own (`o0` and so on) or
            to the array of that number that is read.
        sums: names of results that are summed over all levels but these, into `p0` and so on, a row for each part.
        truths: numbers of the arrays and names of the results that are bool, which memory holds as bytes.
    """

    levels: Levels
    arrays: Sequence[Along]
    body: Sequence[str]
    scalars: int
    outputs: Sequence[tuple[str, int | None]]
    sums: Sequence[tuple[str, Along]]
    truths: Collection[int | str] = ()

    def source(self) -> str:
        """A function that runs the part from `start` to `stop` of the outermost loop."""
        depth = len(self.levels.sizes)
        inner = depth - 1
        own = [number for number, (_, slot) in enumerate(self.outputs) if slot is None]
        parameters = [
            *("start", "stop", "part"),
            *[f"n{level}" for level in range(depth)],
            *[f"a{number}" for number in range(len(self.arrays))],
            *[f"s{number}" for number in range(self.scalars)],
            *[f"o{number}" for number in own],
            *[f"p{number}" for number in range(len(self.sums))],
        ]
        lines = [f"def loop({', '.join(parameters)}):"]
        for number, (_, along) in enumerate(self.sums):
            length = " * ".join([f"n{level}" for level in along]) or "1"
            lines.append(f"    for i in range({length}):")
            lines.append(f"        p{number}[part * {length} + i] = 0.0")
        for level in range(inner):
            bounds = "start, stop" if level == 0 else f"n{level}"
            lines.append("    " * (level + 1) + f"for i{level} in range({bounds}):")
        before, within = "    " * depth, "    " * (depth + 1)
        lines.append(f"{before}first, last = {f'0, n{inner}' if inner else 'start, stop'}")
        everywhere = tuple(range(depth))
        for number, along in enumerate(self.arrays):
            if inner in along:
                lines.append(f"{before}a{number}b = {self._begin(along)}")
            else:
                lines.append(f"{before}a{number}_ = {self._read(number, self.levels.index(along))}")
        lines.append(f"{before}ob = {self._begin(everywhere)}")
        for number, (_, along) in enumerate(self.sums):
            lines.append(f"{before}p{number}s = {self._row(along) if inner in along else '0.0'}")
        lines.append(f"{before}for i in range(first, last):")
        lines += [
            f"{within}a{n}_ = {self._read(n, f'a{n}b + i')}" for n, along in enumerate(self.arrays) if inner in along
        ]
        lines += [within + line for line in self.body]
        for number, (name, slot) in enumerate(self.outputs):
            place = f"o{number}[ob + i]" if slot is None else f"a{slot}[a{slot}b + i]"
            lines.append(f"{within}{place} = {f'uint8({name})' if name in self.truths else name}")
        written = {name: f"o{number}[ob + i]" for number, (name, slot) in enumerate(self.outputs) if slot is None}
        later = [number for number, (name, along) in enumerate(self.sums) if inner in along and name in written]
        for number, (name, along) in enumerate(self.sums):
            if number not in later:
                lines.append(
                    f"{within}p{number}[p{number}s + i] += {name}"
                    if inner in along
                    else f"{within}p{number}s = plus(p{number}s, {name})"
                )
        # in a loop of their own: where there is float64, as sums have it, vectors of float32 are half as long
        for number in later:
            lines.append(f"{before}for i in range(first, last):")
            lines.append(f"{within}p{number}[p{number}s + i] += {written[self.sums[number][0]]}")
        for number, (_, along) in enumerate(self.sums):
            if inner not in along:
                lines.append(f"{before}p{number}[{self._row(along)}] += p{number}s")
        return "\n".join(lines) + "\n"

    def _read(self, array: int, place: str) -> str:
        """The element of an array at a place."""
        return f"a{array}[{place}]" + (" != 0" if array in self.truths else "")

    def _begin(self, along: Along) -> str:
        """Where the innermost loop begins in an array that varies along it."""
        inner = len(self.levels.sizes) - 1
        return self.levels.index(along).replace(f"i{inner}", "0")

    def _row(self, along: Along) -> str:
        """Where the innermost loop is, or begins, in the sums of this part."""
        return " * ".join(["part", *[f"n{level}" for level in along]]) + f" + {self._begin(along)}"
