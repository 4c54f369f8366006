"""Functions that make arrays or move elements about, by explicit indices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from polytape_conformance.arrays import scalars
from polytape_conformance.arrays.call import Call
from polytape_conformance.arrays.flat import Flat, Shape, built
from polytape_conformance.arrays.reductions import total

_POSITIONS: dict[str, Any] = {}
"""Where in the flat list of all inputs each element of a result comes from, by the call: the same for every dtype."""


def _moving(name: str, arrays: Sequence[Any], places: Callable[[], Any], detail: Any, **options: Any) -> Call:
    """A call whose result has its inputs' elements at new places; `places` gives their positions in the flat list."""
    key = f"{name}{[x.shape for x in arrays]}{detail}"
    x = arrays[0]

    def expected() -> Any:
        if key not in _POSITIONS:
            _POSITIONS[key] = places()
        return (np.concatenate([each.ravel() for each in arrays])[_POSITIONS[key]],)

    return Call(name, tuple(arrays), expected, (x.dtype.name,), options, sequence=name == "concat")


def _numbered(x: Any) -> Flat:
    """The positions of the elements of an array."""
    return Flat(np.arange(x.size).reshape(x.shape))


def reshaped(x: Any, shape: Shape) -> Call:
    """`reshape`: the same elements in row-major order."""
    known = max(prod(length for length in shape if length != -1), 1)
    whole = tuple(x.size // known if length == -1 else length for length in shape)
    count = iter(range(x.size))
    return _moving("reshape", [x], lambda: built(whole, lambda index: next(count), int), shape, shape=shape)


def permuted(x: Any, axes: Shape) -> Call:
    """`permute_dims`: axis `axes[i]` comes to place `i`."""

    def places() -> Any:
        flat = _numbered(x)
        back = [axes.index(axis) for axis in range(x.ndim)]
        return built([x.shape[axis] for axis in axes], lambda index: flat[tuple(index[i] for i in back)], int)

    return _moving("permute_dims", [x], places, axes, axes=axes)


def broadcast(x: Any, shape: Shape) -> Call:
    """`broadcast_to`: axes of length one are repeated, new ones come first."""

    def places() -> Any:
        flat, new = _numbered(x), len(shape) - x.ndim
        return built(shape, lambda index: flat[tuple(min(at, n - 1) for at, n in zip(index[new:], x.shape))], int)

    return _moving("broadcast_to", [x], places, shape, shape=shape)


def joined(arrays: Sequence[Any], axis: int) -> Call:
    """`concat`: one array after another."""

    def places() -> Any:
        at = axis % arrays[0].ndim
        origin, before = [], 0
        for x in arrays:
            flat = _numbered(x)
            origin += [(flat, before, place) for place in range(x.shape[at])]
            before += x.size

        def element(index: Shape) -> int:
            flat, start, place = origin[index[at]]
            return int(start + flat[(*index[:at], place, *index[at + 1 :])])

        return built([len(origin) if i == at else n for i, n in enumerate(arrays[0].shape)], element, int)

    return _moving("concat", arrays, places, axis, axis=axis)


def item(x: Any, key: tuple[Any, ...]) -> Call:
    """`getitem`: an integer takes an axis away, a slice chooses from it, `None` makes a new one."""
    return _moving("getitem", [x], lambda: _chosen(x, key), key, key=key)


def _chosen(x: Any, key: tuple[Any, ...]) -> Any:
    flat, lengths = _numbered(x), iter(x.shape)
    skipped = x.ndim - sum(entry is not None and entry is not ... for entry in key)
    entries: list[Any] = []
    for entry in key if ... in key else (*key, ...):
        entries += [slice(None)] * skipped if entry is ... else [entry]
    ranges = [range(1) if entry is None else range(next(lengths))[entry] for entry in entries]

    def element(index: Shape) -> Any:
        at = iter(index)
        source = [each if isinstance(each, int) else each[next(at)] for each in ranges]
        return flat[tuple(place for place, entry in zip(source, entries) if entry is not None)]

    return built([len(each) for each in ranges if not isinstance(each, int)], element, int)


def taken(x: Any, indices: Any, axis: int) -> Call:
    """`take`: slices by their places."""

    def expected() -> Any:
        flat, places, at = _numbered(x), indices.tolist(), axis % x.ndim
        shape = (*x.shape[:at], len(places), *x.shape[at + 1 :])
        found = built(shape, lambda index: flat[(*index[:at], places[index[at]], *index[at + 1 :])], int)
        return (x.ravel()[found],)

    return Call("take", (x, indices), expected, (x.dtype.name,), {"axis": axis})


def scattered(x: Any, indices: Any, updates: Any) -> Call:
    """`scatter_add`: rows are added to."""
    dtype = x.dtype.name
    wide = {"f": "float64", "c": "complex128"}.get(x.dtype.kind, dtype)

    def expected() -> Any:
        flat, rows, places = Flat(x), Flat(updates), indices.tolist()
        added: dict[int, list[int]] = {}
        for position, place in enumerate(places):
            added.setdefault(place, []).append(position)
        wrap = scalars.in_range(dtype)

        def element(index: Shape) -> Any:
            return wrap(total([flat[index], *[rows[(i, *index[1:])] for i in added.get(index[0], ())]]))

        return built(x.shape, element, wide)

    most = max([1, *[indices.tolist().count(place) for place in set(indices.tolist())]]) + 1
    size = 8.0 * 2**0.5 * most
    return Call("scatter_add", (x, indices, updates), lambda: (expected(),), (dtype,), terms=most, scale=lambda: size)
