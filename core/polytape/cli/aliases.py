"""Lets a program import polytape under TensorFlow's and Keras' names, in this process only."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from polytape.spelling import did_you_mean
from polytape.version import __version__

ROOTS = {"tensorflow": "polytape", "keras": "polytape.keras"}
"""The packages that programs import, and what they get."""

VERSIONS = {"tensorflow": f"2.16.0+polytape.{__version__}", "keras": f"3.0.0+polytape.{__version__}"}
"""The releases whose names and rules polytape follows, for programs that look."""


class Alias(ModuleType):
    """A module of polytape under another name; what has been looked up once is its own from then on."""

    def __init__(self, name: str, real: ModuleType) -> None:
        super().__init__(name, real.__doc__)
        self._real = real

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return getattr(self._real, name, None) or [name for name in dir(self) if not name.startswith("_")]
        if name.startswith("__"):
            return getattr(self._real, name)
        try:
            value = getattr(self._real, name)
        except AttributeError as error:
            if error.obj is not self._real:  # a mistake further down, which is to be seen as it is
                raise
            # With an object that has no such names, Python does not guess a second time what was meant.
            raise AttributeError(self._unknown(name, error), name=name, obj=None) from None
        if isinstance(value, ModuleType) and value.__name__.partition(".")[0] == "polytape":
            value = import_module(f"{self.__name__}.{name}")
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        return sorted({*dir(self._real), *self.__dict__})

    def _unknown(self, name: str, error: AttributeError) -> str:
        said = str(error)
        details = "" if said.startswith("module ") else f"\n{said}"
        if self.__name__ == "tensorflow" and name in _names_of_tensorflow_1():
            return f"tensorflow.{name} is in polytape as tensorflow.compat.v1.{name}.{details}"
        return f"{self.__name__}.{name} is not in polytape yet.{did_you_mean(name, dir(self._real))}{details}"


def _names_of_tensorflow_1() -> set[str]:
    v1 = import_module("polytape.compat.v1")
    return {*vars(v1), *v1.RENAMED}


class AliasFinder(MetaPathFinder, Loader):
    """Finds `tensorflow` and `keras`, and everything below them, in polytape."""

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """How to load `name`; `ModuleNotFoundError` if it is below the aliases and not in polytape."""
        if name.partition(".")[0] not in ROOTS:
            return None
        return ModuleSpec(name, self, origin="polytape", loader_state=_found(name), is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """An alias of the module, or what else bears the name: `keras.datasets.mnist` need be no module."""
        found = spec.loader_state
        return Alias(spec.name, found) if isinstance(found, ModuleType) else None

    def exec_module(self, module: ModuleType) -> None:
        """Nothing but this runs when an alias is imported."""
        spec = module.__spec__
        assert spec is not None
        if spec.name in VERSIONS:
            module.__version__ = VERSIONS[spec.name]  # type: ignore[attr-defined]
        if not isinstance(spec.loader_state, ModuleType):
            sys.modules[spec.name] = spec.loader_state


def _found(name: str) -> Any:
    """What is in polytape under the place that `name` stands for."""
    if name in ROOTS:
        return import_module(ROOTS[name])
    parent, _, child = name.rpartition(".")
    container = sys.modules[parent]
    try:
        value = getattr(container._real if isinstance(container, Alias) else container, child)
    except AttributeError:
        value = _submodule(container, child)
    # Without `name=`, the errors outlive `from tensorflow import x`, which puts other words in their place.
    if value is None:
        raise ModuleNotFoundError(f"{name} is not in polytape yet.{did_you_mean(child, dir(container))}")
    if callable(value):
        raise ModuleNotFoundError(f"{name} is no module; write `from {parent} import {child}`.")
    return value


def _submodule(container: Any, child: str) -> ModuleType | None:
    """A module of polytape that nothing has imported so far."""
    if isinstance(container, Alias) and hasattr(container._real, "__path__"):
        name = f"{container._real.__name__}.{child}"
        try:
            return import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
    return None


def install() -> None:
    """Take the names over: from now on `import tensorflow` gives polytape, installed or not."""
    if not any(isinstance(finder, AliasFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, AliasFinder())
