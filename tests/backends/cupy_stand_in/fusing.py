"""`cupy.fuse`: the function runs as it is, on arguments that allow what CuPy's tracing allows and no more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from cupy_stand_in.array import computed, ndarray
from cupy_stand_in.elementwise import Traced

_ACCEPTED = (ndarray, np.generic, int, float, complex, bool, type(None))


def fuse(*, kernel_name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator; every result has the common shape of all arguments, and `None` is none of them."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*arguments: Any) -> Any:
            if any(isinstance(argument, Traced) for argument in arguments):
                return function(*arguments)  # a part of what is being fused
            for argument in arguments:
                assert isinstance(argument, _ACCEPTED), f"{kernel_name}: can't be fused: {argument!r}"
            return computed(formula, *arguments)

        def formula(*taken: Any) -> Any:
            found = function(*[None if value is None else Traced(value) for value in taken])
            shape = np.broadcast_shapes(*[value.shape for value in taken if isinstance(value, np.ndarray)])
            if isinstance(found, tuple):
                return tuple([_result(item, shape) for item in found if item is not None])
            return _result(found, shape)

        formula.kernel = kernel_name, function  # type: ignore[attr-defined]
        return call

    return decorate


def _result(found: Any, shape: tuple[int, ...]) -> Any:
    assert isinstance(found, Traced), f"a fused function can't return {found!r}"
    return np.broadcast_to(found.value, shape).copy()
