"""Keys of basic indexing in the form that the array API standard defines: an entry for each axis, within its bounds."""

from __future__ import annotations

from typing import Any


def standard_key(key: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[Any, ...]:
    """Return `key` with an ellipsis if axes are left over, and with slices that end within their axes.

    Array libraries agree on what such keys mean; what a slice past the end does is up to each.

    Args:
        key: integers within range, slices with any step, at most one ellipsis, `None`.
        shape: of the array to be indexed.

    >>> standard_key((slice(-9, None), None, 0), (4, 5, 6))
    (slice(0, 4, 1), None, 0, Ellipsis)
    >>> standard_key((Ellipsis, slice(None, None, -2)), (4, 5))
    (Ellipsis, slice(4, None, -2))
    """
    skipped = len(shape) - sum(entry is not None and entry is not ... for entry in key)
    axis = 0
    found = []
    for entry in key:
        if entry is ...:
            axis += skipped
        elif isinstance(entry, slice):
            entry = _within(entry, shape[axis])
            axis += 1
        elif entry is not None:
            axis += 1
        found.append(entry)
    if skipped and ... not in key:
        found.append(...)
    return tuple(found)


def _within(entry: slice, length: int) -> slice:
    """The same elements of an axis of `length`, by a slice whose start and stop are at elements or at an end."""
    start, stop, step = entry.indices(length)
    if start == -1 or (stop - start) * step <= 0:
        return slice(0, 0, 1)
    return slice(start, None if stop == -1 else stop, step)
