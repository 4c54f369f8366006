"""The reference of a shadow run: another backend, without the faster ways that it has of its own."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from polytape.backend import COMPOSITIONS, CONTRACT, Backend
from polytape.dtypes import BY_NAME, float64
from polytape.errors import ConfigurationError
from polytape_conformance.shadow.call import WIDE, Call, Host, NativeDtype

DTYPE_MATTERS = frozenset(
    ("nextafter", "reinterpret", "random_uniform", "random_normal", "random_truncated_normal", "random_integers")
)
"""Ops whose result is another one in another dtype, not a more exact one: the reference runs them in the same."""


class Reference:
    """Runs calls on a backend that nobody else uses.

    What an op composes of others runs as it is composed, on primitives alone; so nothing that a backend does in a
    quicker way is taken for true.
    """

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.device = backend.devices()[0]
        if float64 not in backend.dtypes[self.device.partition(":")[0]]:
            raise ConfigurationError(
                f"POLYTAPE_SHADOW is {backend.name!r}, which has no float64 on {self.device}: nothing can be compared "
                "with it. Set POLYTAPE_SHADOW to numpy."
            )
        vars(backend).update(
            {name: partial(body, backend) for name, body in COMPOSITIONS.items() if name not in CONTRACT}
        )
        self._host = Host(backend)

    def exact(self, call: Call) -> list[Any]:
        """What the call should give, in float64 or complex128 where it gives floating-point numbers."""
        return self.same(call if call.name in DTYPE_MATTERS else call.widened())

    def same(self, call: Call) -> list[Any]:
        """What the call gives in the dtypes that it has."""
        run = call.mapped(lambda array: self.backend.from_numpy(array, self.device))
        options = {key: self._native(value) for key, value in run.options.items()}
        if call.name in ("full", "arange"):
            options["device"] = self.device
        with self.backend.computing(), np.errstate(all="ignore"):
            return self._host.outputs(getattr(self.backend, call.name)(*run.arguments, **options))

    def _native(self, value: Any) -> Any:
        return self.backend.native_dtype(value.dtype) if isinstance(value, NativeDtype) else value


def dtype_of_result(call: Call, expected: Any) -> str:
    """The dtype that a result must have for which the reference has given `expected`."""
    name = expected.dtype.name
    precision = call.precision
    if call.name in DTYPE_MATTERS or precision is None or not BY_NAME[name].is_differentiable:
        return str(name)
    narrow = {WIDE[dtype]: dtype for dtype in WIDE if BY_NAME[dtype].real_dtype.name == precision}
    return narrow.get(name, str(name)) if precision != "float64" else str(name)
