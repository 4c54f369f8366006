"""Rounding to whole numbers, neighbours, and which numbers are numbers at all; no gradient flows."""

from __future__ import annotations

from polytape.backend import Array, Backend
from polytape.dtypes import FLOATING, REAL, float32, float64, int32, int64
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


@elementwise(
    lambda gradient: gradient,
    lambda backend, gradient, x2_shape, x2_dtype: backend.full(
        x2_shape, 0, dtype=x2_dtype, device=backend.device_of(gradient)
    ),
    accepts=frozenset((float32, float64)),
)
def nextafter(backend: Backend, x1: Array, x2: Array) -> Array:
    """Return the number next to x1 on the way to x2, of those that the dtype can hold.

    Args:
        x1, x2: float32 or float64 tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> float(tf.math.nextafter(tf.constant(1.0, tf.float64), 2.0)) - 1
    2.220446049250313e-16
    """
    together = backend.equal(x1, x2)  # of the shape that both broadcast to
    x1 = backend.where(together, x1, x1)
    dtype = backend.dtype_of(x1)
    bits = backend.reinterpret(x1, dtype=int64 if dtype is float64 else int32)
    away = backend.equal(backend.greater(x2, x1), backend.greater(x1, 0))
    moved = backend.reinterpret(backend.where(away, bits + 1, bits - 1), dtype=dtype)
    least = 5e-324 if dtype is float64 else 1e-45
    first = backend.where(backend.greater(x2, 0), x1 + least, x1 - least)
    moved = backend.where(backend.equal(x1, 0), first, moved)
    moved = backend.where(backend.logical_or(backend.isnan(x1), backend.isnan(x2)), x1 + x2, moved)
    return backend.where(together, x2, moved)
