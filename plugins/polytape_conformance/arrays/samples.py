"""The numbers that functions are tried on, the same at every run."""

from __future__ import annotations

from functools import cache
from math import prod
from typing import Any

import numpy as np

SEED = 20_161_114
PERIOD = 997
"""Long arrays repeat this many numbers: a prime, so that no block starts where another did."""
LONG = 100_003
SHAPES: tuple[tuple[int, ...], ...] = ((), (1,), (5,), (0,), (0, 3), (3, 4), (2, 1, 3), (2, 3, 4), (2, 1, 3, 2))
PAIRS: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    *[(shape, shape) for shape in SHAPES],
    *[((), (3,)), ((3,), ()), ((1,), (4,)), ((3, 1), (1, 4)), ((3, 4), (4,)), ((4,), (3, 4)), ((2, 3, 4), (3, 1))],
    *[((2, 1, 3, 2), (4, 1, 2)), ((1, 3), (2, 2, 1, 3)), ((0, 3), (3,)), ((1,), (0, 3)), ((2, 0, 3), (1, 3))],
)


def generator(*salt: Any) -> np.random.Generator:
    """A generator for each purpose."""
    return np.random.default_rng([SEED, *[sum(map(ord, str(each))) for each in salt]])


@cache
def numbers(
    shape: tuple[int, ...], dtype: str, low: float = -8, high: float = 8, *, salt: Any = 0, step: float = 0
) -> Any:
    """Numbers between `low` and `high`, negative ones only if the dtype has them; complex ones in both parts.

    Args:
        step: makes them multiples of it.
    """
    draw = generator(dtype, shape, salt)
    kind = np.dtype(dtype).kind
    if kind == "b":
        return _kept(draw.integers(0, 2, shape), dtype)
    if kind in "iu":
        least = max(int(low), 0) if kind == "u" else int(low)
        return _kept(draw.integers(least, int(high) + 1, shape), dtype)
    made = draw.uniform(low, high, shape)
    if kind == "c":
        made = made + 1j * draw.uniform(low, high, shape)
    if step:
        made = np.round(made / step) * step + 0.0  # no negative zeros
    return _kept(made, dtype)


def _kept(made: Any, dtype: str) -> Any:
    """An array that several cases share, so nobody may write to it."""
    array = np.asarray(made).astype(dtype)
    array.flags.writeable = False
    return array


@cache
def distinct(shape: tuple[int, ...], dtype: str, *, salt: Any = 0) -> Any:
    """Numbers with ties in plain order and out of it: as many as fit the dtype, shuffled."""
    count = prod(shape)
    if dtype == "bool":
        return numbers(shape, dtype, salt=salt)
    made = np.arange(count) % (101 if count < 5_000 else 30_011)
    if np.dtype(dtype).itemsize == 1:
        made %= 101
    if np.dtype(dtype).kind not in "u":
        made = made - 50
    if dtype == "float16":
        made %= 2001
    return _kept(generator(dtype, shape, salt).permutation(made).reshape(shape), dtype)
