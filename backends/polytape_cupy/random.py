"""Random numbers on CuPy: the bits that polytape specifies, by core's own formulas, each in one kernel.

Composed of single functions, a draw would launch some two hundred kernels.
"""

from __future__ import annotations

from functools import cache
from math import prod
from typing import Any

import cupy
import numpy

from polytape import dtypes
from polytape.backend import Shape
from polytape.dtypes import DType
from polytape.ops.random_normal import normal_from_words, working_dtype
from polytape.ops.threefry import threefry2x32
from polytape_cupy.fusing import TRACED

_SIGNIFICANT = {dtypes.float16: 11, dtypes.float32: 24}


@cupy.fuse(kernel_name="polytape_threefry")  # type: ignore[untyped-decorator]
def _threefry(steps: Any, key0: Any, key1: Any, low: Any, high: Any) -> Any:
    counter = steps + low
    return threefry2x32(key0, key1, counter, (counter < low).astype(numpy.uint32) + high)


def _words(state: Any, count: int) -> tuple[Any, Any]:
    """The two words of each of `count` counters in a row."""
    parts = [state[place : place + 1] for place in range(4)]
    found = _threefry(cupy.arange(count, dtype=numpy.uint32), *parts)
    return found[0], found[1]


def random_bits(state: Any, *, count: int) -> Any:
    """Random uint32 words."""
    return cupy.stack(_words(state, (count + 1) // 2), axis=1).reshape(-1)[:count]


@cache
def _uniform(dtype: DType) -> Any:
    """The fused function from words to uniform numbers."""
    native = numpy.dtype(dtype.name)

    def of_pairs(x0: Any, x1: Any) -> Any:
        return ((x0 >> 5).astype(native) * 2.0**26 + (x1 >> 6).astype(native)) * 2.0**-53

    def of_words(words: Any) -> Any:
        bits = _SIGNIFICANT[dtype]
        return (words >> (32 - bits)).astype(native) * 2.0**-bits

    return cupy.fuse(kernel_name="polytape_uniform")(of_pairs if dtype is dtypes.float64 else of_words)


@cache
def _normal(dtype: DType) -> Any:
    """The fused function from words to normal numbers."""
    working = working_dtype(dtype)
    native = numpy.dtype(dtype.name)

    def of_pairs(x0: Any, x1: Any) -> Any:
        return normal_from_words(TRACED, x0, x1, working)

    def of_words(words: Any) -> Any:
        return normal_from_words(TRACED, words, None, working).astype(native)

    return cupy.fuse(kernel_name="polytape_normal")(of_pairs if dtype is dtypes.float64 else of_words)


def _drawn(function: Any, state: Any, shape: Shape, dtype: DType) -> Any:
    size = prod(shape)
    words = _words(state, size) if dtype is dtypes.float64 else (random_bits(state, count=size),)
    return function(*words).reshape(shape)


def random_uniform(state: Any, *, shape: Shape, dtype: DType) -> Any:
    """Uniform numbers in [0, 1)."""
    return _drawn(_uniform(dtype), state, shape, dtype)


def random_normal(state: Any, *, shape: Shape, dtype: DType) -> Any:
    """Standard normal numbers."""
    return _drawn(_normal(dtype), state, shape, dtype)


FUNCTIONS: dict[str, Any] = {
    "random_bits": random_bits,
    "random_uniform": random_uniform,
    "random_normal": random_normal,
}
