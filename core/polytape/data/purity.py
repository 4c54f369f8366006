"""Whether calling a Python function has no other effect than its result, as far as its bytecode tells.

A pure function may be called for many elements at once, in another order, or not at all, and nobody notices. What it
names is looked up as it is now: numbers, tensors and arrays, polytape's ops, and functions that are pure themselves.
Everything else, an assignment beyond its own variables above all, counts as an effect: the answer is `False` rather
than wrong. That ops look at values is not seen here; that shows when the function runs.
"""

from __future__ import annotations

import builtins
import dis
from collections import ChainMap
from collections.abc import Mapping
from functools import lru_cache
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from polytape.dtypes import DType
from polytape.tensor import Tensor

_EFFECTS = (
    *("STORE_GLOBAL", "DELETE_GLOBAL", "STORE_NAME", "DELETE_NAME", "STORE_ATTR", "DELETE_ATTR", "IMPORT_"),
    *("LOAD_BUILD_CLASS", "BEFORE_WITH", "BEFORE_ASYNC_WITH", "LOAD_SPECIAL", "PUSH_EXC_INFO"),
)
"""How instructions begin that reach beyond the function, or catch errors, also those that say that it is no use."""
_LOOKUPS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF")
_CHANGES = ("STORE_SUBSCR", "DELETE_SUBSCR", "STORE_SLICE")
_BUILTINS = (
    *("abs", "all", "any", "bool", "complex", "dict", "divmod", "enumerate", "float", "int", "isinstance", "len"),
    *("list", "map", "max", "min", "pow", "range", "reversed", "round", "slice", "sorted", "str", "sum", "tuple"),
    "zip",
)
_PURE_BUILTINS = frozenset(id(getattr(builtins, name)) for name in _BUILTINS)
_EFFECTIVE_FAMILIES = ("polytape.ops.printing", "polytape.ops.python_function")
_DRAWING = frozenset(("polytape.random.stateful",))
CONSTANTS = (bool, int, float, complex, str, bytes, type(None), type(...), DType, np.generic)
_METHODS = frozenset(
    (
        *(name for name in dir(Tensor) if not name.startswith("_") and name != "numpy"),
        *("batch", "skip", "unbatch", "window"),  # of a dataset
        *("items", "keys", "values", "get", "index", "count", "startswith", "endswith", "real", "imag"),
    )
)
"""The attributes that may be asked of values: none changes what it is asked of, or hands out a tensor's memory."""


class _Reading(NamedTuple):
    """What the bytecode of a function and of those defined in it says.

    Attributes:
        acts: whether it certainly or perhaps has effects.
        changes: whether it writes into values, which are harmless as long as they are its own.
        assigned: the variables shared with enclosing functions that are assigned to.
        names: what is looked up outside of the function: a name with the attributes that are asked of it at once.
    """

    acts: bool
    changes: bool
    assigned: frozenset[str]
    names: frozenset[tuple[str, ...]]


class _Unknown:
    """What a name means that can't be looked up."""


def is_pure(function: Any, drawing: bool = False) -> bool:
    """Whether `function` certainly has no other effect than its result; if `drawing`, than that and random draws."""
    return _is_pure(function, set(), _DRAWING if drawing else frozenset())


def _is_pure(value: Any, seen: set[int], drawing: frozenset[str]) -> bool:
    """Whether a function may be called, or another value read, without effect."""
    if isinstance(value, (*CONSTANTS, Tensor, np.ndarray)) or id(value) in _PURE_BUILTINS or id(value) in seen:
        return True
    if isinstance(value, type):
        return issubclass(value, (*CONSTANTS, Tensor))
    if type(value) in (tuple, list, dict):
        return all(_is_pure(item, seen, drawing) for item in (value.values() if type(value) is dict else value))
    if type(value) is not FunctionType:
        return False
    module = value.__module__ or ""
    if module.startswith("polytape."):
        return module in drawing or (module.startswith("polytape.ops.") and module not in _EFFECTIVE_FAMILIES)
    seen.add(id(value))
    reading = _read(value.__code__)
    if reading.acts or not reading.assigned.isdisjoint(value.__code__.co_freevars):
        return False
    space = _space(value)
    given = [*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()]
    named = given + [_meaning(space, name) for name in reading.names]
    if reading.changes and any(isinstance(item, (np.ndarray, list, dict)) for item in named):
        return False
    return all(_is_pure(item, seen, drawing) for item in named)


def names(function: FunctionType) -> frozenset[tuple[str, ...]]:
    """What a function looks up outside of itself: a name with the attributes that are asked of it at once."""
    return _read(function.__code__).names


def _space(function: FunctionType) -> ChainMap[str, Any]:
    """What the names mean that a function does not define itself."""
    free: dict[str, Any] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        try:
            free[name] = cell.cell_contents
        except ValueError:  # not assigned yet
            free[name] = _Unknown
    return ChainMap(free, function.__globals__, vars(builtins))


def _meaning(space: Mapping[str, Any], name: tuple[str, ...]) -> Any:
    """What a name with attributes means: attributes of modules are looked up, others may be asked."""
    found = space.get(name[0], _Unknown)
    for attribute in name[1:]:
        if isinstance(found, ModuleType):
            found = getattr(found, attribute, _Unknown)
        elif attribute not in _METHODS:
            return _Unknown
    return found


@lru_cache(maxsize=1024)
def _read(code: CodeType) -> _Reading:
    acts = changes = False
    assigned, names = set(), set()
    chain: tuple[str, ...] = ()
    for instruction in dis.get_instructions(code):
        name, argument = instruction.opname, instruction.argval
        if name == "EXTENDED_ARG":
            continue
        if name in ("LOAD_ATTR", "LOAD_METHOD") and chain:
            chain = (*chain, argument)
            continue
        if chain:
            names.add(chain)
        chain = (argument,) if name in _LOOKUPS and argument not in code.co_cellvars else ()
        acts |= name.startswith(_EFFECTS) or (name in ("LOAD_ATTR", "LOAD_METHOD") and argument not in _METHODS)
        changes |= name in _CHANGES or (name == "BINARY_OP" and instruction.argrepr.endswith("="))
        if name in ("STORE_DEREF", "DELETE_DEREF"):
            assigned.add(argument)
    for inner in [_read(constant) for constant in code.co_consts if type(constant) is CodeType]:
        acts, changes = acts or inner.acts, changes or inner.changes
        assigned |= inner.assigned
        for chain in inner.names:
            if chain[0] not in code.co_cellvars:
                names.add(chain)
            elif not _METHODS.issuperset(chain[1:]):
                acts = True
    return _Reading(acts, changes, frozenset(assigned), frozenset(names))
