"""The modified Bessel functions of the first kind, element by element, composed of primitives.

Source: M. Abramowitz, I. Stegun (editors), "Handbook of Mathematical Functions", 1964: the power series
(9.6.10) up to 20, Hankel's expansion (9.7.1) beyond, where its terms fall below the last digit of float64.
"""

from __future__ import annotations

from math import pi
from typing import Any

from polytape.backend import Array, Backend
from polytape.dtypes import FLOATING
from polytape.op import elementwise
from polytape.ops.polynomial import in_single

_LIMIT = 20
_POWERS = 60
_INVERSE_POWERS = 30


def _scaled(backend: Backend, x: Array, order: int) -> Array:
    """exp(-|x|)·I(x) for the order 0 or 1."""
    size = backend.abs(x)
    large = backend.greater(size, _LIMIT)
    near = backend.where(large, 0, size)
    quarter = near * near / 4
    series = quarter / (_POWERS * (_POWERS + order)) + 1
    for k in range(_POWERS - 1, 0, -1):
        series = series * (quarter / (k * (k + order))) + 1
    if order:
        series = series * (near / 2)
    series = series * backend.exp(-near)
    far = backend.where(large, size, _LIMIT)
    inverse = backend.divide(1, 8 * far)
    expansion = far * 0 + 1
    for k in range(_INVERSE_POWERS, 0, -1):
        expansion = 1 - expansion * inverse * ((4 * order**2 - (2 * k - 1) ** 2) / k)
    expansion = expansion / backend.sqrt(2 * pi * far)
    value = backend.where(large, expansion, series)
    return backend.where(backend.less(x, 0), -value, value) if order else value


def _unscaled(backend: Backend, x: Array, order: int) -> Array:
    size = backend.abs(x)
    half = backend.exp(size / 2)  # in two factors, because exp(x) overflows before I(x) does
    value = half * _scaled(backend, x, order) * half
    return backend.where(backend.equal(size, float("inf")), x if order else size, value)


@elementwise(lambda backend, gradient, x: gradient * backend.bessel_i1(x), accepts=FLOATING)
def bessel_i0(backend: Backend, x: Array) -> Array:
    """Return the modified Bessel function of the first kind of order 0.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> print(tf.math.bessel_i0([0.0, 1.0]).numpy().round(4))
    [1.     1.2661]
    """
    return in_single(backend, lambda backend, x: _unscaled(backend, x, 0), x)


@elementwise(
    lambda backend, gradient, x, output: gradient * (backend.bessel_i1e(x) - backend.sign(x) * output),
    accepts=FLOATING,
)
def bessel_i0e(backend: Backend, x: Array) -> Array:
    """Return exp(-|x|) times the modified Bessel function of the first kind of order 0.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> print(tf.math.bessel_i0e([0.0, 1000.0]).numpy().round(4))
    [1.     0.0126]
    """
    return in_single(backend, lambda backend, x: _scaled(backend, x, 0), x)


@elementwise(
    lambda backend, gradient, x, output: (
        gradient * (backend.bessel_i0(x) - backend.where(backend.equal(x, 0), 0.5, backend.divide_no_nan(output, x)))
    ),
    accepts=FLOATING,
)
def bessel_i1(backend: Backend, x: Array) -> Array:
    """Return the modified Bessel function of the first kind of order 1.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> print(tf.math.bessel_i1([0.0, 1.0]).numpy().round(4))
    [0.     0.5652]
    """
    return in_single(backend, lambda backend, x: _unscaled(backend, x, 1), x)


def _first_scaled_gradient(backend: Any, gradient: Array, x: Array, output: Array) -> Array:
    """I₀ - I₁·(sign(x) + 1/x), each scaled; at zero I₁/x is 1/2."""
    ratio = backend.where(backend.equal(x, 0), 0.5, backend.divide_no_nan(output, x))
    return gradient * (backend.bessel_i0e(x) - output * backend.sign(x) - ratio)


@elementwise(_first_scaled_gradient, accepts=FLOATING)
def bessel_i1e(backend: Backend, x: Array) -> Array:
    """Return exp(-|x|) times the modified Bessel function of the first kind of order 1.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> print(tf.math.bessel_i1e([0.0, 1000.0]).numpy().round(4))
    [0.     0.0126]
    """
    return in_single(backend, lambda backend, x: _scaled(backend, x, 1), x)
