"""The incomplete gamma functions, element by element, composed of primitives.

Source: W. H. Press and others, "Numerical Recipes", third edition, 2007, section 6.2: a power series below x
= a + 1, a continued fraction by Lentz' method above. Both end when no element changes any more.
"""

from __future__ import annotations

from math import pi
from typing import Any

from polytape.backend import Array, Backend
from polytape.dtypes import float32, float64
from polytape.op import elementwise
from polytape.ops.gamma_function import stirling_correction

_PRECISION = {float32: 2.4e-7, float64: 4.5e-16}
"""Relative changes at or below which an element has converged, by dtype: two units in the last place."""
_ACCEPTED = frozenset(_PRECISION)
_ITERATIONS = 4000
_CHECK = 16
"""The number of iterations after which it is looked whether all elements have converged."""


def _prefactor(backend: Backend, a: Array, x: Array) -> Array:
    """xᵃ·exp(-x) / Γ(a); for large a by Stirling's formula, in which the large terms have cancelled."""
    large = backend.greater(a, 10)
    direct = backend.exp(a * backend.log(x) - x - backend.lgamma(a))
    high = backend.where(large, a, 10)
    offset = (x - high) / high
    exponent = high * (backend.log1p(offset) - offset) - stirling_correction(backend, high)
    return backend.where(large, backend.sqrt(high / (2 * pi)) * backend.exp(exponent), direct)


def moving(backend: Backend, factor: Array) -> Array:
    """Return where a product still changes by a factor: beyond, rounding would add up from step to step."""
    return backend.greater(backend.abs(factor - 1), _PRECISION[backend.dtype_of(factor)])


def _series(backend: Backend, a: Array, x: Array) -> Array:
    """P(a, x) = xᵃ·exp(-x) / Γ(a + 1) · Σ xⁿ / ((a + 1)···(a + n))."""
    term = x * 0 + 1
    total = term
    for n in range(1, _ITERATIONS):
        term = term * (x / (a + n))
        total = total + term
        if n % _CHECK == 0 and not bool(backend.any(moving(backend, 1 + term / total))):
            break
    return total * _prefactor(backend, a, x) / a


def _fraction(backend: Backend, a: Array, x: Array) -> Array:
    """Q(a, x) = xᵃ·exp(-x) / Γ(a) · 1 / (x + 1 - a - 1·(1 - a) / (x + 3 - a - 2·(2 - a) / ...))."""
    b = x + 1 - a
    c = b * 0 + 1e30
    d = backend.divide(1, b)
    total = d
    for n in range(1, _ITERATIONS):
        factor = (a - n) * n
        b = b + 2
        d = _away_from_zero(backend, factor * d + b)
        c = _away_from_zero(backend, b + factor / c)
        d = backend.divide(1, d)
        change = d * c
        unfinished = moving(backend, change)
        total = backend.where(unfinished, total * change, total)
        if n % _CHECK == 0 and not bool(backend.any(unfinished)):
            break
    return total * _prefactor(backend, a, x)


def _away_from_zero(backend: Backend, x: Array) -> Array:
    return backend.where(backend.less(backend.abs(x), 1e-30), 1e-30, x)


def _both(backend: Backend, a: Array, x: Array) -> tuple[Array, Array]:
    """P(a, x) and Q(a, x) = 1 - P(a, x), the smaller of them with all its digits."""
    together = backend.equal(a, x)  # of the shape that both broadcast to
    a, x = backend.where(together, a, a), backend.where(together, x, x)
    invalid = backend.logical_or(backend.less_equal(a, 0), backend.less(x, 0))
    invalid = backend.logical_or(invalid, backend.logical_or(backend.isnan(a), backend.isnan(x)))
    zero = backend.equal(x, 0)
    infinite = backend.logical_and(backend.greater(x, 0), backend.logical_not(backend.isfinite(x)))
    low = backend.less(x, a + 1)
    outside = backend.logical_or(backend.logical_or(invalid, zero), infinite)
    below = backend.logical_and(low, backend.logical_not(outside))
    above = backend.logical_not(backend.logical_or(low, outside))
    lower = _series(backend, backend.where(below, a, 1), backend.where(below, x, 1))
    upper = _fraction(backend, backend.where(above, a, 1), backend.where(above, x, 3))
    lower, upper = backend.where(low, lower, 1 - upper), backend.where(low, 1 - lower, upper)
    for place, low_value, high_value in ((zero, 0, 1), (infinite, 1, 0), (invalid, float("nan"), float("nan"))):
        lower, upper = backend.where(place, low_value, lower), backend.where(place, high_value, upper)
    return lower, upper


def _density(backend: Any, gradient: Array, a: Array, x: Array) -> Array:
    """The derivative of P(a, x) with respect to x: the density of the gamma distribution."""
    return gradient * backend.exp(backend.xlogy(a - 1, x) - x - backend.lgamma(a))


@elementwise(None, _density, accepts=_ACCEPTED)
def igamma(backend: Backend, a: Array, x: Array) -> Array:
    """Return the regularised lower incomplete gamma function: 1/Γ(a) times the integral of tᵃ⁻¹·e⁻ᵗ from 0 to
    x.

    Args:
        a: a float32 or float64 tensor above zero, else NaN. There is no gradient with respect to it.
        x: a tensor of its dtype that broadcasts with it, at least zero, else NaN.

    >>> import polytape as tf
    >>> print(tf.math.igamma([1.0, 2.0], 1.0).numpy().round(4))  # 1 - 1/e, 1 - 2/e
    [0.6321 0.2642]
    """
    return _both(backend, a, x)[0]


@elementwise(None, lambda backend, gradient, a, x: _density(backend, -gradient, a, x), accepts=_ACCEPTED)
def igammac(backend: Backend, a: Array, x: Array) -> Array:
    """Return the regularised upper incomplete gamma function: 1/Γ(a) times the integral of tᵃ⁻¹·e⁻ᵗ from x to
    infinity.

    Args:
        a: a float32 or float64 tensor above zero, else NaN. There is no gradient with respect to it.
        x: a tensor of its dtype that broadcasts with it, at least zero, else NaN.

    >>> import polytape as tf
    >>> print(tf.math.igammac([1.0, 2.0], 1.0).numpy().round(4))  # 1/e, 2/e
    [0.3679 0.7358]
    """
    return _both(backend, a, x)[1]
