"""Update formulas: pure functions of bare arrays, registered so that a backend may override them by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from polytape.primitive import COMPOSITIONS, FORMULAS

Formula = TypeVar("Formula", bound=Callable[..., Any])


def update_formula(function: Formula) -> Formula:
    """Make `function(backend, parameter, gradient, *slots, **numbers)` known as `backend.<its name>`.

    It returns the new parameter, followed by the new slots if there are any. The parameter and the gradient may be
    in other hands and must not be written to. The slots belong to the optimizer alone: a backend's own method of
    this name may write its results into their memory.
    """
    COMPOSITIONS[function.__name__] = function
    FORMULAS.add(function.__name__)
    return function
