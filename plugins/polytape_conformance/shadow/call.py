"""A call of one function of a backend, with its arrays on the host: what the reference runs and a script repeats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from polytape.backend import Backend
from polytape.dtypes import BY_NAME, DType
from polytape.errors import DTypeError
from polytape_conformance.op_class import OpClass, class_of

WIDE = {"float16": "float64", "float32": "float64", "complex64": "complex128"}
"""The dtypes in which the reference computes in place of those that have rounded more."""

WELL_CONDITIONED = (OpClass.EXACT, OpClass.ROUNDED, OpClass.ELEMENTARY)
"""The classes whose budget holds whatever the inputs are."""


@dataclass(frozen=True)
class NativeDtype:
    """Stands for a backend's own dtype object."""

    dtype: DType


@dataclass(frozen=True)
class Call:
    """A call of one function of a backend.

    Attributes:
        name: the function.
        arguments: the positional arguments; NumPy arrays in place of the backend's, copied before the call.
        options: the keyword arguments, likewise; `NativeDtype` in place of the backend's, and no device.
        device: where its first array is, or what it asks for.
    """

    name: str
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    device: str | None

    @property
    def arrays(self) -> list[Any]:
        """All arrays among the arguments and options."""
        return [leaf for leaf in leaves((self.arguments, self.options)) if isinstance(leaf, np.ndarray)]

    @property
    def precision(self) -> str | None:
        """The floating-point dtype in which the result is rounded; `None` where there are no such numbers."""
        asked = self.options.get("dtype")
        names = [asked.dtype.name] if isinstance(asked, NativeDtype) else []
        names += [array.dtype.name for array in self.arrays]
        for name in names:
            if BY_NAME[name].is_differentiable:
                return BY_NAME[name].real_dtype.name
        return None

    @property
    def op_class(self) -> OpClass:
        """The class whose budget it has; that of composed formulas for an op that somebody else has defined."""
        try:
            found = class_of(self.name)
        except KeyError:
            return OpClass.COMPOSED
        # Not even the product of two complex numbers is rounded just once, nor is their modulus.
        several = found in (OpClass.EXACT, OpClass.ROUNDED) and any(array.dtype.kind == "c" for array in self.arrays)
        return OpClass.ELEMENTARY if several else found

    def mapped(self, function: Callable[[Any], Any]) -> Call:
        """The same call with `function(array)` in place of each array."""
        change = lambda leaf: function(leaf) if isinstance(leaf, np.ndarray) else leaf
        return Call(self.name, transformed(self.arguments, change), transformed(self.options, change), self.device)

    def widened(self) -> Call:
        """The same call in float64 or complex128, from the same numbers.

        A number of Python's that stands beside arrays is rounded as they are. But options of formulas are not, which
        compute with them first, as in `1 - momentum`.
        """
        exact_options = self.op_class not in WELL_CONDITIONED
        precision = self.precision

        def wide(leaf: Any) -> Any:
            if isinstance(leaf, np.ndarray):
                return leaf.astype(WIDE.get(leaf.dtype.name, leaf.dtype.name))
            if type(leaf) is float and precision is not None:
                with np.errstate(over="ignore"):
                    return float(np.dtype(precision).type(leaf))  # what stood beside arrays of that dtype
            return leaf

        def in_options(leaf: Any) -> Any:
            return leaf if exact_options and not isinstance(leaf, np.ndarray) else wide(leaf)

        options = transformed(self.options, in_options)
        asked = options.get("dtype")
        if isinstance(asked, NativeDtype):
            options["dtype"] = NativeDtype(BY_NAME[WIDE.get(asked.dtype.name, asked.dtype.name)])
        return Call(self.name, transformed(self.arguments, wide), options, self.device)


class Host:
    """Brings calls of a backend to the host."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._dtypes: dict[Any, DType] = {}
        for dtype in frozenset().union(*backend.dtypes.values()):
            try:
                self._dtypes[backend.native_dtype(dtype)] = dtype
            except DTypeError:  # the devices of one backend need not have the same dtypes
                continue

    def call(self, name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> Call | None:
        """The call with its arrays copied to the host; `None` if it holds something that stands for an array only."""
        device = options.get("device")
        for leaf in leaves((arguments, options)):
            if _is_array(leaf):
                if type(leaf).__module__.partition(".")[0] == "polytape":
                    return None
                device = device or self.backend.device_of(leaf)
        named = {key: self._option(key, value) for key, value in options.items() if key != "device"}
        return Call(name, transformed(arguments, self._copied), transformed(named, self._copied), device)

    def array(self, array: Any) -> Any:
        """An array on the host, not copied."""
        return np.asarray(self.backend.to_numpy(array))

    def dtype_of(self, array: Any) -> str:
        """The name of an array's dtype, or the library's own word for one that polytape does not know."""
        found = self._dtypes.get(array.dtype)
        return found.name if found is not None else str(array.dtype)

    def outputs(self, found: Any) -> list[Any]:
        """What a function returned, on the host: an array for each array, anything else as it is."""
        return [self.array(leaf) if _is_array(leaf) else leaf for leaf in listed(found)]

    def _option(self, key: str, value: Any) -> Any:
        return NativeDtype(self._dtypes[value]) if key == "dtype" and not isinstance(value, DType) else value

    def _copied(self, leaf: Any) -> Any:
        return np.array(self.backend.to_numpy(leaf)) if _is_array(leaf) else leaf


def listed(found: Any) -> list[Any]:
    """The outputs of a function that returns one or several."""
    return list(found) if isinstance(found, (tuple, list)) else [found]


def leaves(value: Any) -> Iterator[Any]:
    """What is in nested tuples, lists and dictionaries."""
    if type(value) is dict:
        value = list(value.values())
    if type(value) in (tuple, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def transformed(value: Any, function: Callable[[Any], Any]) -> Any:
    """The same nested tuples, lists and dictionaries with `function(leaf)` in place of each leaf."""
    if type(value) is dict:
        return {key: transformed(item, function) for key, item in value.items()}
    if type(value) in (tuple, list):
        return type(value)([transformed(item, function) for item in value])
    return function(value)


def _is_array(leaf: Any) -> bool:
    return hasattr(leaf, "shape") and hasattr(leaf, "dtype")
