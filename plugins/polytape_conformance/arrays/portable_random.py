"""The specification of the random streams in plain Python integers, element by element.

Source: docs/reference/portable-random.md. `VECTORS` are known answers, published with Threefry or with that page.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

Key = tuple[int, int]
_WORD = 0xFFFFFFFF
_ROTATIONS = (13, 15, 26, 6), (17, 29, 16, 24)

VECTORS: tuple[tuple[Key, Key, Key], ...] = (
    ((0x00000000, 0x00000000), (0x00000000, 0x00000000), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
)
"""Key, counter and block, by the authors of Threefry."""
PERMUTATIONS: tuple[tuple[Key, list[int]], ...] = (
    ((0, 0), [7, 1, 5, 2, 0, 6, 4, 3]),
    ((1, 2), [4, 6, 0, 7, 1, 3, 2, 5]),
)
"""Seed, and the order of eight elements."""
NORMALS: tuple[tuple[Key, str, list[float]], ...] = (
    ((0, 0), "float32", [-0.20584212, 1.2787127, -0.48262307]),
    ((0, 0), "float64", [-0.20584213947964297, -0.4826230094333745, -0.2710916308378203]),
    ((1, 2), "float32", [-1.0517064, 1.6884931, 1.8977718]),
    ((1, 2), "float64", [-1.0517062938079764, 1.8977716549273163, 1.3502148513866365]),
)
"""Seed, dtype and the first three normal numbers."""


def block(key: Key, counter: Key) -> Key:
    """The two words of a counter."""
    keys = (*key, key[0] ^ key[1] ^ 0x1BD11BDA)
    x0, x1 = counter[0] + keys[0] & _WORD, counter[1] + keys[1] & _WORD
    for group in range(5):
        for rotation in _ROTATIONS[group % 2]:
            x0 = x0 + x1 & _WORD
            x1 = (x1 << rotation | x1 >> 32 - rotation) & _WORD ^ x0
        x0 = x0 + keys[(group + 1) % 3] & _WORD
        x1 = x1 + keys[(group + 2) % 3] + group + 1 & _WORD
    return x0, x1


def nth_block(key: Key, number: int) -> Key:
    """A block by its number from the state on."""
    return block(key, (number & _WORD, number >> 32 & _WORD))


def word32(key: Key, element: int) -> int:
    """The 32-bit word of an element."""
    return nth_block(key, element // 2)[element % 2]


def word64(key: Key, element: int) -> int:
    """The 64-bit word of an element."""
    high, low = nth_block(key, element)
    return high << 32 | low


def derived(number: int, name: str) -> Key:
    """The key derived from a number for a purpose."""
    letters = name.encode()
    counter = int.from_bytes(letters[:4], "big"), int.from_bytes(letters[4:], "big")
    return block((number & _WORD, number >> 32 & _WORD), counter)


def uniform(key: Key, element: int, dtype: str) -> float:
    """A uniform number."""
    if dtype == "float64":
        high, low = nth_block(key, element)
        return ((high >> 5) * 2**26 + (low >> 6)) * 2.0**-53
    bits = 24 if dtype == "float32" else 11
    return (word32(key, element) >> 32 - bits) * 2.0**-bits


def integer(key: Key, element: int, dtype: str, low: int, span: int) -> int:
    """An integer from `low` up to but without `low + span`."""
    if dtype in ("int32", "uint32"):
        return low + (word32(key, element) * span >> 32)
    return low + (word64(key, element) * span >> 64)


def permutation(key: Key, count: int) -> list[int]:
    """The order that sorts the first 64-bit words."""
    words = [word64(key, element) for element in range(count)]
    return sorted(range(count), key=words.__getitem__)


def normal(key: Key, element: int, dtype: str, *, truncated: bool = False) -> float:
    """A normal number; for float32 and float16 by PPND7, for float64 by PPND16, which is Python's `inv_cdf`."""
    if dtype == "float64":
        high, low = nth_block(key, element)
        r = (2.0**32 * (high % 2**31) + (low + 0.5)) * 2.0**-64
        negative = high < 2**31
        q = r * 0.95449973610364158 if truncated else 0.5 - r
        magnitude = -NormalDist().inv_cdf(0.5 - q if truncated else r)
    else:
        word, single = word32(key, element), np.float32
        tail = (single(256 * (word >> 8) % 2**31) + single(word % 2**8 + 0.5)) * single(2.0**-32)
        negative = word < 2**31
        q32 = tail * single(0.95449973610364158) if truncated else single(0.5) - tail
        magnitude = ppnd7(float(q32), float(single(0.5) - q32 if truncated else tail))
    magnitude = min(magnitude, 2.0) if truncated else magnitude
    return -magnitude if negative else magnitude


def ppnd7(q: float, r: float) -> float:
    """The magnitude whose tail has probability r = ½ - q (M. Wichura, algorithm AS 241, 1988)."""
    if q <= 0.425:
        s = 0.180625 - q * q
        above = ((59.109374720 * s + 159.29113202) * s + 50.434271938) * s + 3.3871327179
        return q * above / (((67.187563600 * s + 78.757757664) * s + 17.895169469) * s + 1.0)
    s = math.sqrt(-math.log(r))
    if s <= 5:
        s -= 1.6
        above = ((0.17023821103 * s + 1.3067284816) * s + 2.7568153900) * s + 1.4234372777
        return above / ((0.12021132975 * s + 0.73700164250) * s + 1.0)
    raise ValueError(f"A 32-bit word has no tail of {r}.")
