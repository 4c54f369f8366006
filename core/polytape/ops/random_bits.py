"""Random bits, uniform numbers and integers as pure functions of a state: the same bits on every backend.

A state is a uint32 tensor of shape [4]: the two words of a Threefry key, and the low and high word of the
counter at which to start. What is computed is specified in docs/reference/portable-random.md.
"""

from __future__ import annotations

import math

from polytape import dtypes
from polytape.backend import Array, Backend, Shape
from polytape.dtypes import DType
from polytape.op import op
from polytape.ops.threefry import STATE, block_words

_SIGNIFICAND = {dtypes.float16: 11, dtypes.float32: 24}
"""How many bits a uniform number has."""


@op(accepts=STATE)
def random_bits(backend: Backend, state: Array, *, count: int) -> Array:
    """Return `count` uint32 words: both of the first counter, both of the second, and so on."""
    pairs = (count + 1) // 2
    columns = [backend.reshape(word, shape=(pairs, 1)) for word in block_words(backend, state, pairs)]
    words = backend.reshape(backend.concat(columns, axis=1), shape=(2 * pairs,))
    return backend.getitem(words, key=(slice(0, count),))


@op(accepts=STATE)
def random_uniform(backend: Backend, state: Array, *, shape: Shape, dtype: DType) -> Array:
    """Return uniform floating-point numbers in [0, 1): multiples of 2⁻¹¹, 2⁻²⁴ or 2⁻⁵³, by the dtype."""
    native = backend.native_dtype(dtype)
    size = math.prod(shape)
    if dtype is dtypes.float64:
        x0, x1 = block_words(backend, state, size)
        flat = (backend.astype(x0 >> 5, dtype=native) * 2.0**26 + backend.astype(x1 >> 6, dtype=native)) * 2.0**-53
    else:
        bits = _SIGNIFICAND[dtype]
        flat = backend.astype(backend.random_bits(state, count=size) >> (32 - bits), dtype=native) * 2.0**-bits
    return backend.reshape(flat, shape=shape)


@op(accepts=STATE)
def random_integers(backend: Backend, state: Array, *, shape: Shape, dtype: DType, low: int, span: int) -> Array:
    """Return integers from `low` up to but without `low + span`, by multiplying a random word.

    A word has 32 bits, for int64 and uint64 it has 64. The value is `low + ⌊word · span / 2³²⌋`, or `/ 2⁶⁴`:
    no value's probability differs from 1 / span by more than 2⁻³² or 2⁻⁶⁴.
    """
    size = math.prod(shape)
    native = backend.native_dtype(dtype)
    long = backend.native_dtype(dtypes.uint64)
    if dtype not in (dtypes.int64, dtypes.uint64):
        words = backend.astype(backend.random_bits(state, count=size), dtype=long)
        offsets = backend.astype((words * span) >> 32, dtype=backend.native_dtype(dtypes.int64))
        flat = backend.astype(offsets + low, dtype=native)
    else:
        high, low_word = (backend.astype(word, dtype=long) for word in block_words(backend, state, size))
        flat = backend.astype(_high_product(high, low_word, span), dtype=native) + low
    return backend.reshape(flat, shape=shape)


def _high_product(high: Array, low: Array, span: int) -> Array:
    """The upper 64 of the 128 bits of (high · 2³² + low) · span, in uint64 without overflow."""
    if span == 1 << 64:
        return (high << 32) | low
    span_high, span_low = span >> 32, span & 0xFFFFFFFF
    middle = high * span_low + ((low * span_low) >> 32)
    if not span_high:
        return middle >> 32
    return high * span_high + (middle >> 32) + ((low * span_high + (middle & 0xFFFFFFFF)) >> 32)


@op(accepts=STATE)
def random_permutation(backend: Backend, state: Array, *, count: int) -> Array:
    """Return the integers below `count` in random order, as int64: what sorts as many 64-bit words."""
    long = backend.native_dtype(dtypes.uint64)
    high, low = (backend.astype(word, dtype=long) for word in block_words(backend, state, count))
    return backend.argsort((high << 32) | low, axis=0)
