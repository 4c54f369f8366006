"""Special functions against Python's `math`, integrals, series and differences."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from polytape_conformance.by_element import by_element
from polytape_conformance.row import Row, real

_ONE = (
    (real(2, 3, low=-3, high=3),),
    (real(3, 2).T,),
    (real(0, 2),),
    (np.float64(0.3),),
    (np.float64(-5.0),),
)
_OPEN = ((real(2, 3, low=-0.97, high=0.97),), (np.float64(0.3),), (real(0),))
_SHARE = ((real(2, 3, low=0.03, high=0.97),), (np.float64(0.1),), (np.float64(0.99),))
_GAMMA_PAIRS = (
    (np.array([[1.0], [2.5], [7.0]]), np.array([0.2, 1.5, 9.0])),
    (np.float64(3.0), np.float64(2.0)),
    (np.float64(14.0), np.array([8.0, 20.0])),
)
_GAMMA = (
    (real(2, 3, low=0.1, high=3.0),),
    (real(6, low=2.5, high=40.0),),
    (np.array([-0.4, -1.7, -6.3]),),
    (np.float64(1.5),),
    (np.float64(1e4),),
)


def _inverse(function: Callable[[float], float], low: float, high: float) -> Callable[..., Any]:
    """The inverse of a rising function, by bisection."""

    def inverse(y: float) -> float:
        below, above = low, high
        for _ in range(200):
            middle = (below + above) / 2
            below, above = (middle, above) if function(middle) < y else (below, middle)
        return middle

    return by_element(inverse)


def _digamma(x: float) -> float:
    """The recurrence ψ(x + 1) = ψ(x) + 1/x, up to where the asymptotic expansion holds."""
    terms = []
    while x < 30:
        terms.append(-1 / x)
        x += 1
    terms += [math.log(x), -1 / (2 * x), -1 / (12 * x**2), 1 / (120 * x**4), -1 / (252 * x**6), 1 / (240 * x**8)]
    return math.fsum(terms)


def _zeta(s: float, q: float) -> float:
    """The sum itself, with the integral and the first corrections for the terms that are left out."""
    count = 200
    end = q + count
    rest: float = (
        end ** (1 - s) / (s - 1)
        + end**-s / 2
        + s * end ** (-s - 1) / 12
        - s * (s + 1) * (s + 2) * end ** (-s - 3) / 720
    )
    return math.fsum((q + k) ** -s for k in range(count)) + rest


def _polygamma(order: float, x: float) -> float:
    n = int(order)
    return _digamma(x) if n == 0 else -math.factorial(n) * _zeta(n + 1, x) * (-1.0) ** n


def _bessel(order: int, scaled: bool) -> Callable[..., Any]:
    """The integral of exp(x·cos t)·cos(order·t) / π from 0 to π, by the trapezoidal rule."""

    def value(x: float) -> float:
        count = 400
        shift = abs(x) if scaled else 0.0
        points = [math.exp(x * math.cos(t) - shift) * math.cos(order * t) for t in np.linspace(0, math.pi, count + 1)]
        return (math.fsum(points) - (points[0] + points[-1]) / 2) / count

    return by_element(value)


_U = np.arange(-112, 113) / 32
"""Places for the trapezoidal rule after a double exponential substitution: beyond them nothing is left."""


def _integral(function: Callable[[Any], Any], end: float) -> float:
    """The integral from 0 to `end`: t = end / (1 + exp(-π·sinh u)).

    Source: H. Takahasi, M. Mori, Double exponential formulas for numerical integration, Publ. RIMS 9 (1974).
    """
    share = 1 / (1 + np.exp(-np.pi * np.sinh(_U)))
    weights = end * np.pi * np.cosh(_U) * share / (1 + np.exp(np.pi * np.sinh(_U)))
    return math.fsum(function(end * share) * weights) / 32


def _integral_beyond(function: Callable[[Any], Any], start: float) -> float:
    """The integral from `start` to infinity of what falls like exp(-t): t = start + exp(u - exp(-u)).

    Source: as above.
    """
    u = np.arange(-160, 193) / 32
    beyond = np.exp(u - np.exp(-u))
    return math.fsum(function(start + beyond) * beyond * (1 + np.exp(-u))) / 32


def _gamma_density(a: float) -> Callable[[Any], Any]:
    return lambda t: np.exp((a - 1) * np.log(t) - t - math.lgamma(a))


def _lower_gamma(a: float, x: float) -> float:
    return _integral(_gamma_density(a), x)


def _upper_gamma(a: float, x: float) -> float:
    return _integral_beyond(_gamma_density(a), x)


def _lower_beta(a: float, b: float, x: float) -> float:
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    return _integral(lambda t: np.exp((a - 1) * np.log(t) + (b - 1) * np.log1p(-t) - log_beta), x)


ROWS = [
    Row(
        "math.erf",
        lambda tf, x: tf.math.erf(x),
        by_element(math.erf),
        _ONE,
        rejects=((lambda tf: tf.math.erf(1), TypeError, "int32"),),
    ),
    Row("math.erfc", lambda tf, x: tf.math.erfc(x), by_element(math.erfc), _ONE),
    Row("math.erfinv", lambda tf, x: tf.math.erfinv(x), _inverse(math.erf, -6, 6), _OPEN),
    Row(
        "math.erfcinv",
        lambda tf, x: tf.math.erfcinv(x),
        lambda y: -_inverse(lambda x: math.erfc(-x), -6, 6)(y),
        _SHARE,
    ),
    Row(
        "math.ndtri",
        lambda tf, x: tf.math.ndtri(x),
        _inverse(lambda x: math.erfc(-x / math.sqrt(2)) / 2, -9, 9),
        _SHARE,
    ),
    Row("math.lgamma", lambda tf, x: tf.math.lgamma(x), by_element(math.lgamma), _GAMMA),
    Row("math.digamma", lambda tf, x: tf.math.digamma(x), by_element(_digamma), _GAMMA),
    Row(
        "math.lbeta",
        lambda tf, x: tf.math.lbeta(x),
        lambda x: np.array([math.fsum(map(math.lgamma, row)) - math.lgamma(math.fsum(row)) for row in x]),
        ((real(2, 3, low=0.2, high=4),),),
        rejects=((lambda tf: tf.math.lbeta(1.0), ValueError, "at least one axis"),),
    ),
    Row(
        "math.zeta",
        lambda tf, s, q: tf.math.zeta(s, q),
        by_element(_zeta),
        ((real(2, 1, low=1.5, high=6), real(3, low=0.3, high=20)), (np.float64(3.0), np.float64(0.7))),
        differentiable=(1,),
    ),
    Row(
        "math.polygamma",
        lambda tf, n, x: tf.math.polygamma(n, x),
        by_element(_polygamma),
        ((np.array([[0.0], [1.0], [2.0], [4.0]]), real(3, low=0.4, high=20)),),
        differentiable=(1,),
    ),
    Row(
        "math.bessel_i0",
        lambda tf, x: tf.math.bessel_i0(x),
        _bessel(0, False),
        (*_ONE, (np.array([-25.0, 18.0]),)),
    ),
    Row(
        "math.bessel_i0e",
        lambda tf, x: tf.math.bessel_i0e(x),
        _bessel(0, True),
        (*_ONE, (np.array([-25.0, 18.0]),)),
        tolerance=8,  # derivatives are differences of nearly equal functions
    ),
    Row(
        "math.bessel_i1",
        lambda tf, x: tf.math.bessel_i1(x),
        _bessel(1, False),
        (*_ONE, (np.array([-25.0, 18.0]),)),
        tolerance=4,  # derivatives are differences of nearly equal functions
    ),
    Row(
        "math.bessel_i1e",
        lambda tf, x: tf.math.bessel_i1e(x),
        _bessel(1, True),
        (*_ONE, (np.array([-25.0, 18.0]),)),
        tolerance=8,  # derivatives are differences of nearly equal functions
    ),
    Row(
        "math.polyval",
        lambda tf, x, a: tf.math.polyval([a, 2.0, -1.0], x),
        by_element(lambda x, a: a * x * x + 2 * x - 1),
        ((real(2, 3), real()),),
        rejects=((lambda tf: tf.math.polyval(2.0, 1.0), ValueError, "must be a list"),),
    ),
    Row(
        "math.igamma",
        lambda tf, a, x: tf.math.igamma(a, x),
        by_element(_lower_gamma),
        _GAMMA_PAIRS,
        differentiable=(1,),
        rejects=((lambda tf: tf.math.igamma(1, 2), TypeError, "int32"),),
        tolerance=4,  # derivatives are exponentials of sums of large terms
        half=False,
    ),
    Row(
        "math.igammac",
        lambda tf, a, x: tf.math.igammac(a, x),
        by_element(_upper_gamma),
        _GAMMA_PAIRS,
        differentiable=(1,),
        tolerance=4,  # derivatives are exponentials of sums of large terms
        half=False,
    ),
    Row(
        "math.betainc",
        lambda tf, a, b, x: tf.math.betainc(a, b, x),
        by_element(_lower_beta),
        (
            (np.array([[1.0], [2.0], [3.5]]), np.array([1.0, 2.5, 4.0]), np.float64(0.3)),
            (np.float64(12.0), np.float64(15.0), np.array([0.1, 0.45, 0.9])),
        ),
        differentiable=(2,),
        rejects=((lambda tf: tf.math.betainc(1, 1, 1), TypeError, "int32"),),
        half=False,
    ),
]
