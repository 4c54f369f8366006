"""Random numbers on NumPy: the bits that polytape specifies, a cache-sized block at a time and in place.

What is computed, element by element, is what the ops' own compositions compute; see
`polytape.ops.random_bits` and `polytape.ops.random_normal`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polytape import dtypes
from polytape.backend import Array, Shape
from polytape.dtypes import DType
from polytape.ops.random_normal import BELOW_TWO, DOUBLE, SINGLE, working_dtype
from polytape.ops.threefry import PARITY, ROTATIONS

BLOCK = 16384
"""Counters in a block: its two words, and one for what is being computed, fit into a core's second cache."""
SMALL = 256
"""Counters computed together where fewer are wanted: hundreds of NumPy calls cost as much for one."""

Words = np.ndarray[Any, np.dtype[np.uint32]]
_SHIFTS = tuple(tuple((np.uint32(r), np.uint32(32 - r)) for r in group) for group in ROTATIONS)


class _Window:
    """The words of some counters in a row, and the normal numbers made of them, once they are asked for."""

    def __init__(self, key: tuple[int, int], first: int, count: int) -> None:
        self.key = key
        self.first = first
        self.last = first + count
        self.words = _threefry(key, first, count)
        self.words.flags.writeable = False
        self.normal: dict[tuple[bool, DType], Any] = {}


