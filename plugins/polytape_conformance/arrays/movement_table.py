"""The calls that try the functions that move elements about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

import numpy as np

from polytape_conformance.arrays.call import Call
from polytape_conformance.arrays.flat import Shape
from polytape_conformance.arrays.function import ANY, NUMERIC, Function
from polytape_conformance.arrays.movement import broadcast, item, joined, permuted, reshaped, scattered, taken
from polytape_conformance.arrays.samples import LONG, numbers

_SHAPES: tuple[Shape, ...] = (
    *((), (1,), (6,), (0,), (0, 3), (3, 4), (3, 3), (2, 1, 3), (2, 3, 4), (2, 2, 2), (2, 1, 3, 2)),
)
_RESHAPES: tuple[tuple[Shape, Shape], ...] = (
    *[((24,), (2, 3, 2, 2)), ((4, 6), (2, 2, 3, 2)), ((2, 3, 2, 2), (3, 2, 4)), ((2, 3, 2, 2), (2, 3, 2, 2))],
    *[
        ((), (1,)),
        ((), (1, 1)),
        ((1,), ()),
        ((6,), (2, 3)),
        ((6,), (-1,)),
        ((0,), (0, 3)),
        ((0, 3), (5, 0)),
        ((0, 3), (0,)),
    ],
    *[((3, 4), (12,)), ((3, 4), (2, -1)), ((2, 3, 4), (4, 3, 2)), ((2, 3, 4), (-1, 1, 4)), ((2, 1, 3, 2), (3, 4))],
)
_BROADCASTS: tuple[tuple[Shape, Shape], ...] = (
    *[((), ()), ((), (3,)), ((), (2, 0)), ((1,), (4,)), ((3,), (2, 3)), ((3, 1), (3, 4)), ((1, 4), (3, 4))],
    *[((3, 1), (2, 3, 4)), ((2, 1, 3), (2, 4, 3)), ((1, 3), (0, 3)), ((2, 1, 3, 1), (2, 2, 3, 2)), ((3, 4), (3, 4))],
)
_KEYS: tuple[tuple[Shape, tuple[Any, ...]], ...] = (
    *[
        ((), ()),
        ((), (...,)),
        ((), (None,)),
        ((5,), (2,)),
        ((5,), (-1,)),
        ((5,), (slice(1, 4),)),
        ((5,), (slice(None, None, 2),)),
    ],
    *[
        ((5,), (slice(None, None, -1),)),
        ((5,), (slice(3, None, -2),)),
        ((5,), (slice(-9, 99),)),
        ((5,), (slice(4, 1),)),
    ],
    *[
        ((3, 4), (1,)),
        ((3, 4), (slice(None), 2)),
        ((3, 4), (..., -1)),
        ((3, 4), (None, slice(1, None), None, slice(0, 3, 2))),
    ],
    *[((3, 4), (slice(None, None, -1), slice(None, None, -1))), ((3, 4), (1, slice(2, 2))), ((2, 3, 4), (1, 2, 3))],
    *[((2, 3, 4), (slice(None), 1)), ((2, 3, 4), (..., None, 2)), ((2, 3, 4), (-1, ..., slice(None, None, -3)))],
    *[
        ((2, 1, 3, 2), (slice(None), 0, slice(1, 3), ...)),
        ((2, 1, 3, 2), (1, ..., 1)),
        ((0, 3), (slice(None), 1)),
        ((0, 3), ()),
    ],
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
        choice: dict[str, Callable[[], tuple[Call, ...]]] = {
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
                taken(flat, np.arange(70_000, LONG, 3, dtype="int32")[::-1], 0),
                taken(wide, np.array([33_334, 0, 2, 2], "int64"), 1),
            ),
            "scatter_add": lambda: (
                scattered(numbers((7, 5), dtype), np.arange(2_000) % 7, numbers((2_000, 5), dtype)),
            ),
        }
        yield from choice[name]()

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
