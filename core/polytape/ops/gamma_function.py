"""The gamma function's logarithm and its derivatives, element by element, composed of primitives.

Source of the formulas: M. Abramowitz, I. Stegun (editors), "Handbook of Mathematical Functions", 1964. Near 2
the logarithm is a power series (6.1.33), up to 10 it is brought there by Γ(x + 1) = x·Γ(x) (6.1.15), beyond
it is Stirling's series (6.1.41), and below zero it follows from Γ(x)·Γ(-x) = -π / (x·sin πx) (6.1.17).
"""

from __future__ import annotations

from math import log, pi
from typing import Any

from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import FLOATING
from polytape.errors import InvalidArgumentError
from polytape.op import elementwise
from polytape.ops.polynomial import horner, in_single
from polytape.ops.reduction import reduce_sum
from polytape.tensor import Tensor

_SLOPE = 0.42278433509846713
"""1 - γ: the derivative of log Γ at 2."""
_ZETA = (
    *(0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914),
    *(0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853),
    *(0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-05),
    *(3.058823630702049e-05, 1.528225940865187e-05, 7.637197637899763e-06, 3.81729326499984e-06),
    *(1.908212716553939e-06, 9.539620338727962e-07, 4.769329867878064e-07, 2.38450502727733e-07),
    *(1.1921992596531106e-07, 5.960818905125948e-08, 2.980350351465228e-08, 1.4901554828365043e-08),
    *(7.45071178983543e-09, 3.725334024788457e-09),
)
"""ζ(k) - 1 for k = 2, 3, ... (table 23.3)."""
_NEAR_TWO = (*[(-1) ** k * zeta / k for k, zeta in enumerate(_ZETA, 2)][::-1], _SLOPE, 0.0)
_NEAR_TWO_SLOPE = (*[(-1) ** k * zeta for k, zeta in enumerate(_ZETA, 2)][::-1], _SLOPE)
_BERNOULLI = (
    1 / 6,
    -1 / 30,
    1 / 42,
    -1 / 30,
    5 / 66,
    -691 / 2730,
    7 / 6,
    -3617 / 510,
    43867 / 798,
    -174611 / 330,
)
"""B₂, B₄, ... (table 23.2)."""
_STIRLING = tuple(b / (2 * k * (2 * k - 1)) for k, b in enumerate(_BERNOULLI[:9], 1))[::-1]
_STIRLING_SLOPE = tuple(b / (2 * k) for k, b in enumerate(_BERNOULLI[:9], 1))[::-1]


def _reduced(backend: Backend, x: Array) -> tuple[Array, Array]:
    """For 0 ≤ x < 10 the pair z, n with x = 2 + n + z, |z| ≤ 1/2 and n whole; z is exact."""
    n = backend.maximum(backend.round(x), 0) - 2
    return x - (n + 2), n


def stirling_correction(backend: Backend, x: Array) -> Array:
    """Return log Γ(x) - (x - 1/2)·log x + x - log √(2π) for x ≥ 10."""
    inverse = backend.divide(1, x)
    return horner(inverse * inverse, _STIRLING) * inverse


def _log_gamma(backend: Backend, x: Array) -> Array:
    """log Γ(x) for x ≥ 0."""
    large = backend.greater_equal(x, 10)
    near = backend.where(large, 2, x)
    z, n = _reduced(backend, near)
    down, up = near * 0 + 1, near * 0 + 1
    for k in range(1, 9):
        down = backend.where(backend.greater_equal(n, k), down * (near - k), down)
    up = backend.where(backend.less(n, 0), near, up)
    up = backend.where(backend.less(n, -1), near * (near + 1), up)
    near = horner(z, _NEAR_TWO) + backend.log(down) - backend.log(up)
    far = backend.where(large, x, 10)
    far = (far - 0.5) * (backend.log(far) - 1) + ((log(2 * pi) - 1) / 2 + stirling_correction(backend, far))
    return backend.where(large, far, near)


