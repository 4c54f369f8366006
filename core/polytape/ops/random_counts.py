"""Poisson- and binomially distributed numbers as pure functions of a state."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from polytape import dtypes
from polytape.backend import Array, Backend
from polytape.dtypes import FLOATING, DType
from polytape.op import op
from polytape.ops.random_normal import working_dtype
from polytape.ops.rejection import ElementStreams, Words, accepted
from polytape.ops.threefry import STATE

SMALL_MEAN = 10
"""Below this mean, numbers are found by adding up probabilities; from it on, by trial and error."""


@op(None, None, accepts=(FLOATING, STATE))
def random_poisson(backend: Backend, lam: Array, state: Array) -> Array:
    """Return for each mean a Poisson-distributed number; NaN where the mean is negative or not finite."""
    dtype = working_dtype(backend.dtype_of(lam))
    with backend.computing():
        (mean,) = _flat(backend, dtype, lam)
        found = _poisson(backend, ElementStreams(backend, state, mean.shape[0], dtype), mean)
        return backend.reshape(backend.astype(found, dtype=lam.dtype), shape=tuple(lam.shape))


@op(None, None, None, accepts=(FLOATING, FLOATING, STATE))
def random_binomial(backend: Backend, counts: Array, probs: Array, state: Array) -> Array:
    """Return for each number of trials and probability how many succeed; NaN where these make no sense."""
    dtype = working_dtype(backend.dtype_of(counts))
    with backend.computing():
        n, p = _flat(backend, dtype, counts, probs)
        found = _binomial(backend, ElementStreams(backend, state, n.shape[0], dtype), n, p)
        return backend.reshape(backend.astype(found, dtype=counts.dtype), shape=tuple(counts.shape))


def _flat(backend: Any, dtype: DType, *arrays: Array) -> list[Array]:
    native = backend.native_dtype(dtype)
    return [backend.astype(backend.reshape(x, shape=(math.prod(x.shape),)), dtype=native) for x in arrays]


def _poisson(backend: Any, streams: ElementStreams, mean: Array) -> Array:
    valid = backend.logical_and(mean >= 0, backend.isfinite(mean))
    small = backend.logical_and(valid, mean < SMALL_MEAN)
    few = backend.where(small, mean, mean * 0 + 1)
    start = backend.where(small, added_up(backend, streams, backend.exp(-few), lambda k: few / k), mean * 0 + math.nan)
    settled = backend.logical_or(small, backend.logical_not(valid))
    return accepted(backend, start, settled, _poisson_attempt(backend, streams, settled, mean))


def _binomial(backend: Any, streams: ElementStreams, n: Array, p: Array) -> Array:
    possible = backend.logical_and(p >= 0, p <= 1)
    valid = backend.logical_and(backend.logical_and(n >= 0, backend.isfinite(n)), possible)
    n, p = backend.where(valid, n, n * 0 + 1), backend.where(valid, p, p * 0)
    mirrored = p > 0.5
    p = backend.where(mirrored, 1 - p, p)
    small = n * p < SMALL_MEAN
    few, odds = backend.where(small, n, n * 0), p / (1 - p)
    none = backend.exp(few * backend.log1p(-p))
    start = added_up(backend, streams, none, lambda k: odds * ((few - k + 1) / k))
    found = accepted(backend, start, small, _binomial_attempt(backend, streams, small, n, p))
    return backend.where(valid, backend.where(mirrored, n - found, found), n * 0 + math.nan)


def added_up(backend: Any, streams: ElementStreams, first: Array, ratio: Callable[[int], Array]) -> Array:
    """The smallest k whose probabilities up to it add up to more than a uniform number.

    Args:
        first: the probability of 0.
        ratio: `(k) -> ` the probability of k divided by that of k - 1.
    """
    u = streams.uniform(0)
    negligible = 2.0**-57 if streams.dtype is dtypes.float64 else 2.0**-28
    k, probability, total, found = 0, first, first, first * 0
    while True:
        # What is left at the far end is lost in rounding: there the search stops as well.
        beyond = backend.logical_and(u >= total, backend.logical_or(probability > negligible, total < 0.5))
        if not bool(backend.any(beyond)):
            return found
        k += 1
        found = backend.where(beyond, found * 0 + k, found)
        probability = probability * ratio(k)
        total = total + probability


def _poisson_attempt(backend: Any, streams: ElementStreams, settled: Array, mean: Array) -> Callable[[int], Words]:
    """Algorithm PTRS.

    Source: W. Hörmann, "The transformed rejection method for generating Poisson random variables", Insurance:
    Mathematics and Economics 12, 1993.
    """
    mean = backend.where(settled, mean * 0 + SMALL_MEAN, mean)
    b = 0.931 + 2.53 * backend.sqrt(mean)
    a = 0.02483 * b - 0.059
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    quick = 0.9277 - 3.6224 / (b - 2)

    def attempt(number: int) -> Words:
        u, v = streams.uniform(2 * number) - 0.5, streams.uniform(2 * number + 1)
        edge = 0.5 - backend.abs(u)
        k = backend.floor((2 * a / edge + b) * u + mean + 0.43)
        positive = backend.where(k > 0, k, k * 0 + 1)
        log_probability = -(_deviance(backend, positive, mean) + _stirling(positive))
        log_probability = log_probability - backend.log(positive * (2 * math.pi)) / 2
        log_probability = backend.where(k > 0, log_probability, -mean)
        good = backend.log(v * inverse_alpha / (a / (edge * edge) + b)) <= log_probability
        inside = backend.logical_and(k >= 0, backend.logical_or(edge >= 0.013, v <= edge))
        at_once = backend.logical_and(edge >= 0.07, v <= quick)
        return k, backend.logical_or(at_once, backend.logical_and(inside, good))

    return attempt


def _binomial_attempt(
    backend: Any, streams: ElementStreams, settled: Array, n: Array, p: Array
) -> Callable[[int], Words]:
    """Algorithm BTRS.

    Source: W. Hörmann, "The generation of binomial random variates", Journal of Statistical Computation and
    Simulation 46, 1993.
    """
    n, p = backend.where(settled, n * 0 + 40, n), backend.where(settled, p * 0 + 0.5, p)
    deviation = backend.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * deviation
    a = 0.0248 * b + 0.01 * p - 0.0873
    quick = 0.92 - 4.2 / b
    alpha = (2.83 + 5.1 / b) * deviation
    mode = _log_binomial(backend, backend.floor((n + 1) * p), n, p)

    def attempt(number: int) -> Words:
        u, v = streams.uniform(2 * number) - 0.5, streams.uniform(2 * number + 1)
        edge = 0.5 - backend.abs(u)
        k = backend.floor((2 * a / edge + b) * u + n * p + 0.5)
        inside = backend.logical_and(k >= 0, k <= n)
        likely = _log_binomial(backend, backend.where(inside, k, k * 0), n, p) - mode
        good = backend.log(v * alpha / (a / (edge * edge) + b)) <= likely
        at_once = backend.logical_and(edge >= 0.07, v <= quick)
        return k, backend.logical_or(at_once, backend.logical_and(inside, good))

    return attempt


def _log_binomial(backend: Any, k: Array, n: Array, p: Array) -> Array:
    """The logarithm of a binomial probability, by Loader's saddle-point expansion.

    Source: C. Loader, "Fast and accurate computation of binomial probabilities", 2000.
    """
    inner = backend.where(k < 1, k * 0 + 1, backend.where(k > n - 1, n - 1, k))
    rest = n - inner
    between = (
        _stirling(n)
        - _stirling(inner)
        - _stirling(rest)
        - _deviance(backend, inner, n * p)
        - _deviance(backend, rest, n * (1 - p))
        - backend.log(2 * math.pi * inner * (rest / n)) / 2
    )
    ends = backend.where(k < 1, n * backend.log1p(-p), n * backend.log(p))
    return backend.where(backend.logical_or(k < 1, k > n - 1), ends, between)


def _deviance(backend: Any, k: Array, mean: Array) -> Array:
    """k·log(k / mean) + mean - k, without losing digits where the two are close."""
    x = (k - mean) / mean
    return mean * ((1 + x) * backend.log1p(x) - x)


def _stirling(k: Array) -> Array:
    """log k! less Stirling's formula for it, for k ≥ 1."""
    square = 1 / (k * k)
    return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / k
