"""What lives from call to call and may change in a function: variables, and the slots of optimizers."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.graph.graph import Cell
from polytape.graph.in_place import references
from polytape.living import optimizers, variables
from polytape.tensor import Tensor
from polytape.variable import Variable


class VariableCell(Cell):
    """A variable's value."""

    __slots__ = ("name", "variable")

    def __init__(self, variable: Variable) -> None:
        self.variable = variable
        self.name = variable.name

    @property
    def backend(self) -> Backend:
        """The backend of the value."""
        return self.variable._value._backend

    def get(self) -> Array:
        """The value's array."""
        return self.variable._value._array

    def set(self, array: Array) -> None:
        """Give the variable another value."""
        self.put(array, self.variable._value._backend)

    def put(self, array: Array, backend: Backend) -> None:
        """The same, on a given backend."""
        held = Tensor(array, backend)
        held._key = self.variable._key
        self.variable._value = held

    def alone(self) -> bool:
        """Whether nobody has read the value and keeps it."""
        return self.variable._holds_alone()

    def unread(self) -> bool:
        """Whether nobody keeps the tensor that holds the value."""
        return bool(references(self.variable._value) == 2)


class SlotCell(Cell):
    """One of the arrays that an optimizer keeps for a variable."""

    __slots__ = ("backend", "name", "slots")

    def __init__(self, slots: dict[str, Any], name: str, backend: Backend) -> None:
        self.slots = slots
        self.name = name
        self.backend = backend

    def get(self) -> Array:
        """The array; that of the tensor, if the slot holds one."""
        held = self.slots[self.name]
        return held._array if type(held) is Tensor else held

    def set(self, array: Array) -> None:
        """Replace the array."""
        self.put(array, self.backend)

    def put(self, array: Array, backend: Backend) -> None:
        """The same, on a given backend."""
        self.slots[self.name] = Tensor(array, backend) if type(self.slots[self.name]) is Tensor else array

    def alone(self) -> bool:
        """Slots belong to the optimizer alone."""
        return True

    def unread(self) -> bool:
        """Slots belong to the optimizer alone."""
        return True


StateCell = VariableCell | SlotCell


def live_cells() -> dict[Any, StateCell]:
    """A cell for everything that lives now, by what identifies it."""
    found: dict[Any, StateCell] = {key: VariableCell(variable) for key, variable in list(variables.items())}
    for optimizer in list(optimizers):
        for variable, slots in list(optimizer._slots.values()):
            backend = variable._value._backend
            for name, slot in slots.items():
                if hasattr(slot, "dtype") and hasattr(slot, "shape"):
                    found[id(slots), name] = SlotCell(slots, name, backend)
    return found
