"""Functions that make arrays or move elements about, by explicit indices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from math import prod
from typing import Any

import numpy as np

from polytape_conformance.arrays import scalars
from polytape_conformance.arrays.call import Call
from polytape_conformance.arrays.flat import Flat, Shape, built
from polytape_conformance.arrays.function import ANY, INTEGER, NUMERIC, Function
from polytape_conformance.arrays.reductions import total
from polytape_conformance.arrays.samples import LONG, numbers
from polytape_conformance.op_class import OpClass


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
        wrap = scalars.wrapped(lambda n: n, dtype) if dtype in INTEGER else lambda n: n

        def element(index: Shape) -> Any:
            return wrap(total([flat[index], *[rows[(i, *index[1:])] for i in added.get(index[0], ())]]))

        return built(x.shape, element, wide)

    most = max([1, *[indices.tolist().count(place) for place in set(indices.tolist())]]) + 1
    size = 8.0 * 2**0.5 * most
    return Call(
        *("scatter_add", (x, indices, updates), lambda: (expected(),), (dtype,)),
        **{"kind": OpClass.REDUCTION, "terms": most, "scale": lambda: size},
    )


_SHAPES: tuple[Shape, ...] = ((), (1,), (6,), (0,), (0, 3), (3, 4), (2, 1, 3), (2, 3, 4), (2, 1, 3, 2))
_RESHAPES: tuple[tuple[Shape, Shape], ...] = (
    *[((), (1,)), ((), (1, 1)), ((1,), ()), ((6,), (2, 3)), ((6,), (-1,)), ((0,), (0, 3)), ((0, 3), (5, 0)), ((0, 3), (0,))],
    *[((3, 4), (12,)), ((3, 4), (2, -1)), ((2, 3, 4), (4, 3, 2)), ((2, 3, 4), (-1, 1, 4)), ((2, 1, 3, 2), (3, 4))],
)
_BROADCASTS: tuple[tuple[Shape, Shape], ...] = (
    *[((), ()), ((), (3,)), ((), (2, 0)), ((1,), (4,)), ((3,), (2, 3)), ((3, 1), (3, 4)), ((1, 4), (3, 4))],
    *[((3, 1), (2, 3, 4)), ((2, 1, 3), (2, 4, 3)), ((1, 3), (0, 3)), ((2, 1, 3, 1), (2, 2, 3, 2)), ((3, 4), (3, 4))],
)
_KEYS: tuple[tuple[Shape, tuple[Any, ...]], ...] = (
    *[((), ()), ((), (...,)), ((), (None,)), ((5,), (2,)), ((5,), (-1,)), ((5,), (slice(1, 4),)), ((5,), (slice(None, None, 2),))],
    *[((5,), (slice(None, None, -1),)), ((5,), (slice(3, None, -2),)), ((5,), (slice(-9, 99),)), ((5,), (slice(4, 1),))],
    *[((3, 4), (1,)), ((3, 4), (slice(None), 2)), ((3, 4), (..., -1)), ((3, 4), (None, slice(1, None), None, slice(0, 3, 2)))],
    *[((3, 4), (slice(None, None, -1), slice(None, None, -1))), ((3, 4), (1, slice(2, 2))), ((2, 3, 4), (1, 2, 3))],
    *[((2, 3, 4), (slice(None), 1)), ((2, 3, 4), (..., None, 2)), ((2, 3, 4), (-1, ..., slice(None, None, -3)))],
    *[((2, 1, 3, 2), (slice(None), 0, slice(1, 3), ...)), ((2, 1, 3, 2), (1, ..., 1)), ((0, 3), (slice(None), 1)), ((0, 3), ())],
)


def small_reshapes(dtype: str) -> Iterator[Call]:
    """Every rank to others."""
    return (reshaped(numbers(source, dtype), target) for source, target in _RESHAPES)


def small_permutations(dtype: str) -> Iterator[Call]:
    """Every order of up to four axes."""
    return (permuted(numbers(shape, dtype), axes) for shape in _SHAPES for axes in permutations(range(len(shape))))


def small_broadcasts(dtype: str) -> Iterator[Call]:
    """New axes and repeated ones."""
    return (broadcast(numbers(source, dtype), target) for source, target in _BROADCASTS)


def small_joints(dtype: str) -> Iterator[Call]:
    """One, two and three arrays along every axis, empty ones among them."""
    for shape in _SHAPES[1:]:
        for axis in range(-len(shape), len(shape)):
            for lengths in ((2,), (1, 2), (0, 2, 1)):
                shapes = [(*shape[: axis % len(shape)], n, *shape[axis % len(shape) + 1 :]) for n in lengths]
                yield joined([numbers(each, dtype, salt=i) for i, each in enumerate(shapes)], axis)


def small_items(dtype: str) -> Iterator[Call]:
    """Every kind of key."""
    return (item(numbers(shape, dtype), key) for shape, key in _KEYS)


def small_takes(dtype: str) -> Iterator[Call]:
    """Along every axis: repeated, in disorder, none."""
    for shape in _SHAPES[1:]:
        for axis in range(-len(shape), len(shape)):
            n = shape[axis]
            for places in ([], [0], [n - 1, 0, 0, n // 2]) if n else ([],):
                for index in ("int32", "int64"):
                    yield taken(numbers(shape, dtype), np.array(places, index), axis)


def small_scatters(dtype: str) -> Iterator[Call]:
    """Rows of every rank: repeated, in disorder, none, many."""
    for shape in ((4,), (4, 3), (3, 2, 2), (3, 1, 2, 2), (4, 0), (1, 3)):
        for places in ([], [shape[0] - 1], [0, shape[0] - 1, 0], [k * k % shape[0] for k in range(11)]):
            for index in ("int32", "int64"):
                updates = numbers((len(places), *shape[1:]), dtype, salt=1)
                yield scattered(numbers(shape, dtype), np.array(places, index), updates)


def large_moves(name: str) -> Any:
    """Long arrays for one function."""

    def calls(dtype: str) -> Iterator[Call]:
        flat, tall, wide = (numbers(shape, dtype) for shape in ((LONG,), (33_335, 3), (3, 33_335)))
        yield from {
            "reshape": lambda: (reshaped(tall, (3, -1)), reshaped(flat, (1, LONG))),
            "permute_dims": lambda: (permuted(tall, (1, 0)), permuted(numbers((31, 40, 29), dtype), (2, 0, 1))),
            "broadcast_to": lambda: (broadcast(flat[:1], (LONG,)), broadcast(wide[:1], (2, 33_335))),
            "concat": lambda: (joined([flat, flat[:7]], 0), joined([tall, tall[:, :1]], 1), joined([wide, wide], -1)),
            "getitem": lambda: (
                item(flat, (slice(None, None, -1),)),
                item(wide, (slice(None), slice(5, None, 7))),
                item(tall, (slice(33_000, None, -3), 1)),
            ),
            "take": lambda: (
                taken(flat, np.arange(70_000, LONG, 3, "int32")[::-1], 0),
                taken(wide, np.array([33_334, 0, 2, 2], "int64"), 1),
            ),
            "scatter_add": lambda: (scattered(numbers((7, 5), dtype), np.arange(2_000) % 7, numbers((2_000, 5), dtype)),),
        }[name]()

    return calls


FUNCTIONS = (
    Function("reshape", ANY, small_reshapes, large_moves("reshape")),
    Function("permute_dims", ANY, small_permutations, large_moves("permute_dims")),
    Function("broadcast_to", ANY, small_broadcasts, large_moves("broadcast_to")),
    Function("concat", ANY, small_joints, large_moves("concat")),
    Function("getitem", ANY, small_items, large_moves("getitem")),
    Function("take", ANY, small_takes, large_moves("take")),
    Function("scatter_add", NUMERIC, small_scatters, large_moves("scatter_add")),
)
