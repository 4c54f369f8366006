"""Normally distributed numbers as pure functions of a state, by the inverse of the distribution function.

The inverse is Wichura's AS241: a quotient of polynomials for the middle 85 %, so most numbers are plain
arithmetic, and of √(-log r) in the tails. See docs/reference/portable-random.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from polytape import dtypes
from polytape.backend import Array, Backend, Shape
from polytape.dtypes import DType
from polytape.op import op
from polytape.ops.threefry import STATE, block_words

Coefficients = tuple[float, ...]

# Numerator and denominator of each branch, constant term first.
# Source: M. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics
# 37, 1988; PPND7 for single precision, PPND16 for double precision.
SINGLE: tuple[tuple[Coefficients, Coefficients], ...] = (
    (
        (3.3871327179, 50.434271938, 159.29113202, 59.109374720),
        (1.0, 17.895169469, 78.757757664, 67.187563600),
    ),
    (
        (1.4234372777, 2.7568153900, 1.3067284816, 0.17023821103),
        (1.0, 0.73700164250, 0.12021132975),
    ),
)
DOUBLE: tuple[tuple[Coefficients, Coefficients], ...] = (
    (
        (
            *(
                3.3871328727963666080e0,
                1.3314166789178437745e2,
                1.9715909503065514427e3,
                1.3731693765509461125e4,
            ),
            *(
                4.5921953931549871457e4,
                6.7265770927008700853e4,
                3.3430575583588128105e4,
                2.5090809287301226727e3,
            ),
        ),
        (
            *(1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3),
            *(
                2.1213794301586595867e4,
                3.9307895800092710610e4,
                2.8729085735721942674e4,
                5.2264952788528545610e3,
            ),
        ),
    ),
    (
        (
            *(
                1.42343711074968357734e0,
                4.63033784615654529590e0,
                5.76949722146069140550e0,
                3.64784832476320460504e0,
            ),
            *(
                1.27045825245236838258e0,
                2.41780725177450611770e-1,
                2.27238449892691845833e-2,
                7.74545014278341407640e-4,
            ),
        ),
        (
            *(1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1),
            *(
                1.48103976427480074590e-1,
                1.51986665636164571966e-2,
                5.47593808499534494600e-4,
                1.05075007164441684324e-9,
            ),
        ),
    ),
    (
        (
            *(
                6.65790464350110377720e0,
                5.46378491116411436990e0,
                1.78482653991729133580e0,
                2.96560571828504891230e-1,
            ),
            *(
                2.65321895265761230930e-2,
                1.24266094738807843860e-3,
                2.71155556874348757815e-5,
                2.01033439929228813265e-7,
            ),
        ),
        (
            *(1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2),
            *(
                7.86869131145613259100e-4,
                1.84631831751005468180e-5,
                1.42151175831644588870e-7,
                2.04426310338993978564e-15,
            ),
        ),
    ),
)
BELOW_TWO = 0.47724986805182079
"""Φ(2) - ½: the probability of a normal number between 0 and 2."""


@op(accepts=STATE)
def random_normal(backend: Backend, state: Array, *, shape: Shape, dtype: DType) -> Array:
    """Return numbers of mean 0 and standard deviation 1."""
    negative, tail = signed_tails(backend, state, math.prod(shape), dtype)
    return backend.reshape(_signed(backend, negative, quantile(backend, 0.5 - tail, tail, dtype), dtype), shape=shape)


@op(accepts=STATE)
def random_truncated_normal(backend: Backend, state: Array, *, shape: Shape, dtype: DType) -> Array:
    """Return numbers of the standard normal distribution, given that they are between -2 and 2."""
    negative, tail = signed_tails(backend, state, math.prod(shape), dtype)
    middle = tail * (2 * BELOW_TWO)
    found = quantile(backend, middle, 0.5 - middle, dtype)
    found = backend.where(found > 2.0, backend.full((), 2.0, dtype=found.dtype), found)
    return backend.reshape(_signed(backend, negative, found, dtype), shape=shape)


def working_dtype(dtype: DType) -> DType:
    """The dtype in which numbers of `dtype` are computed."""
    return dtypes.float32 if dtype is dtypes.float16 else dtype


def normal_from_words(backend: Any, x0: Array, x1: Array, dtype: DType) -> Array:
    """Return a standard normal number, float32 or float64, for a pair of words; float32 takes the first."""
    if dtype is dtypes.float64:
        negative, tail = _tails_of_pairs(backend, x0, x1, backend.native_dtype(dtype))
    else:
        negative, tail = _tails_of_words(backend, x0, backend.native_dtype(dtype))
    return _signed(backend, negative, quantile(backend, 0.5 - tail, tail, dtype), dtype)


def signed_tails(backend: Any, state: Array, count: int, dtype: DType) -> tuple[Array, Array]:
    """Return from one word, or two for float64, whether the number is negative, and a tail in (0, ½]."""
    native = backend.native_dtype(working_dtype(dtype))
    if dtype is dtypes.float64:
        return _tails_of_pairs(backend, *block_words(backend, state, count), native)
    return _tails_of_words(backend, backend.random_bits(state, count=count), native)


def _tails_of_words(backend: Any, words: Array, native: Any) -> tuple[Array, Array]:
    high = backend.astype((words >> 8) & 0x7FFFFF, dtype=native) * 256.0
    return (words >> 31) < 1, (high + (backend.astype(words & 0xFF, dtype=native) + 0.5)) * 2.0**-32


def _tails_of_pairs(backend: Any, x0: Array, x1: Array, native: Any) -> tuple[Array, Array]:
    high = backend.astype(x0 & 0x7FFFFFFF, dtype=native) * 2.0**32
    return (x0 >> 31) < 1, (high + (backend.astype(x1, dtype=native) + 0.5)) * 2.0**-64


def quantile(backend: Any, middle: Array, tail: Array, dtype: DType) -> Array:
    """Return x ≥ 0 with Φ(x) = ½ + middle = 1 - tail."""
    branches = DOUBLE if dtype is dtypes.float64 else SINGLE
    found = middle * rational(0.180625 - middle * middle, branches[0])
    root = backend.sqrt(-backend.log(tail))
    outer = rational(root - 1.6, branches[1])
    if len(branches) == 3:  # in single precision the smallest tail, 2⁻³³, does not get there
        outer = backend.where(root > 5.0, rational(root - 5.0, branches[2]), outer)
    return backend.where(middle > 0.425, outer, found)


def rational(x: Array, branch: tuple[Sequence[float], Sequence[float]]) -> Array:
    """Return the quotient of two polynomials, by Horner's rule."""
    numerator, denominator = branch
    return polynomial(x, numerator) / polynomial(x, denominator)


def polynomial(x: Array, coefficients: Sequence[float]) -> Array:
    """Return Σ coefficients[i] · xⁱ, by Horner's rule."""
    found = x * coefficients[-1] + coefficients[-2]
    for coefficient in coefficients[-3::-1]:
        found = found * x + coefficient
    return found


def _signed(backend: Any, negative: Array, magnitude: Array, dtype: DType) -> Array:
    found = backend.where(negative, -magnitude, magnitude)
    return found if dtype is working_dtype(dtype) else backend.astype(found, dtype=backend.native_dtype(dtype))
