"""References that go element by element, on Python's numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def by_element(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` of Python numbers as a function of arrays that broadcast, without NumPy's arithmetic."""

    def reference(*arrays: Any) -> Any:
        operands = np.broadcast_arrays(*arrays)
        found = [function(*numbers) for numbers in zip(*[x.ravel().tolist() for x in operands])]
        return np.array(found).reshape(operands[0].shape)

    return reference
