"""A stage of a pipeline: something that can be run through any number of times.

A `Dataset` wraps the last stage. What flows through a stage may be elements, structures of tensors, or row
numbers of arrays in memory (see `rows`): taking, skipping, repeating and shuffling are the same for both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from copy import copy
from typing import Any

INFINITE = -1
UNKNOWN = -2

peeking: ContextVar[bool] = ContextVar("polytape_data_peeking", default=False)
"""Whether an element is read only to learn what elements look like: that must not use up an order of "
"`shuffle`."""


class Stage:
    """Elements one after the other, from the start each time they are asked for."""

    def elements(self) -> Iterator[Any]:
        """Start to run through the elements."""
        raise NotImplementedError(f"{type(self).__name__} gives no elements.")

    def cardinality(self) -> int:
        """How many elements there are, `INFINITE` or `UNKNOWN`."""
        return UNKNOWN

    def specification(self) -> Any:
        """The structure of `TensorSpec`s that all elements fit."""
        raise NotImplementedError(f"{type(self).__name__} does not know its elements.")

    def is_specified(self) -> bool:
        """Whether `specification` is known without running a function of the user's."""
        return True

    def is_pure(self) -> bool:
        """Whether a run calls no function of the user's that may have another effect than its result."""
        return False

    def as_rows(self) -> Any:
        """The same elements as the rows of a table in some order, if they certainly are that; else `None`.

        Whoever asks for that runs through these `polytape.data.rows.Rows` instead.
        """
        return None


class Transformation(Stage):
    """A stage whose elements come from another stage and look like that one's."""

    def __init__(self, source: Stage) -> None:
        self.source = source

    def cardinality(self) -> int:
        return self.source.cardinality()

    def specification(self) -> Any:
        return self.source.specification()

    def is_specified(self) -> bool:
        return self.source.is_specified()


class Reordering(Transformation):
    """A stage that leaves out, repeats or moves what another stage gives, without a look at it."""

    is_in_order = False
    """Whether it asks for all that it is given up to its end, and hands that on at once."""

    def over(self, source: Stage) -> Stage:
        """The same of another source; a run through either counts as a run through both."""
        made = copy(self)
        made.source = source
        return made

    def is_pure(self) -> bool:
        return self.source.is_pure()

    def as_rows(self) -> Any:
        rows = self.source.as_rows()
        if rows is None or (rows.table.draws and not self.is_in_order):
            return None
        return rows.reordered(self.over)


def first_element(stage: Stage) -> tuple[Any, ...]:
    """The first element in a tuple, or the empty tuple; the stage is afterwards as if nobody had looked."""
    token = peeking.set(True)
    try:
        for element in stage.elements():
            return (element,)
        return ()
    finally:
        peeking.reset(token)
