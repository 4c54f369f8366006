"""Copies of elements to other places, for plans: where Python makes the calls, NumPy copies as quickly."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array
from polytape_numpy.native.library import kernel
from polytape_numpy.native.planning import NotPlannedError, empty
from polytape_numpy.native.threads import in_parts, part_count

_AXES = 4


def in_order(x: Array) -> Array:
    """A copy whose elements stand in memory as in order.

    Raises:
        NotPlannedError: as `copy`.
    """
    result = empty(x.shape, x.dtype)
    copy(x, result)
    return result


def copy(x: Array, y: Array) -> None:
    """Write the elements of `x` to `y`, an array of the same shape and dtype; both may be views.

    Raises:
        NotPlannedError: if they have more than four axes that can't be counted as one, or are of a dtype of which no
            kernel knows.
    """
    axes = _merged(x, y)
    if len(axes) > _AXES or x.dtype.kind not in "fiub":
        raise NotPlannedError
    last = axes.pop() if axes else (1, 1, 1)
    axes = [*axes, *[(1, 0, 0)] * (_AXES - 1 - len(axes)), last]  # the first one is shared among the cores
    (count, *counts), of_x, of_y = zip(*axes)
    name, numbers = x.dtype.name, ["int"] * _AXES
    copied = kernel("copying.copied", ("int", "int", "int", name, *numbers, "int", "int", "int", name, *numbers))
    in_parts(copied, count, part_count(count, x.size), (x, *of_x, *counts, y, *of_y))


def zeros(shape: tuple[int, ...], dtype: Any) -> Array:
    """An array of zeros."""
    result = empty(shape, dtype)
    cleared = kernel("copying.cleared", ("int", "int", "int", dtype.name))
    in_parts(cleared, result.size, part_count(result.size, result.size), (result,))
    return result


def _merged(x: Array, y: Array) -> list[tuple[int, int, int]]:
    """Lengths of the axes and the steps along them; neighbours that are one in both arrays as one."""
    merged: list[tuple[int, int, int]] = []
    for length, of_x, of_y in zip(x.shape, x.strides, y.strides):
        steps = of_x // x.itemsize, of_y // y.itemsize
        if length == 1:
            continue
        if merged and merged[-1][1:] == (steps[0] * length, steps[1] * length):
            merged[-1] = merged[-1][0] * length, *steps
        else:
            merged.append((length, *steps))
    return merged
