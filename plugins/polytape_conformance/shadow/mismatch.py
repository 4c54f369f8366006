"""A mismatch: an op whose result leaves its error budget, with all that is needed to find out why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polytape.errors import PolytapeError
from polytape_conformance.shadow.comparison import Difference


@dataclass(frozen=True)
class Mismatch:
    """An op whose result leaves its error budget.

    Attributes:
        op: the op, or the function of the contract.
        backend: the name of the backend that ran it.
        reference: the name of the backend that it was compared with.
        difference: what is wrong.
        inputs: the dtypes and shapes of its arrays, as `"float32[2, 3]"`.
        outputs: those of what it returned.
        options: its other arguments.
        where: the user's line, as `"train.py:31"`; empty if there is none.
        source: what stands there.
        differentiating: the op whose gradient was being computed, if one was.
        script: the script that reproduces it, if it could be written.
        unscripted: why there is no script, or why it does not show the fault; empty if it does.
    """

    op: str
    backend: str
    reference: str
    difference: Difference
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    options: tuple[str, ...]
    where: str
    source: str
    differentiating: str | None
    script: Path | None
    unscripted: str

    @property
    def headline(self) -> str:
        """What is wrong, in one line."""
        return headline(self.op, self.backend, self.difference)

    def __str__(self) -> str:
        lines = [self.headline]
        if self.where:
            lines.append(f"  line       {self.where}: {self.source}" if self.source else f"  line       {self.where}")
        if self.differentiating:
            lines.append(f"  backwards  in the gradient of {self.differentiating!r}")
        lines.append(f"  inputs     {', '.join(self.inputs) or 'no arrays'}")
        if self.options:
            lines.append(f"  options    {', '.join(self.options)}")
        lines.append(f"  output     {', '.join(self.outputs)}")
        difference = self.difference
        if difference.place is not None:
            place = f"[{', '.join(map(str, difference.place))}]" if difference.place else "the value"
            lines.append(f"  worst      {place}: {difference.found!r}, expected {difference.expected!r}")
        lines.append(f"  compared   with {self.reference!r}, in float64")
        if self.script is not None:
            lines.append(f"  reproduce  python {self.script}")
        if self.unscripted:
            lines.append(f"  {'note     ' if self.script else 'no script'}  {self.unscripted}")
        return "\n".join(lines)


class ShadowMismatch(PolytapeError, AssertionError):
    """An op's result on a backend leaves its error budget, as a shadow run has found.

    Attributes:
        mismatch: the op, the line and the figures.
    """

    def __init__(self, mismatch: Mismatch) -> None:
        super().__init__(str(mismatch))
        self.mismatch = mismatch


def headline(op: str, backend: str, difference: Difference) -> str:
    """What is wrong, in one line."""
    start = f"{op!r} on the backend {backend!r} disagrees with the reference: {difference.problem}"
    if difference.place is None:
        if difference.found is None:
            return f"{start}."
        return f"{start}: {difference.found!r}, expected {difference.expected!r}."
    if not math.isfinite(difference.ulp):
        return f"{start}."
    return f"{start}, by up to {difference.ulp:.3g} ULP, where {difference.budget:.3g} are allowed."


def described(array: Any) -> str:
    """The dtype and the shape of a NumPy array."""
    return f"{array.dtype.name}{list(array.shape)}"
