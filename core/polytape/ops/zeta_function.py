"""The zeta function of Hurwitz and the polygamma functions, element by element, composed of primitives.

Source: Euler and Maclaurin's summation formula; M. Abramowitz, I. Stegun (editors), "Handbook of Mathematical
Functions", 1964, 23.1.30 and 6.4.10.
"""

from __future__ import annotations

from math import factorial
from typing import Any

from polytape.backend import Array, Backend
from polytape.dtypes import FLOATING
from polytape.op import elementwise

_TERMS = 10
"""How many terms are summed before the rest is taken from the formula."""
_BERNOULLI = (
    *(1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330),
    *(854513 / 138, -236364091 / 2730),
)


def _sum_of_powers(backend: Any, x: Array, q: Array) -> Array:
    """Σ (q + k)⁻ˣ for k = 0, 1, ..."""
    total = backend.pow(q, -x)
    for k in range(1, _TERMS):
        total = total + backend.pow(q + k, -x)
    end = q + _TERMS
    power = backend.pow(end, -x)
    rest = end / (x - 1) + 0.5
    square = end * end
    rising = x / end  # x·(x + 1)···(x + 2j - 2) / end²ʲ⁻¹
    for j, bernoulli in enumerate(_BERNOULLI, 1):
        rest = rest + rising * (bernoulli / factorial(2 * j))
        rising = rising * ((x + (2 * j - 1)) * (x + 2 * j)) / square
    return total + power * rest


@elementwise(
    None,
    lambda backend, gradient, x, q: -gradient * x * backend.zeta(x + 1, q),
    accepts=FLOATING,
)
def zeta(backend: Backend, x: Array, q: Array) -> Array:
    """Return Hurwitz' zeta function: the sum of (q + k) to the power of -x over k = 0, 1, 2, ...

    Args:
        x: a floating-point tensor: infinity at 1, NaN below. There is no gradient with respect to it.
        q: a tensor of its dtype that broadcasts with it: infinity at 0, NaN below.

    >>> import polytape as tf
    >>> round(float(tf.math.zeta(2.0, 1.0)), 4)  # π²/6
    1.6449
    """
    total = _sum_of_powers(backend, x, q)
    total = backend.where(backend.equal(q + x * 0, 0), float("inf"), total)
    total = backend.where(backend.less(q + x * 0, 0), float("nan"), total)
    total = backend.where(backend.equal(x + q * 0, 1), float("inf"), total)
    return backend.where(backend.less(x + q * 0, 1), float("nan"), total)


@elementwise(
    None,
    lambda backend, gradient, a, x: gradient * backend.polygamma(a + 1, x),
    accepts=FLOATING,
)
def polygamma(backend: Backend, a: Array, x: Array) -> Array:
    """Return the derivative of order `a` of the digamma function.

    Args:
        a: a floating-point tensor of whole numbers from 0; NaN for others. There is no gradient with respect
            to it.
        x: a tensor of its dtype that broadcasts with it; for a > 0 above zero, else NaN.

    >>> import polytape as tf
    >>> print(tf.math.polygamma([0.0, 1.0], [1.0, 1.0]).numpy().round(4))
    [-0.5772  1.6449]
    """
    a = a + x * 0
    x = x + a * 0
    zero = backend.equal(a, 0)
    order = backend.where(zero, 1, a)
    sign = 1 - 2 * backend.remainder(order + 1, 2)
    value = sign * backend.exp(backend.lgamma(order + 1)) * backend.zeta(order + 1, x)
    valid = backend.logical_and(backend.greater_equal(a, 0), backend.equal(a, backend.floor(a)))
    return backend.where(valid, backend.where(zero, backend.digamma(x), value), float("nan"))
