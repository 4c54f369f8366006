"""The source of a kernel: nested loops over flat arrays, written so that the innermost one is vectorised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polytape_numpy.compiler.axes import Levels

Along = tuple[int, ...]
"""The levels over which an operand varies."""


@dataclass(frozen=True)
class Loop:
    """What a kernel's loops read, compute and write.

    The innermost loop runs over slices that begin at zero: an index that Numba knows not to be negative, of memory that
    it knows not to overlap. Otherwise it computes element by element.

    Attributes:
        levels: the loops, from the outermost in.
        arrays: the levels of each array that is read, `a0` and so on.
        body: the lines of the innermost loop, on `a0_` and so on, and on the numbers `s0` and so on.
        scalars: how many numbers there are.
        outputs: names of results of the body that are written everywhere, to an array of their own (`o0` and so on) or
            to the array of that number that is read.
        sums: names of results that are summed over all levels but these, into `p0` and so on, a row for each part.
    """

    levels: Levels
    arrays: Sequence[Along]
    body: Sequence[str]
    scalars: int
    outputs: Sequence[tuple[str, int | None]]
    sums: Sequence[tuple[str, Along]]

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
        for level in range(inner):
            bounds = "start, stop" if level == 0 else f"n{level}"
            lines.append("    " * (level + 1) + f"for i{level} in range({bounds}):")
        before, within = "    " * depth, "    " * (depth + 1)
        length = f"n{inner}" if inner else "stop - start"
        lines.append(f"{before}length = {length}")
        everywhere = tuple(range(depth))
        for number, along in enumerate(self.arrays):
            if inner in along:
                lines.append(f"{before}a{number}s = {self._slice(f'a{number}', along)}")
            else:
                lines.append(f"{before}a{number}_ = a{number}[{self.levels.index(along)}]")
        lines += [f"{before}o{number}s = {self._slice(f'o{number}', everywhere)}" for number in own]
        for number, (_, along) in enumerate(self.sums):
            start = f"{self._slice(f'p{number}[part]', along)}" if inner in along else "0.0"
            lines.append(f"{before}p{number}s = {start}")
        lines.append(f"{before}for i in range(length):")
        lines += [f"{within}a{n}_ = a{n}s[i]" for n, along in enumerate(self.arrays) if inner in along]
        lines += [within + line for line in self.body]
        for number, (name, slot) in enumerate(self.outputs):
            lines.append(f"{within}{f'o{number}s' if slot is None else f'a{slot}s'}[i] = {name}")
        for number, (name, along) in enumerate(self.sums):
            lines.append(
                f"{within}p{number}s[i] += {name}"
                if inner in along
                else f"{within}p{number}s = plus(p{number}s, {name})"
            )
        for number, (_, along) in enumerate(self.sums):
            if inner not in along:
                lines.append(f"{before}p{number}[part, {self.levels.index(along)}] += p{number}s")
        return "\n".join(lines) + "\n"

    def _slice(self, array: str, along: Along) -> str:
        """What the innermost loop sees of an array that varies along it."""
        inner = len(self.levels.sizes) - 1
        if not inner:
            return f"{array}[start:stop]"
        begin = self.levels.index(along).replace(f"i{inner}", "0")
        return f"{array}[{begin} : {begin} + n{inner}]"
