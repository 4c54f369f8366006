"""A function of the contract: the dtypes it takes, and the calls that show what it computes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from polytape import dtypes
from polytape.dtypes import DType
from polytape_conformance.arrays.call import Call


def names(*groups: Iterable[DType]) -> tuple[str, ...]:
    """The names of dtypes, in their usual order."""
    wanted = {dtype for group in groups for dtype in group}
    return tuple(dtype.name for dtype in dtypes.ALL if dtype in wanted)


ANY = names(dtypes.ALL)
REAL = names(dtypes.REAL)
NUMERIC = names(dtypes.NUMERIC)
INEXACT = names(dtypes.INEXACT)
FLOATING = names(dtypes.FLOATING)
INTEGER = names(dtypes.INTEGER)
COMPLEX = names(dtypes.COMPLEX)
BOOL = ("bool",)
DECOMPOSABLE = tuple(name for name in INEXACT if name != "float16")


@dataclass(frozen=True)
class Function:
    """A function of the contract.

    Attributes:
        name: its name.
        dtypes: the dtypes that it takes.
        small: gives calls for a dtype: every rank, axis and broadcasting, few elements.
        large: the same with so many elements that they are worked through in blocks.
        operator: the Python operator of the same meaning, if there is one.
        scalar: whether its second argument may be a Python number.
    """

    name: str
    dtypes: tuple[str, ...]
    small: Callable[[str], Iterable[Call]]
    large: Callable[[str], Iterable[Call]]
    operator: Callable[..., Any] | None = None
    scalar: bool = False

    def typical(self, dtype: str, count: int = 4) -> list[Call]:
        """The small calls with most elements."""
        return sorted(self.small(dtype), key=lambda call: -call.size)[:count]
