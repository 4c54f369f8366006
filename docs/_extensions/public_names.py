"""The names under which users find things, such as `tf.add`, read from the modules that gather them."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple, TypeGuard, TypeVar

import polytape
import polytape.keras
import polytape.plugins.contributions

SECOND = ("polytape.config.experimental", "polytape.data.experimental", "polytape.keras.random")
SECOND += ("polytape.initializers", "polytape.metrics", "polytape.optimizers")
"""Other places of names: what is found in one of them is described under its name elsewhere."""
LAST = ("polytape.train", "polytape.contrib", "polytape.compat")
"""Where names of earlier versions of TensorFlow are: never the first choice either."""


class Name(NamedTuple):
    """One name in one module."""

    module: str
    attribute: str

    @property
    def full(self) -> str:
        """As Python imports it: `polytape.math.add`."""
        return f"{self.module}.{self.attribute}"

    @property
    def short(self) -> str:
        """As users write it: `tf.math.add`."""
        return "tf" + self.full.removeprefix("polytape")


@cache
def facades() -> tuple[str, ...]:
    """The modules that gather names, `polytape` first, those of earlier versions last."""
    found = ["polytape"]
    keras = [f"polytape.keras.{name}" for name in polytape.keras._MODULES]
    for module in [f"polytape.{name}" for name in polytape._SUBMODULES if name != "plugins"]:
        found += [module, *(keras if module == "polytape.keras" else ())]
    found += ["polytape.contrib.eager", "polytape.compat.v1"]
    for name in found:  # modules of a facade that are facades themselves, such as `data.experimental`
        inner = [value.__name__ for value in vars(importlib.import_module(name)).values() if is_module(value)]
        found += [other for other in inner if other.startswith(f"{name}.") and name != "polytape" and own(name, other)]
    return tuple(sorted(dict.fromkeys(found), key=lambda name: (name.startswith(LAST), name.startswith(SECOND))))


def is_module(value: object) -> TypeGuard[ModuleType]:
    """Whether `value` is a module."""
    return isinstance(value, ModuleType)


def own(facade: str, module: str) -> bool:
    """Whether a facade offers one of its submodules under the submodule's own name."""
    return module.rpartition(".")[2] in declared(facade)


@cache
def declared(facade: str) -> frozenset[str]:
    """The names that a facade's source means to offer: `import a as a`, its own definitions and assignments."""
    module = importlib.import_module(facade)
    found: set[str] = set(getattr(module, "__all__", ()))
    for node in ast.parse(inspect.getsource(module)).body if not found else ():
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(alias.asname for alias in node.names if alias.asname)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    found.discard("contributions")
    return frozenset(name for name in found if not name.startswith("_"))


@cache
def names_of(facade: str) -> dict[str, Any]:
    """What a facade offers, by name, what plugins contribute to it included."""
    module = importlib.import_module(facade)
    names = set(declared(facade))
    if facade == "polytape":
        names.add("use")
    contributions = getattr(module, "contributions", None)
    if isinstance(contributions, polytape.plugins.contributions.Contributions):
        names.update(contributions.names())
    offered = {name: getattr(module, name) for name in sorted(names, key=lambda name: (name.lower(), name))}
    return {name: value for name, value in offered.items() if not is_borrowed(value)}


def is_borrowed(value: object) -> bool:
    """Whether a facade's name is no offer: a module of polytape's, a type variable, something of Python's own."""
    if is_module(value):
        return value.__name__.startswith("polytape.")
    home = str(getattr(value, "__module__", "")).partition(".")[0]
    return isinstance(value, TypeVar) or home in sys.stdlib_module_names


@cache
def names_by_object() -> dict[int, tuple[Name, ...]]:
    """All names of each function, class and dataset, by its `id`; the name that documents it first."""
    found: dict[int, list[Name]] = {}
    for facade in facades():
        for attribute, value in names_of(facade).items():
            if callable(value) or is_module(value):
                found.setdefault(id(value), []).append(Name(facade, attribute))
    order = {facade: number for number, facade in enumerate(facades())}
    objects = {id(value): value for facade in facades() for value in names_of(facade).values()}

    def rank(key: int, name: Name) -> tuple[int, bool]:
        return order[name.module], name.attribute != objects[key].__name__.rstrip("_")

    return {key: tuple(sorted(names, key=lambda name: rank(key, name))) for key, names in found.items()}


def documented_as(value: object) -> Name | None:
    """The name under which the reference describes a function or class; `None` if it has no public one."""
    names = names_by_object().get(id(value))
    return names[0] if names else None


@cache
def first_names() -> dict[str, str]:
    """From every full name to the one that documents the same thing."""
    return {name.full: names[0].full for names in names_by_object().values() for name in names}


def first_sentence(documentation: str | None) -> str:
    """The first sentence of a docstring, on one line."""
    paragraph = " ".join(inspect.cleandoc(documentation or "").partition("\n\n")[0].split())
    head, dot, _ = paragraph.partition(". ")
    return head + "." if dot else paragraph
