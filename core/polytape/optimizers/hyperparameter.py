"""`Hyperparameter`: a number that an optimizer reads at every step and that users may read and assign."""

from __future__ import annotations

from typing import Any

from polytape.dtypes import DType
from polytape.variable import Variable


class Hyperparameter:
    """A Python number which, once somebody asks for it, is mirrored by a variable.

    An optimizer reads its learning rate and counts its steps with plain Python numbers: reading a variable would
    make a device wait at each step. An assignment to the variable gives it another value object, which is how it is
    noticed here.
    """

    __slots__ = ("_name", "_number", "_seen", "_variable", "dtype")

    def __init__(self, number: float, dtype: DType, name: str) -> None:
        self.dtype = dtype
        self._name = name
        self._number = number
        self._variable: Variable | None = None
        self._seen: Any = None

    def get(self) -> Any:
        """The number."""
        variable = self._variable
        if variable is not None and variable._value is not self._seen:
            self._seen = variable._value
            self._number = variable.numpy().item()
        return self._number

    def set(self, number: float) -> None:
        """Replace the number."""
        self._number = number
        if self._variable is not None:
            self._variable.assign(number)
            self._seen = self._variable._value

    def variable(self) -> Variable:
        """The variable that has the number as its value, and follows it."""
        if self._variable is None:
            self._variable = Variable(self._number, trainable=False, name=self._name, dtype=self.dtype)
            self._seen = self._variable._value
        return self._variable
