"""Run NumPy's element-wise functions without its floating-point warnings, as cheaply as that can be done.

`1 / 0` is infinity in TensorFlow, and silent. NumPy keeps its floating-point flags in a context variable, so a function
that runs in a context of its own, in which warnings were switched off once, is silent and leaves the caller's flags
alone. That costs 0.05 µs; `with np.errstate(...)` around each call would cost 0.9 µs, three times what adding four
numbers does. One context can't be entered by two threads at a time: whoever comes second takes `np.errstate`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from functools import wraps
from typing import Any

import numpy as np

Function = Callable[..., Any]

_silent = Context()
_silent.run(np.seterr, all="ignore")
_run = _silent.run


def _with_bare(call: Function, bare: Function) -> Function:
    """`call`, with the function that it guards, by which it is replaced inside a longer computation under one guard."""
    call.unguarded = bare  # type: ignore[attr-defined]
    return call


def quiet_unary(function: Function) -> Function:
    """Return `function` of one array, without floating-point warnings."""
    locally = np.errstate(all="ignore")(function)

    def call(x: Any) -> Any:
        try:
            return _run(function, x)
        except RuntimeError:
            return locally(x)

    return _with_bare(call, function)


def quiet_binary(function: Function) -> Function:
    """Return `function` of two arrays, without floating-point warnings."""
    locally = np.errstate(all="ignore")(function)

    def call(x: Any, y: Any) -> Any:
        try:
            return _run(function, x, y)
        except RuntimeError:
            return locally(x, y)

    return _with_bare(call, function)


def quiet_reduction(function: Function) -> Function:
    """Return `function` of an array, the axes to reduce and whether they stay, without floating-point warnings."""
    locally = np.errstate(all="ignore")(function)

    def call(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
        try:
            return _run(function, x, axis, keepdims)
        except RuntimeError:
            return locally(x, axis, keepdims)

    @wraps(function)
    def bare(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
        return function(x, axis, keepdims)

    return _with_bare(call, bare)


def quiet_scan(function: Function) -> Function:
    """Return `function` of an array and one axis, without floating-point warnings."""
    locally = np.errstate(all="ignore")(function)

    def call(x: Any, *, axis: int) -> Any:
        try:
            return _run(function, x, axis)
        except RuntimeError:
            return locally(x, axis)

    return _with_bare(call, lambda x, *, axis: function(x, axis))


def quiet(function: Function) -> Function:
    """Return `function` of any arguments, without floating-point warnings."""
    locally = np.errstate(all="ignore")(function)

    @wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        try:
            return _run(function, *arguments, **options)
        except RuntimeError:
            return locally(*arguments, **options)

    return _with_bare(call, function)
