"""The record of a function's run: which functions of a backend were called, with what, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from polytape.backend import Array, Backend


class Value:
    """An array of a run, without the array: a place in the graph, with a shape and a native dtype."""

    __slots__ = ("dtype", "name", "shape")

    def __init__(self, shape: tuple[int, ...], dtype: Any, name: str = "") -> None:
        self.shape = shape
        self.dtype = dtype
        self.name = name

    def __repr__(self) -> str:
        return self.name or f"<value of shape {self.shape}>"


class Kind(Enum):
    """What a node does."""

    CALL = "call"
    """Calls a function of a backend: the same arrays give the same arrays."""
    GUARD = "guard"
    """Python has looked at a value; another value would have led elsewhere."""
    HOST = "host"
    """Calls a Python function of the user, again at each replay and in this order."""
    DRAW = "draw"
    """Takes the state of a random stream, which then moves on."""


@dataclass(slots=True, eq=False)
class Node:
    """One step of a run.

    Attributes:
        kind: what it does.
        name: the backend's function; for a guard how Python looked (`"bool"`), for others what people call it.
        arguments: values, bare arrays that stay the same, numbers (`Live` ones too), and tuples of all these.
        options: what the function is given by keyword.
        results: what it makes.
        backend: the backend that it runs on.
        multiple: whether the function returns a tuple.
        function: for host and draw nodes, and for calls of what a backend has compiled, what is called.
        outcome: for guards, what Python saw.
        place: file and line of the user's program.
    """

    kind: Kind
    name: str
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    results: tuple[Value, ...] = ()
    backend: Backend | None = None
    multiple: bool = False
    function: Callable[..., Any] | None = None
    outcome: Any = None
    place: str = ""

    def values(self) -> Iterator[Value]:
        """The values among its arguments."""
        return values_in(self.arguments)


class Cell:
    """A place that keeps an array from call to call: a variable, a slot of an optimizer."""

    name = ""

    def get(self) -> Array:
        """The array."""
        raise NotImplementedError

    def set(self, array: Array) -> None:
        """Replace the array."""
        raise NotImplementedError

    def alone(self) -> bool:
        """Whether nobody else refers to the array, so that it may be written to."""
        raise NotImplementedError

    def unread(self) -> bool:
        """The same as far as it can be told while a replay works with the array: nobody keeps what holds it."""
        raise NotImplementedError


@dataclass(slots=True, eq=False)
class Graph:
    """What a run did, from its arguments and the cells that it read to its outputs and the cells that it wrote.

    Attributes:
        name: the function's.
        arguments: the values of the tensors that the function was called with.
        reads: the cells that were read, each with the value that it had.
        nodes: the steps, in order.
        outputs: what the function returned, values or bare arrays.
        writes: the cells that were written, each with its last value, or a bare array.
        begin: what is to be called before a replay: it looks up the numbers of a step.
        finish: what is to be called after a replay has reached its end.
    """

    name: str
    arguments: list[Value]
    reads: list[tuple[Cell, Value]]
    nodes: list[Node]
    outputs: list[Any]
    writes: list[tuple[Cell, Any]]
    begin: list[Callable[[], None]]
    finish: list[Callable[[], None]]

    def results(self) -> Iterator[Value]:
        """The values that must be there at the end."""
        yield from values_in(self.outputs)
        yield from values_in(value for _, value in self.writes)

    @property
    def guards(self) -> list[Node]:
        """The places where Python looked at a value."""
        return [node for node in self.nodes if node.kind is Kind.GUARD]


def compared(outcome: Any) -> Any:
    """What stands for a guard's outcome in comparisons: NaN is not equal to itself, and 0.0 is equal to -0.0."""
    return outcome.hex() if isinstance(outcome, float) else outcome


def values_in(arguments: Iterable[Any]) -> Iterator[Value]:
    """The values among arguments, inside of tuples as well."""
    for argument in arguments:
        if type(argument) is Value:
            yield argument
        elif type(argument) in (tuple, list):
            yield from values_in(argument)


def replaced(argument: Any, values: dict[Value, Any]) -> Any:
    """An argument with values replaced by others."""
    if type(argument) is Value:
        return values.get(argument, argument)
    if type(argument) in (tuple, list):
        return tuple([replaced(item, values) for item in argument])
    return argument