def _digamma(backend: Backend, x: Array) -> Array:
    """ψ(x) for x ≥ 0."""
    large = backend.greater_equal(x, 10)
    near = backend.where(large, 2, x)
    z, n = _reduced(backend, near)
    total = horner(z, _NEAR_TWO_SLOPE)
    for k in range(8, 0, -1):
        reached = backend.greater_equal(n, k)
        total = total + backend.where(reached, backend.divide(1, backend.where(reached, near - k, 1)), 0)
    total = total - backend.where(backend.less(n, -1), backend.divide(1, near + 1), 0)
    total = total - backend.where(backend.less(n, 0), backend.divide(1, near), 0)
    far = backend.where(large, x, 10)
    inverse = backend.divide(1, far)
    square = inverse * inverse
    far = backend.log(far) - (inverse / 2 + horner(square, _STIRLING_SLOPE) * square)
    return backend.where(large, far, total)


def _lgamma(backend: Backend, x: Array) -> Array:
    negative = backend.less(x, 0)
    size = backend.abs(x)
    positive = _log_gamma(backend, size)
    sine = backend.abs(backend.sin(pi * (x - backend.round(x))))
    reflected = backend.log(backend.divide(pi, size * sine)) - positive
    reflected = backend.where(backend.equal(sine, 0), float("inf"), reflected)
    return backend.where(negative, reflected, backend.where(backend.equal(size, float("inf")), size, positive))


def _psi(backend: Backend, x: Array) -> Array:
    size = backend.abs(x)
    positive = _digamma(backend, size)
    angle = pi * (x - backend.round(x))
    reflected = positive + backend.divide(1, size) - backend.divide(pi, backend.tan(angle))
    reflected = backend.where(backend.equal(angle, 0), float("nan"), reflected)
    return backend.where(
        backend.less(x, 0), reflected, backend.where(backend.equal(size, float("inf")), size, positive)
    )


def _trigamma(backend: Any, gradient: Array, x: Array) -> Array:
    """The derivative of ψ, which is ζ(2, x); below zero from ψ'(x) + ψ'(1 - x) = π² / sin²(πx) (6.4.7)."""
    positive = backend.greater(x, 0)
    value = backend.zeta(2.0, backend.where(positive, x, 1 - x))
    ratio = pi / backend.sin(pi * (backend.where(positive, 0.5, x)))
    return gradient * backend.where(positive, value, ratio * ratio - value)


@elementwise(lambda backend, gradient, x: gradient * backend.digamma(x), accepts=FLOATING)
def lgamma(backend: Backend, x: Array) -> Array:
    """Return log |Γ(x)|; infinity at 0, -1, -2 and so on.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> print(tf.math.lgamma([1.0, 2.0, 5.0]).numpy().round(4))  # log of 0!, 1!, 4!
    [0.     0.     3.1781]
    """
    return in_single(backend, _lgamma, x)


@elementwise(_trigamma, accepts=FLOATING)
def digamma(backend: Backend, x: Array) -> Array:
    """Return ψ(x), the derivative of log Γ(x); NaN at -1, -2 and so on.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> print(tf.math.digamma([1.0, 2.0]).numpy().round(4))
    [-0.5772  0.4228]
    """
    return in_single(backend, _psi, x)


def lbeta(x: Any, name: str | None = None) -> Tensor:
    """Return the logarithm of the absolute value of the beta function of the numbers along the last axis.

    Args:
        x: a floating-point tensor with at least one axis.

    Returns:
        A tensor without the last axis, Σ log Γ(xᵢ) - log Γ(Σ xᵢ).

    Raises:
        InvalidArgumentError: if `x` has no axis.

    >>> import polytape as tf
    >>> round(float(tf.math.lbeta([2.0, 3.0])), 4)  # log 1/12
    -2.4849
    """
    x = convert(x)
    if not x._array.shape:
        raise InvalidArgumentError("lbeta: x must have at least one axis; received a tensor without axes.")
    return reduce_sum(lgamma(x), -1) - lgamma(reduce_sum(x, -1))  # type: ignore[no-any-return]