class NumpyRandom:
    """The random ops of the NumPy backend."""

    _window: _Window | None = None

    def random_bits(self, state: Array, *, count: int) -> Array:
        """Random uint32 words."""
        return self._pairs(state, (count + 1) // 2).reshape(-1)[:count]

    def random_uniform(self, state: Array, *, shape: Shape, dtype: DType) -> Array:
        """Uniform numbers in [0, 1)."""
        size = math.prod(shape)
        if dtype is dtypes.float64:
            pairs = self._pairs(state, size)
            flat = (pairs[:, 0] >> 5) * 2.0**26
            flat += pairs[:, 1] >> 6
            flat *= 2.0**-53
        else:
            bits = 24 if dtype is dtypes.float32 else 11
            flat = (self.random_bits(state, count=size) >> (32 - bits)).astype(dtype.as_numpy_dtype)
            flat *= 2.0**-bits
        return flat.reshape(shape)[()]

    def random_normal(self, state: Array, *, shape: Shape, dtype: DType) -> Array:
        """Standard normal numbers."""
        return self._normal(state, shape, dtype, truncated=False)

    def random_truncated_normal(self, state: Array, *, shape: Shape, dtype: DType) -> Array:
        """Standard normal numbers between -2 and 2."""
        return self._normal(state, shape, dtype, truncated=True)

    def _normal(self, state: Array, shape: Shape, dtype: DType, truncated: bool) -> Array:
        size = math.prod(shape)
        double = dtype is dtypes.float64
        count = size if double else (size + 1) // 2
        if count > SMALL:
            words = self._pairs(state, count)
            return _normal(words if double else words.reshape(-1)[:size], dtype, truncated).reshape(shape)
        window, start = self._near(state, count)
        found = window.normal.get((truncated, dtype))
        if found is None:
            words = window.words if double else window.words.reshape(-1)
            found = window.normal[truncated, dtype] = _normal(words, dtype, truncated)
        start = start if double else 2 * start
        return found[start : start + size].reshape(shape).copy()[()]

    def _pairs(self, state: Array, count: int) -> Words:
        """The words of `count` counters, a row for each."""
        if count > SMALL:
            key, start = _key_and_counter(state)
            return _threefry(key, start, count)
        window, start = self._near(state, count)
        return window.words[start : start + count]

    def _near(self, state: Array, count: int) -> tuple[_Window, int]:
        """A window that holds the words of `count` counters, and where in it they begin."""
        key, start = _key_and_counter(state)
        window = self._window
        if window is None or key != window.key or start < window.first or start + count > window.last:
            window = self._window = _Window(key, start, SMALL)
        return window, start - window.first


def _key_and_counter(state: Array) -> tuple[tuple[int, int], int]:
    key0, key1, low, high = state.tolist()
    return (key0, key1), high << 32 | low


def _threefry(key: tuple[int, int], start: int, count: int) -> Words:
    keys = (key[0], key[1], key[0] ^ key[1] ^ PARITY)
    words = np.empty((count, 2), np.uint32)
    for offset in range(0, count, BLOCK):
        part = words[offset : offset + BLOCK]
        counters = np.arange(len(part), dtype=np.uint64)
        counters += np.uint64((start + offset) % 2**64)
        _encipher(keys, counters, part)
    return words


def _encipher(keys: tuple[int, int, int], counters: Any, words: Words) -> None:
    """Write the words of each of `counters` into a row of `words`."""
    x0, x1 = (counters & 0xFFFFFFFF).astype(np.uint32), (counters >> 32).astype(np.uint32)
    moved = np.empty_like(x0)
    x0 += np.uint32(keys[0])
    x1 += np.uint32(keys[1])
    for group in range(5):
        for left, right in _SHIFTS[group % 2]:
            np.add(x0, x1, out=x0)
            np.left_shift(x1, left, out=moved)
            np.right_shift(x1, right, out=x1)
            np.bitwise_or(x1, moved, out=x1)
            np.bitwise_xor(x1, x0, out=x1)
        x0 += np.uint32(keys[(group + 1) % 3])
        x1 += np.uint32((keys[(group + 2) % 3] + group + 1) & 0xFFFFFFFF)
    words[:, 0] = x0
    words[:, 1] = x1


def _normal(words: Words, dtype: DType, truncated: bool) -> Any:
    """A normal number for each word, for float64 for each pair of words."""
    double = dtype is dtypes.float64
    flat = np.empty(len(words), working_dtype(dtype).as_numpy_dtype)
    of_part = _normal_of_pairs if double else _normal_of_words
    step = BLOCK if double else 2 * BLOCK
    with np.errstate(all="ignore"):
        for start in range(0, len(words), step):
            of_part(words[start : start + step], flat[start : start + step], truncated)
    return flat.astype(dtype.as_numpy_dtype, copy=False)


def _normal_of_words(words: Words, out: Any, truncated: bool) -> None:
    tail = ((words >> 8) & 0x7FFFFF).astype(np.float32)
    tail *= np.float32(256)
    low = (words & 0xFF).astype(np.float32)
    low += np.float32(0.5)
    tail += low
    tail *= np.float32(2.0**-32)
    _quantile(tail, words >> 31 < 1, out, truncated, SINGLE)


def _normal_of_pairs(pairs: Words, out: Any, truncated: bool) -> None:
    tail = (pairs[:, 0] & 0x7FFFFFFF).astype(np.float64)
    tail *= 2.0**32
    low = pairs[:, 1].astype(np.float64)
    low += 0.5
    tail += low
    tail *= 2.0**-64
    _quantile(tail, pairs[:, 0] >> 31 < 1, out, truncated, DOUBLE)


def _quantile(tail: Any, negative: Any, out: Any, truncated: bool, branches: Any) -> None:
    """Write the normal numbers with these tails into `out`; the tails are used up."""
    if truncated:
        middle = tail * out.dtype.type(2 * BELOW_TWO)
        np.subtract(0.5, middle, out=tail)
    else:
        middle = 0.5 - tail
    square = middle * middle
    np.subtract(out.dtype.type(0.180625), square, out=square)
    np.multiply(middle, _rational(square, branches[0]), out=out)
    (outside,) = np.nonzero(middle > out.dtype.type(0.425))
    root = np.sqrt(-np.log(tail[outside]))
    outer = _rational(root - out.dtype.type(1.6), branches[1])
    if len(branches) == 3:
        far = root > 5.0
        outer[far] = _rational(root[far] - 5.0, branches[2])
    out[outside] = outer
    if truncated:
        np.minimum(out, out.dtype.type(2), out=out)
    np.negative(out, out=out, where=negative)


def _rational(x: Any, branch: Any) -> Any:
    found = _polynomial(x, branch[0])
    found /= _polynomial(x, branch[1])
    return found


def _polynomial(x: Any, coefficients: Any) -> Any:
    found = x * x.dtype.type(coefficients[-1])
    found += x.dtype.type(coefficients[-2])
    for coefficient in coefficients[-3::-1]:
        found *= x
        found += x.dtype.type(coefficient)
    return found
