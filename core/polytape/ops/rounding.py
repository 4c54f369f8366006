"""Rounding to whole numbers, and which numbers are numbers at all; no gradient flows."""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import FLOATING, REAL
from polytape.op import elementwise


@elementwise(accepts=FLOATING)
def floor(backend: Backend, x: Array) -> Array:
    """Return the largest whole number not above x.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> tf.floor([1.5, -1.5]).numpy().tolist()
    [1.0, -2.0]
    """
    return backend.floor(x)


@elementwise(accepts=FLOATING)
def ceil(backend: Backend, x: Array) -> Array:
    """Return the smallest whole number not below x.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> tf.math.ceil([1.5, -1.5]).numpy().tolist()
    [2.0, -1.0]
    """
    return backend.ceil(x)


@elementwise(accepts=REAL)
def round(backend: Backend, x: Array) -> Array:
    """Return the nearest whole number; of two equally near ones the even.

    Args:
        x: an integer or floating-point tensor.

    >>> import polytape as tf
    >>> tf.round([0.5, 1.5, 2.6]).numpy().tolist()
    [0.0, 2.0, 3.0]
    """
    return backend.round(x)


@elementwise(accepts=FLOATING)
def isnan(backend: Backend, x: Array) -> Array:
    """Return whether x is not a number.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> tf.math.is_nan([1.0, float("nan"), float("inf")]).numpy().tolist()
    [False, True, False]
    """
    return backend.isnan(x)


@elementwise(accepts=FLOATING)
def isinf(backend: Backend, x: Array) -> Array:
    """Return whether x is infinite, with either sign.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> tf.math.is_inf([1.0, float("nan"), float("inf")]).numpy().tolist()
    [False, False, True]
    """
    return backend.logical_not(backend.logical_or(backend.isfinite(x), backend.isnan(x)))


@elementwise(accepts=FLOATING)
def isfinite(backend: Backend, x: Array) -> Array:
    """Return whether x is neither infinite nor NaN.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> tf.math.is_finite([1.0, float("nan"), float("inf")]).numpy().tolist()
    [True, False, False]
    """
    return backend.isfinite(x)
