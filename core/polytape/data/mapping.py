"""Stages that call a function of the user's: on each element, or on each to get a dataset in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from polytape.data import specification
from polytape.data.mapped_table import MappedTable
from polytape.data.passing_table import PassingTable
from polytape.data.purity import is_pure
from polytape.data.replaying import Replayed
from polytape.data.rows import Rows
from polytape.data.stage import UNKNOWN, Stage, Transformation
from polytape.data.structure import as_element
from polytape.errors import DTypeError
from polytape.recorder import listening, recorders
from polytape.tensor import Tensor


def on_elements(function: Callable[..., Any], finish: Callable[[Any], Any] = as_element) -> Callable[[Any], Any]:
    """The function as a stage calls it: a tuple becomes its arguments, and what it returns goes through
    `finish`.

    No tape listens meanwhile: what a pipeline does to its elements is no part of the model, whoever pulls at
        it.
    """

    def call(element: Any) -> Any:
        if not listening():
            return finish(function(*element) if type(element) is tuple else function(element))
        token = recorders.set(())
        try:
            return finish(function(*element) if type(element) is tuple else function(element))
        finally:
            recorders.reset(token)

    return call


def truth(value: Any) -> bool:
    """What a predicate returned as a `bool`."""
    if value is True or value is False:
        return value
    tensor = as_element(value)
    if type(tensor) is not Tensor or not tensor.dtype.is_bool or tensor.ndim:
        raise DTypeError(
            "The function given to a dataset must return True or False or a bool tensor without axes; "
            "received "
            f"{value!r:.100}. Reduce it first, for example with tf.reduce_all."
        )
    return bool(tensor)


def stage_of(value: Any, what: str) -> Stage:
    """The last stage of a dataset."""
    stage = getattr(value, "_stage", None)
    if not isinstance(stage, Stage):
        raise DTypeError(f"{what} must be a Dataset; received {value!r:.100} of {type(value).__name__}.")
    return stage


class Mapped(Transformation):
    """A function of each element."""

    def __init__(self, source: Stage, function: Callable[..., Any]) -> None:
        super().__init__(source)
        self.users = function
        self.function = on_elements(function)
        self._on_elements = on_elements(Replayed(function))
        self._specification: Any = None

    def elements(self) -> Iterator[Any]:
        return map(self._on_elements, self.source.elements())

    def specification(self) -> Any:
        if self._specification is None:
            self._specification = specification.of_first(self, "map")
        return self._specification

    def is_specified(self) -> bool:
        return False

    def is_pure(self) -> bool:
        return is_pure(self.users) and self.source.is_pure()

    def as_rows(self) -> Rows | None:
        draws = not is_pure(self.users)
        if draws and not is_pure(self.users, drawing=True):
            return None
        rows = self.source.as_rows()
        if rows is None:
            if (
                draws or not self.source.is_pure()
            ):  # else it is noticed that elements come before the function is called
                return None
            rows = Rows(PassingTable(), self.source)
        if draws and rows.table.draws:  # each element draws for both, one after the other
            return None
        table = MappedTable(rows.table, self.function, draws)
        return Rows(table, rows.order) if table.is_exact() else None


class FlatMapped(Mapped):
    """The elements of the dataset that a function makes of each element, one dataset after the other."""

    def __init__(self, source: Stage, function: Callable[..., Any], call: str = "flat_map") -> None:
        super().__init__(source, function)
        self.call = call
        self.function = on_elements(function, lambda made: stage_of(made, f"What the function given to {call} returns"))

    def elements(self) -> Iterator[Any]:
        for element in self.source.elements():
            yield from self.function(element).elements()

    def as_rows(self) -> None:
        return None

    def cardinality(self) -> int:
        return UNKNOWN if self.source.cardinality() else 0

    def specification(self) -> Any:
        if self._specification is None:
            self._specification = specification.of_first(self, self.call)
        return self._specification


class Interleaved(FlatMapped):
    """The same, with `cycle` datasets open at once, and `block` elements from each of them in turn."""

    def __init__(self, source: Stage, function: Callable[..., Any], cycle: int, block: int) -> None:
        super().__init__(source, function, "interleave")
        self.cycle = cycle
        self.block = block

    def elements(self) -> Iterator[Any]:
        waiting = self.source.elements()
        places: list[Iterator[Any] | None] = [None] * self.cycle
        place = idle = 0
        while idle < self.cycle:
            opened = places[place]
            if opened is None:
                for element in waiting:
                    opened = places[place] = self.function(element).elements()
                    break
            if opened is None:
                idle += 1
            else:
                idle = 0
                for given, element in enumerate(opened, 1):
                    yield element
                    if given == self.block:
                        break
                else:
                    places[place] = None  # the next dataset takes this place when its turn comes
            place = (place + 1) % self.cycle
