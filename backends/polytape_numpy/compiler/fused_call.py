"""The function of a fused group: it hands arrays to the loop, and adds up what the cores have summed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from polytape.backend import Array
from polytape.graph.graph import Node, Value
from polytape_numpy.compiler.loop import Loop
from polytape_numpy.native.library import written_kernel
from polytape_numpy.native.loading import Kernel
from polytape_numpy.native.planning import empty, recording
from polytape_numpy.native.rows import dense
from polytape_numpy.native.threads import in_parts, part_count, total

_LIGHTER = 4
"""How much quicker arithmetic is than a function of one element."""


class FusedCall:
    """Takes arrays, then numbers, and returns a tuple.

    Args:
        loop: the loop.
        arrays: the dtypes of the arrays.
        plain: the values that are written everywhere, each with the number of the array that it is written to, if that
            is not one of its own.
        sums: the values that are sums, each with a factor.
        outputs: all of these, as they are returned.
        instead: the calls for which it stands, if those are quicker unless Python has no part in it.
    """

    def __init__(
        self,
        loop: Loop,
        arrays: Sequence[str],
        plain: Sequence[tuple[Value, int | None]],
        sums: Sequence[tuple[Value, float]],
        outputs: Sequence[Value],
        instead: Sequence[Node] | None,
    ) -> None:
        self.instead = instead
        self._loop = loop
        self._arrays = arrays
        self._plain = plain
        self._sums = sums
        values = [value for value, _ in (*plain, *sums)]
        self._order = [values.index(value) for value in outputs]
        self._is_light = not any("." in line for line in loop.body)
        self._lengths = [loop.levels.length(along) for _, along in loop.sums]

    @cached_property
    def _kernel(self) -> Kernel:
        kinds = [
            *["int"] * (3 + len(self._loop.levels.sizes)),
            *self._arrays,
            *["float"] * self._loop.scalars,
            *[value.dtype.name for value, slot in self._plain if slot is None],
            *["float64"] * len(self._sums),
        ]
        return written_kernel(self._loop.source(), kinds)

    def __call__(self, *arguments: Any) -> tuple[Any, ...]:
        sizes, count = self._loop.levels.sizes, len(self._arrays)
        given, numbers = arguments[:count], arguments[count:]
        order = None if self._sums or len(sizes) > 1 else _turned(given)
        arrays = [dense(array if order is None else array.transpose(order)) for array in given]
        made = [self._made(value, order) if slot is None else arrays[slot] for value, slot in self._plain]
        own = [array for array, (_, slot) in zip(made, self._plain) if slot is None]
        parts = part_count(sizes[0], self._work())
        partial = [empty((parts, length), np.float64) for length in self._lengths]
        in_parts(self._kernel, sizes[0], parts, (*sizes, *arrays, *numbers, *own, *partial))
        if order is not None:
            back = np.argsort(order)
            made = [array.transpose(back) for array in made]
        for array, (value, factor) in zip(partial, self._sums):
            made.append(total(array, factor, value.dtype, value.shape))
        return tuple([made[place] for place in self._order])

    def _work(self) -> int:
        """How many elements there are; where arithmetic alone is done, which is soon done, and cores sleep, fewer."""
        elements = prod(self._loop.levels.sizes)
        return elements // _LIGHTER if self._is_light and recording() is None else elements

    @staticmethod
    def _made(value: Value, order: tuple[int, ...] | None) -> Array:
        shape = value.shape if order is None else tuple([value.shape[axis] for axis in order])
        return empty(shape, value.dtype)


def _turned(arrays: Sequence[Array]) -> tuple[int, ...] | None:
    """The axes in the order in which they lie in memory, if it is the same for all arrays, and not the usual one."""
    first = arrays[0] if arrays else None
    if first is None or first.flags.c_contiguous or any(array.strides != first.strides for array in arrays):
        return None
    order = tuple(sorted(range(first.ndim), key=lambda axis: -first.strides[axis]))
    return order if first.transpose(order).flags.c_contiguous else None
