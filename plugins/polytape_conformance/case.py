"""A case of the kit: one thing that is tried on a backend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from polytape_conformance.level import Level

if TYPE_CHECKING:
    from polytape_conformance.figures import Figures
    from polytape_conformance.subject import Subject


@dataclass(frozen=True)
class Case:
    """One thing that is tried on a backend.

    Attributes:
        level: the level that asks for it.
        op: what it is about: a primitive (`"sort"`), a public op (`"math.log1p"`), a layer, an optimizer, or a
            subject of its own such as `"threads"`.
        check: what is looked at: `"value"`, `"aliasing"`, `"first derivative"`, …
        run: does it. It raises `AssertionError` where the backend disagrees, and returns the errors that it measured,
            if it measured any.
        dtype: the dtype under test, if there is one.
        variant: what sets it apart from others of the same op, check and dtype.
        quick: whether the quick run includes it. There is one such case for each op, dtype and check.
    """

    level: Level
    op: str
    check: str
    run: Callable[[Subject], Figures | None]
    dtype: str | None = None
    variant: str = ""
    quick: bool = True

    @property
    def id(self) -> str:
        """Its name in reports and test ids: `op-check-dtype-variant`."""
        parts = (self.op, self.check.replace(" ", "-"), self.dtype, self.variant)
        return "-".join(part for part in parts if part)
