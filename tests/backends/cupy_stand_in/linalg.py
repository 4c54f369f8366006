"""`cupy.linalg`, which is silent about what can't be decomposed unless told otherwise; and `cupyx.scipy.special`."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from cupy_stand_in import cuda, streams
from cupy_stand_in.array import ndarray, on_current_device
from cupy_stand_in.elementwise import elementwise

_state = SimpleNamespace(linalg="ignore")


class errstate:
    """A block in which errors of linear algebra are raised, or not."""

    def __init__(self, *, linalg: str) -> None:
        self.linalg = linalg

    def __enter__(self) -> None:
        self.before, _state.linalg = _state.linalg, self.linalg

    def __exit__(self, *_: object) -> None:
        _state.linalg = self.before


def _decomposition(name: str) -> Callable[..., Any]:
    function = getattr(np.linalg, name)

    def call(*arrays: Any, **options: Any) -> Any:
        streams.refuse(NotImplementedError, "calling cuSOLVER API during stream capture is currently unsupported")
        taken = on_current_device(*arrays)
        if any(array.dtype == np.float16 for array in taken):
            raise TypeError("float16 is unsupported in linalg")
        if name == "solve" and taken[0].shape[:-1] != taken[1].shape[:-1]:
            raise ValueError("a must have (..., M, M) shape and b must have (..., M, K) for multidimensional b")
        if _state.linalg == "raise":
            cuda.waits(name)
        try:
            found = function(*taken, **options)
        except np.linalg.LinAlgError:
            if _state.linalg == "raise":
                raise
            found = np.full(taken[-1].shape, np.nan)
        if isinstance(found, tuple):
            return type(found)(*[ndarray(item, cuda.current()) for item in found])
        return ndarray(found, cuda.current())

    return call


NAMES = ("cholesky", "inv", "solve", "det", "slogdet", "qr", "svd", "eigh", "eigvalsh")
LINALG: dict[str, Any] = {
    "LinAlgError": np.linalg.LinAlgError,
    **{name: _decomposition(name) for name in NAMES},
}


def special_functions() -> dict[str, Any]:
    """SciPy's functions of the same names, which give float64 for float16, or refuse it."""
    from scipy import special

    def own(name: str) -> Callable[..., Any]:
        function = getattr(special, name)

        def call(x: Any) -> Any:
            if x.dtype == np.float16:
                if name == "erfinv":
                    raise TypeError("erfinv has no float16")
                return function(x.astype(np.float64))
            return function(x)

        return elementwise(lambda x: call(np.asarray(x)))

    return {name: own(name) for name in ("erf", "erfc", "erfinv")}
