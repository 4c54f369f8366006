"""Copies of arrays whose elements do not stand in memory as in order, for plans: NumPy copies as quickly."""

from __future__ import annotations

from polytape.backend import Array
from polytape_numpy.native.library import kernel
from polytape_numpy.native.planning import NotPlannedError, empty
from polytape_numpy.native.threads import in_parts, part_count


def in_order(x: Array) -> Array:
    """A copy of an array of up to four axes, in order in memory.

    Raises:
        NotPlannedError: if there are more axes that can't be counted as one.
    """
    axes = _merged(x)
    if len(axes) > 4:
        raise NotPlannedError
    last = axes.pop() if axes else (1, 1)
    axes = [*axes, *[(1, 0)] * (3 - len(axes)), last]  # the first one is shared among the cores
    (count, *counts), steps = zip(*axes)
    result = empty(x.shape, x.dtype)
    name = x.dtype.name
    copied = kernel("copying.copied", ("int", "int", "int", name, *["int"] * 7, name))
    in_parts(copied, count, part_count(count, x.size), (x, *steps, *counts, result))
    return result


def _merged(x: Array) -> list[tuple[int, int]]:
    """Lengths and steps of the axes, neighbours that are one in memory as one."""
    merged: list[tuple[int, int]] = []
    for length, stride in zip(x.shape, x.strides):
        step = stride // x.itemsize
        if length == 1:
            continue
        if merged and merged[-1][1] == step * length:
            merged[-1] = merged[-1][0] * length, step
        else:
            merged.append((length, step))
    return merged
