"""Whether calling a Python function has no other effect than its result, as far as its bytecode tells.

A pure function may be called for many elements at once, in another order, or not at all, and nobody notices. What it
names is looked up as it is now: numbers, tensors and arrays, polytape's ops, and functions that are pure themselves.
Everything else, an assignment beyond its own variables above all, counts as an effect: the answer is `False` rather
than wrong. That ops look at values or draw random numbers is not seen here; that shows when the function runs.
"""

from __future__ import annotations

import builtins
import dis
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from polytape.dtypes import DType
from polytape.tensor import Tensor

_EFFECTS = (
    *("STORE_GLOBAL", "DELETE_GLOBAL", "STORE_NAME", "DELETE_NAME", "STORE_ATTR", "DELETE_ATTR", "IMPORT_"),
    *("LOAD_BUILD_CLASS", "BEFORE_WITH", "BEFORE_ASYNC_WITH", "LOAD_SPECIAL", "PUSH_EXC_INFO"),
)
"""How instructions begin that reach beyond the function, or catch errors, also those that say that it is no use."""
_CHANGES = ("STORE_SUBSCR", "DELETE_SUBSCR", "STORE_SLICE")
_BUILTINS = (
    *("abs", "all", "any", "bool", "complex", "dict", "divmod", "enumerate", "float", "int", "isinstance", "len"),
    *("list", "map", "max", "min", "pow", "range", "reversed", "round", "slice", "sorted", "str", "sum", "tuple"),
    "zip",
)
_PURE_BUILTINS = frozenset(id(getattr(builtins, name)) for name in _BUILTINS)
_EFFECTIVE_FAMILIES = ("polytape.ops.printing", "polytape.ops.python_function")
_CONSTANTS = (bool, int, float, complex, str, bytes, type(None), type(...), DType, np.generic)
_METHODS = frozenset(
    (
        *(name for name in dir(Tensor) if not name.startswith("_") and name != "numpy"),
        *("items", "keys", "values", "get", "index", "count", "startswith", "endswith", "real", "imag"),
    )
)
"""The attributes that may be asked of values: none changes what it is asked of, or hands out a tensor's memory."""


def is_pure(function: Any) -> bool:
    """Whether `function` certainly has no other effect than its result."""
    return _is_pure(function, set())


def _is_pure(value: Any, seen: set[int]) -> bool:
    """Whether a function may be called, or another value read, without effect."""
    if isinstance(value, (*_CONSTANTS, Tensor, np.ndarray)) or id(value) in _PURE_BUILTINS or id(value) in seen:
        return True
    if isinstance(value, type):
        return issubclass(value, (*_CONSTANTS, Tensor))
    if type(value) in (tuple, list, dict):
        return all(_is_pure(item, seen) for item in (value.values() if type(value) is dict else value))
    if type(value) is not FunctionType:
        return False
    module = value.__module__ or ""
    if module.startswith("polytape."):
        return module.startswith("polytape.ops.") and module not in _EFFECTIVE_FAMILIES
    seen.add(id(value))
    named = [value.__defaults__ or (), value.__kwdefaults__ or {}]
    if not all(_is_pure(item, seen) for item in named) or (any(named) and _changes_values(value.__code__)):
        return False
    return _is_pure_code(value.__code__, value, seen)


def _is_pure_code(code: CodeType, function: FunctionType, seen: set[int]) -> bool:
    """The same of the code of a function, or of one that is defined in it."""
    found = list(_named(code, function))
    if not all(_is_pure(value, seen) for value in found):
        return False
    if any(isinstance(value, (np.ndarray, list, dict)) for value in found) and _changes_values(function.__code__):
        return False
    for instruction in dis.get_instructions(code):
        name = instruction.opname
        if name.startswith(_EFFECTS):
            return False
        if name in ("STORE_DEREF", "DELETE_DEREF") and instruction.argval in function.__code__.co_freevars:
            return False
    return all(_is_pure_code(inner, function, seen) for inner in code.co_consts if type(inner) is CodeType)


class _Unknown:
    """What a name means that can't be looked up, or an attribute that may do anything."""


def _named(code: CodeType, function: FunctionType) -> Iterator[Any]:
    """What the global names, the names of enclosing functions and the attributes in `code` mean."""
    free = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
    module: ModuleType | None = None
    for instruction in dis.get_instructions(code):
        name, argument = instruction.opname, instruction.argval
        if name == "EXTENDED_ARG":
            continue
        found: Any = None
        if name in ("LOAD_GLOBAL", "LOAD_NAME"):
            found = function.__globals__.get(argument, getattr(builtins, argument, _Unknown))
        elif name in ("LOAD_DEREF", "LOAD_CLASSDEREF") and argument in free:
            try:
                found = free[argument].cell_contents
            except ValueError:  # not assigned yet
                found = _Unknown
        elif name in ("LOAD_ATTR", "LOAD_METHOD"):
            if module is not None:
                found = getattr(module, argument, _Unknown)
            elif argument not in _METHODS:
                found = _Unknown
        elif module is not None:  # a module that is handed on
            found = _Unknown
        module = found if isinstance(found, ModuleType) else None
        if module is None and found is not None:
            yield found


def _changes_values(code: CodeType) -> bool:
    """Whether something may be written into a value: by `x[i] = ...` or `x += ...`."""
    return any(
        instruction.opname in _CHANGES or (instruction.opname == "BINARY_OP" and instruction.argrepr.endswith("="))
        for instruction in dis.get_instructions(code)
    ) or any(_changes_values(inner) for inner in code.co_consts if type(inner) is CodeType)
