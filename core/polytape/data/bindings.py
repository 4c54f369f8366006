"""What the names of a pure function mean at the moment, so that it shows when one of them means something else."""

from __future__ import annotations

import builtins
from types import FunctionType, ModuleType
from typing import Any

from polytape.data import purity
from polytape.tensor import Tensor


class Bindings:
    """The variables that a pure function looks up, and what they are.

    Args:
        function: a pure function.

    Attributes:
        are_fixed: whether nothing that they mean can change in place, as a list or an array can.
    """

    def __init__(self, function: Any) -> None:
        self._cells: list[tuple[Any, Any]] = []
        self._names: list[tuple[dict[str, Any], str, Any]] = []
        self.are_fixed = self._bind(function, set())

    def hold(self) -> bool:
        """Whether all of them are what they were."""
        for cell, value in self._cells:
            if cell.cell_contents is not value:
                return False
        return all(space.get(name) is value for space, name, value in self._names)

    def _bind(self, value: Any, seen: set[int]) -> bool:
        """Note what a value depends on; return whether it stays as it is."""
        if type(value) is tuple:
            return all(self._bind(item, seen) for item in value)
        if type(value) is FunctionType and not value.__module__.startswith("polytape.") and id(value) not in seen:
            seen.add(id(value))
            given = [*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()]
            return all(self._bind(item, seen) for item in given) and self._bind_names(value, seen)
        return isinstance(value, (*purity.CONSTANTS, Tensor, ModuleType, type)) or callable(value)

    def _bind_names(self, function: FunctionType, seen: set[int]) -> bool:
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
        for name, *attributes in purity.names(function):
            if name in cells:
                found = cells[name].cell_contents
                self._cells.append((cells[name], found))
            else:
                space = function.__globals__ if name in function.__globals__ else vars(builtins)
                found = space[name]
                self._names.append((space, name, found))
            for attribute in attributes:
                if isinstance(found, ModuleType):
                    space, found = vars(found), getattr(found, attribute)
                    if attribute in space:  # else the module makes it when it is asked for
                        self._names.append((space, attribute, found))
            if not self._bind(found, seen):
                return False
        return True
