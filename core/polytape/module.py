"""`Module`: an object that holds variables, found by walking its attributes in their order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from polytape.shape import TensorShape
from polytape.variable import Variable

_PLAIN, _VARIABLE, _MODULE, _SEQUENCE, _MAPPING = range(5)


class _Kinds(dict[type, int]):
    """What a value of a type may hold, found once for each type: the walk runs at each training step."""

    def __missing__(self, kind: type) -> int:
        known = ((TensorShape, _PLAIN), (Variable, _VARIABLE), (Module, _MODULE), (dict, _MAPPING))
        sequences = ((list, _SEQUENCE), (tuple, _SEQUENCE))
        found = self[kind] = next((what for base, what in known + sequences if issubclass(kind, base)), _PLAIN)
        return found


_kinds = _Kinds()


class Module:
    """Base class of what holds variables and other modules as attributes, or in lists, tuples and dictionaries.

    >>> import polytape as tf
    >>> class Line(tf.Module):
    ...     def __init__(self):
    ...         self.slope, self.intercept = tf.Variable(2.0), tf.Variable(1.0)
    ...     def __call__(self, x):
    ...         return self.slope * x + self.intercept
    >>> line = Line()
    >>> float(line(3.0)), len(line.trainable_variables)
    (7.0, 2)
    """

    _name: str | None = None
    _trainable: bool = True

    def __init__(self, name: str | None = None) -> None:
        self._name = name

    @property
    def name(self) -> str:
        """The name; without one, the class's."""
        return self._name or type(self).__name__

    @property
    def variables(self) -> list[Variable]:
        """All variables, each once."""
        return self._collected(only_trainable=False)

    @property
    def trainable_variables(self) -> list[Variable]:
        """The variables that an optimizer is meant to change."""
        return self._collected(only_trainable=True)

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """All other variables."""
        trainable = {variable._key for variable in self.trainable_variables}
        return [variable for variable in self.variables if variable._key not in trainable]

    @property
    def submodules(self) -> tuple[Module, ...]:
        """The modules that this one holds, at any depth."""
        return tuple(self._modules())[1:]

    def _held(self) -> list[Any]:
        """The variables and modules that are attributes, or in lists, tuples and dictionaries that are."""
        found: list[Any] = []
        _gather(vars(self).values(), found)
        return found

    def _collected(self, only_trainable: bool) -> list[Variable]:
        found: dict[int, Variable] = {}
        _collect(self, only_trainable, found, set())
        return list(found.values())

    def _modules(self) -> Iterator[Module]:
        """This module and those below, each once, each before what it holds."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            current = waiting.pop()
            if id(current) not in seen:
                seen.add(id(current))
                yield current
                waiting.extend([held for held in current._held() if not isinstance(held, Variable)][::-1])


def _collect(module: Module, only_trainable: bool, found: dict[int, Variable], seen: set[int]) -> None:
    if id(module) in seen or (only_trainable and not module._trainable):
        return
    seen.add(id(module))
    for held in module._held():
        if isinstance(held, Module):
            _collect(held, only_trainable, found, seen)
        elif held._trainable or not only_trainable:
            found[held._key] = held


def _gather(values: Any, found: list[Any]) -> None:
    """Append the variables and modules among `values`, or in sequences and mappings among them."""
    for value in values:
        kind = _kinds[type(value)]
        if not kind:
            continue
        if kind <= _MODULE:
            found.append(value)
        elif value:
            _gather(value if kind == _SEQUENCE else value.values(), found)
