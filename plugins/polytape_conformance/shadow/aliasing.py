"""Whether an op leaves alone what is not its own: its inputs, and what it returned the last time."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np

from polytape_conformance.shadow.admissible import may_write
from polytape_conformance.shadow.call import Call, Host, leaves

_LARGEST = 2**20
"""In elements: a larger result is not kept until the next call of its op."""


class Returned(NamedTuple):
    """A call, the arrays that it has returned, and what they held then."""

    call: Call
    arrays: list[Any]
    values: list[Any]


class Aliasing:
    """Remembers what each op returned last."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._last: dict[str, Returned] = {}

    def last(self, name: str) -> Returned | None:
        """What an op returned last, to be asked for right before it is called; `None` if there is nothing to watch.

        That its owner has written to it by then, as optimizers do to what they keep, is nobody's fault.
        """
        if may_write(name, sys.maxsize):  # what it returns may be in the memory that it was given
            return None
        last = self._last.get(name)
        return last if last is None or self._holds(last) else None

    def changed(self, last: Returned | None) -> bool:
        """Whether what an op returned last holds other values after it was called again."""
        return last is not None and not self._holds(last)

    def remember(self, call: Call, outputs: list[Any]) -> None:
        """Keep what a call has returned until the next call of the same op."""
        arrays = [output for output in outputs if hasattr(output, "dtype")]
        values = [np.array(self.host.array(array)) for array in arrays]
        if sum(value.size for value in values) <= _LARGEST:
            self._last[call.name] = Returned(call, arrays, values)
        else:
            self._last.pop(call.name, None)

    def written_input(self, call: Call, arguments: tuple[Any, ...]) -> int | None:
        """The position of an argument that holds other values than before the call, and may not."""
        for position, (before, argument) in enumerate(zip(call.arguments, arguments)):
            if may_write(call.name, position):
                continue
            for old, leaf in zip(leaves(before), leaves(argument)):
                if isinstance(old, np.ndarray) and not same_bits(old, self.host.array(leaf)):
                    return position
        return None

    def _holds(self, last: Returned) -> bool:
        return all(same_bits(value, self.host.array(array)) for array, value in zip(last.arrays, last.values))


def same_bits(x: Any, y: Any) -> bool:
    """Whether two arrays hold the same numbers, NaN included."""
    if x.dtype != y.dtype or x.shape != y.shape:
        return False
    return bool(np.array_equal(x, y, equal_nan=x.dtype.kind in "fc"))
