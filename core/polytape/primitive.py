"""How a function of the backend contract is found: by a method, in the namespace, or by the contract's own body."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

from polytape.capabilities import declared, refuse_lacking
from polytape.errors import UnimplementedError

Array = Any
Axis = int | tuple[int, ...] | None
Shape = tuple[int, ...]
Function = TypeVar("Function", bound=Callable[..., Any])

COMPOSITIONS: dict[str, Callable[..., Any]] = {}
"""The composed default of every op, by the op's name; `polytape.op.op` fills it."""

FORMULAS: set[str] = set()
"""The names of the updates of optimizers, which may write to the slots that they are given."""


class Primitive:
    """A function of the contract: found once for each backend instance, then kept on the instance."""

    def __init__(self, function: Callable[..., Any], *, required: bool) -> None:
        self.function = function
        self.required = required
        self.name = function.__name__
        self.__doc__ = function.__doc__

    def __get__(self, backend: Any, owner: type) -> Any:
        if backend is None:
            return self
        refuse_lacking(backend, self.name)
        found = getattr(backend.namespace, self.name, None) if self.required else partial(self.function, backend)
        if found is None:
            raise UnimplementedError(
                f"The backend {backend.name!r} does not have the primitive {self.name!r}: neither as a method nor "
                f"in its namespace. A complete backend defines it; see polytape.backend.Backend.{self.name}."
            )
        backend.__dict__[self.name] = found = declared(backend, self.name, found)
        return found


def primitive(function: Function) -> Function:
    """Declare a primitive that every backend must have, by a method or in its namespace."""
    return cast(Function, Primitive(function, required=True))


def formula(function: Function) -> Function:
    """Declare a function of `backend` and bare arrays that a backend may override by its name.

    It is no op: on tensors, where a tape listens to a gradient rule, it is the ops that it is made of.
    """
    COMPOSITIONS[function.__name__] = function
    return function


def adapted(function: Function) -> Function:
    """Declare a function of the contract that has a body here, in terms of the namespace or of other primitives."""
    return cast(Function, Primitive(function, required=False))
