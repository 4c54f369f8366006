"""The incomplete beta function, element by element, composed of primitives.

Source: W. H. Press and others, "Numerical Recipes", third edition, 2007, section 6.4: a continued fraction by
Lentz' method, which ends when no element changes any more.
"""

from __future__ import annotations

from math import pi
from typing import Any

from polytape.backend import Array, Backend
from polytape.dtypes import float32, float64
from polytape.op import elementwise
from polytape.ops.gamma_function import stirling_correction
from polytape.ops.incomplete_gamma import moving
from polytape.tensor import Tensor

_ITERATIONS = 4000
_CHECK = 16


def _fraction(backend: Backend, a: Array, b: Array, x: Array) -> Array:
    """The continued fraction of I(a, b, x), which converges fast below x = (a + 1) / (a + b + 2)."""

    def step(numerator: Array, c: Array, d: Array) -> tuple[Array, Array]:
        d = backend.divide(1, away_from_zero(1 + numerator * d))
        return away_from_zero(1 + numerator / c), d

    def away_from_zero(x: Array) -> Array:
        return backend.where(backend.less(backend.abs(x), 1e-30), 1e-30, x)

    c = x * 0 + 1
    d = backend.divide(1, away_from_zero(1 - (a + b) * x / (a + 1)))
    total = d
    for n in range(1, _ITERATIONS):
        even = a + 2 * n
        c, d = step(n * (b - n) * x / ((even - 1) * even), c, d)
        change = d * c
        c, d = step(-(a + n) * (a + b + n) * x / (even * (even + 1)), c, d)
        change = change * (d * c)
        unfinished = moving(backend, change)
        total = backend.where(unfinished, total * change, total)
        if n % _CHECK == 0 and not bool(backend.any(unfinished)):
            break
    return total


def _log_beta(backend: Any, a: Array, b: Array) -> Array:
    return backend.lgamma(a) + backend.lgamma(b) - backend.lgamma(a + b)


def _front(backend: Backend, a: Array, b: Array, x: Array) -> Array:
    """xᵃ·(1 - x)ᵇ / B(a, b). Where a or b is above 10, large terms cancel first, by Stirling's formula."""
    swapped = backend.greater(a, b)
    a, b = backend.minimum(a, b), backend.maximum(a, b)
    x, rest = backend.where(swapped, 1 - x, x), backend.where(swapped, x, 1 - x)
    direct = a * backend.log(x) + b * backend.log(rest) - _log_beta(backend, a, b)

    large = backend.maximum(b, 10)
    total = a + large
    change = stirling_correction(backend, total) - stirling_correction(backend, large)
    ratio = backend.log1p(a / large)
    mixed = a * (backend.log(x * total) - 1) + large * (backend.log(rest) + ratio) - ratio / 2
    mixed = mixed + change - backend.lgamma(a)

    small = backend.maximum(a, 10)
    total = small + large
    offset = x * total - small
    both = small * backend.log1p(offset / small) + large * backend.log1p(-offset / large)
    both = both + stirling_correction(backend, total) + backend.log(small / total * large / (2 * pi)) / 2
    both = both - stirling_correction(backend, small) - stirling_correction(backend, large)
    exponent = backend.where(backend.less(b, 10), direct, backend.where(backend.less(a, 10), mixed, both))
    return backend.exp(exponent)


def _density(backend: Any, gradient: Array, a: Array, b: Array, x: Array) -> Array:
    """The derivative with respect to x: the density of the beta distribution."""
    inside = backend.logical_and(backend.greater(x, 0), backend.less(x, 1))
    within = backend.where(inside, x, 0.5)
    density = _front(backend, a, b, within) / (within * (1 - within))
    at_ends = backend.exp(backend.xlogy(a - 1, x) + backend.xlog1py(b - 1, -x) - _log_beta(backend, a, b))
    return gradient * backend.where(inside, density, at_ends)


@elementwise(None, None, _density, accepts=frozenset((float32, float64)))
def beta_integral(backend: Backend, a: Array, b: Array, x: Array) -> Array:
    """Return the regularised incomplete beta function; the op behind `tf.math.betainc`."""
    nothing = (a + b + x) * 0
    a, b, x = a + nothing, b + nothing, x + nothing
    zero, one = backend.equal(x, 0), backend.equal(x, 1)
    inside = backend.logical_and(backend.greater(x, 0), backend.less(x, 1))
    valid = backend.logical_and(backend.greater(a, 0), backend.greater(b, 0))
    inside = backend.logical_and(inside, valid)
    a, b, x = backend.where(inside, a, 1), backend.where(inside, b, 1), backend.where(inside, x, 0.5)
    direct = backend.less(x, (a + 1) / (a + b + 2))
    front = _front(backend, a, b, x)
    first, second = backend.where(direct, a, b), backend.where(direct, b, a)
    value = front * _fraction(backend, first, second, backend.where(direct, x, 1 - x)) / first
    value = backend.where(direct, value, 1 - value)
    ends = backend.where(one, 1, backend.where(zero, nothing, float("nan")))
    ends = backend.where(valid, ends, float("nan"))
    return backend.where(inside, value, ends)


def betainc(a: Any, b: Any, x: Any, name: str | None = None) -> Tensor:
    """Return the regularised incomplete beta function: 1/B(a, b) times the integral of tᵃ⁻¹·(1 - t)ᵇ⁻¹ from 0
    to x.

    Args:
        a, b: float32 or float64 tensors above zero, else NaN. There is no gradient with respect to them.
        x: a tensor of their dtype, from 0 to 1, else NaN. The shapes of all three broadcast.

    >>> import polytape as tf
    >>> print(tf.math.betainc(2.0, 1.0, [0.5, 1.0]).numpy())  # x²
    [0.25 1.  ]
    """
    return beta_integral(a, b, x)  # type: ignore[no-any-return]
