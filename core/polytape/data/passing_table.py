"""Elements that come one after the other, as a table: what is mapped can be mapped for many of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polytape.data.stacking import join


class PassingTable:
    """Any elements as rows; the number of a row is the element itself."""

    first = None
    is_uniform = False
    draws = False

    def row(self, element: Any) -> Any:
        """The element."""
        return element

    def gather(self, elements: Sequence[Any]) -> Any:
        """Several elements, at least one, as one element of arrays with one more axis."""
        return join(elements)
