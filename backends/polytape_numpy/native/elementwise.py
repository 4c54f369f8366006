"""Functions of single elements in native code, where there are many elements; else NumPy's way."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from polytape.backend import Array
from polytape_numpy import native
from polytape_numpy.compiler.expressions import EXPRESSIONS
from polytape_numpy.composition import composed
from polytape_numpy.elementwise import NumpyElementwise
from polytape_numpy.native.library import written_kernel
from polytape_numpy.native.loading import Kernel
from polytape_numpy.native.planning import empty, scalar, worthwhile
from polytape_numpy.native.rows import dense
from polytape_numpy.native.threads import in_parts, part_count
from polytape_numpy.quiet import quiet

_WORTHWHILE = 8192
"""Below that many elements NumPy's way is as quick."""

_SIMPLE_WORTHWHILE = 60_000
"""The same for functions that NumPy has: as its loops are as quick, what pays is that there are several cores."""


def _native(name: str, plain: Any, *, simple: bool = True) -> Any:
    """A function of one array, for which `plain` is NumPy's way; `simple` if that is one loop."""

    def made(plain: Callable[[Array], Array]) -> Any:
        def call(x: Array) -> Array:
            return computed(name, x) if suits(x, simple=simple) else plain(x)

        return call

    guarded = made(plain)
    guarded.unguarded = made(plain.unguarded)
    return staticmethod(guarded)


def _composed(name: str) -> Any:
    """A function of arrays of one shape, which else is a composition."""

    def call(self: Any, *xs: Array, **options: Any) -> Array:
        if suits(xs[0]):
            return computed(name, *xs, **options)
        return composed(self, name, *xs, **options)

    return quiet(call)


def suits(x: Array, *, simple: bool = False) -> bool:
    """Whether native code is there for the functions of this array's elements, and pays."""
    least = _SIMPLE_WORTHWHILE if simple else _WORTHWHILE
    return worthwhile(x.size, least) and x.dtype.char in "fd" and native.is_available()


def computed(name: str, *xs: Array, **options: bool) -> Array:
    """The function of that name of arrays of one shape and dtype."""
    x = xs[0]
    loop = _loop(name, len(xs), x.dtype, tuple(options.items()))
    result = empty(x.shape, x.dtype)
    in_parts(loop, x.size, part_count(x.size, x.size), (*map(dense, xs), result))
    return result if x.shape else scalar(result)


_plain_erf: Any = NumpyElementwise.erf.unguarded  # type: ignore[attr-defined]


@cache
def _loop(name: str, count: int, dtype: np.dtype[Any], options: tuple[tuple[str, bool], ...]) -> Kernel:
    """The kernel of a function of so many arrays."""
    names = [f"x{number}" for number in range(count)]
    value = EXPRESSIONS[name].format(*[f"{array}[i]" for array in names], type=dtype, **dict(options))
    source = f"""
def loop(start, stop, part, {", ".join(names)}, y):
    for i in range(start, stop):
        y[i] = {value}
"""
    return written_kernel(source, ("int", "int", "int", *[dtype.name] * (count + 1)))


class NativeElementwise(NumpyElementwise):
    """The part of the NumPy backend that works element by element, with loops in native code for long functions."""

    exp = _native("exp", NumpyElementwise.exp)
    expm1 = _native("expm1", NumpyElementwise.expm1)
    log = _native("log", NumpyElementwise.log)
    log1p = _native("log1p", NumpyElementwise.log1p)
    tanh = _native("tanh", NumpyElementwise.tanh)
    sigmoid = _native("sigmoid", NumpyElementwise.sigmoid, simple=False)
    softplus = _native("softplus", NumpyElementwise.softplus, simple=False)
    log_sigmoid = _composed("log_sigmoid")
    silu = _composed("silu")
    elu = _composed("elu")
    selu = _composed("selu")
    gelu = _composed("gelu")
    gelu_input = _composed("gelu_input")

    @quiet
    def erf(self, x: Array) -> Array:
        """The error function."""
        return computed("erf", x) if suits(x) else _plain_erf(self, x)
