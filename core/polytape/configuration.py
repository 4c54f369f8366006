"""Configurations: the arguments that make another object of a kind, and the names by which classes are asked for."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from polytape.dtypes import DType
from polytape.errors import InvalidArgumentError
from polytape.spelling import did_you_mean


def of(instance: Any, base: type) -> dict[str, Any]:
    """Return the arguments of an object's constructor, found under their names among its attributes.

    The constructors of the classes from `base` down to its own are looked through. An argument that its class keeps
    nowhere is left out: such a class overrides `get_config`.
    """
    found: dict[str, Any] = {}
    for owner in reversed(type(instance).__mro__):
        if issubclass(owner, base) and "__init__" in vars(owner):
            for name, parameter in list(inspect.signature(owner.__init__).parameters.items())[1:]:
                if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                    value = getattr(instance, name, found)
                    if value is not found:
                        found[name] = _plain(value)
    return found


def look_up(identifier: Any, kind: str, base: type, known: Mapping[str, Any]) -> Any:
    """Return the object that a user's `identifier` stands for.

    Args:
        identifier: a name, a configuration `{"class_name": ..., "config": ...}`, a class, or a callable object itself.
        kind: what such an object is called in error messages.
        base: the class of such classes.
        known: the classes by the names of which users write them as strings.
    """
    if identifier is None:
        return None
    if isinstance(identifier, str):
        return _named(identifier, kind, known)()
    if isinstance(identifier, dict):
        return _named(identifier["class_name"], kind, known).from_config(identifier["config"])
    if isinstance(identifier, type) and issubclass(identifier, base):
        return identifier()
    if callable(identifier):
        return identifier
    raise InvalidArgumentError(f"The {kind} must be a name, a configuration or a function; received {identifier!r}.")


def _named(name: str, kind: str, known: Mapping[str, Any]) -> Any:
    by_name = {**known, **{entry.__name__: entry for entry in known.values()}}
    if name not in by_name:
        names = ", ".join(dict.fromkeys(entry.__name__ for entry in known.values()))
        raise InvalidArgumentError(f"No {kind} is called {name!r}.{did_you_mean(name, by_name)} There are {names}.")
    return by_name[name]


def _plain(value: Any) -> Any:
    """A value as a configuration holds it: objects that have a configuration of their own as that."""
    if isinstance(value, DType):
        return value.name
    if hasattr(value, "get_config") and not isinstance(value, type):
        return {"class_name": type(value).__name__, "config": value.get_config()}
    return value
