"""polytape on `array-api-strict`: the array API standard, and an error for whatever goes beyond it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import FunctionType, SimpleNamespace
from typing import Any, ClassVar

import array_api_strict
import numpy as np

from polytape import dtypes
from polytape.backend import Backend
from polytape.dtypes import DType


def quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` without the warnings about 1/0 and the like that come from NumPy, on which array-api-strict stands."""
    return np.errstate(all="ignore")(function)


class StrictBackend(Backend):
    """What array-api-strict does otherwise than the contract asks: it warns. Nothing else."""

    name = "strict"
    requires = "pip install array-api-strict"
    priority = -1  # `auto` takes NumPy before it: it is there to be strict, not fast
    dtypes: ClassVar[dict[str, frozenset[DType]]] = {"CPU": dtypes.ANY - {dtypes.float16}}
    namespace = SimpleNamespace(
        __name__="array-api-strict",
        __version__=array_api_strict.__version__,
        linalg=array_api_strict.linalg,
        **{
            name: quiet(f) if isinstance(f, FunctionType) else f
            for name, f in vars(array_api_strict).items()
            if name[0] != "_"
        },
    )

    def __getattr__(self, name: str) -> Any:
        """A composed op, quiet as a whole: its operators warn, too."""
        found = self.__dict__[name] = quiet(super().__getattr__(name))
        return found

    def computing(self) -> AbstractContextManager[Any]:
        """A backward pass, quiet as a whole."""
        return np.errstate(all="ignore")
