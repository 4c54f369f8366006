"""Reductions that are computed from others: log-sum-exp, variance, standard deviation, norm, count."""

from __future__ import annotations

from typing import Any

from polytape import dtypes
from polytape.backend import Array, Axis, Backend
from polytape.conversion import convert
from polytape.dtypes import FLOATING, NUMERIC, float64
from polytape.errors import DTypeError
from polytape.op import op
from polytape.ops.casting import cast
from polytape.ops.comparison import not_equal
from polytape.ops.complex_numbers import imag, real
from polytape.ops.powers import sqrt
from polytape.ops.reduction import reduce, reduced_count, restored, sum_
from polytape.tensor import Tensor


@op(
    lambda backend, gradient, x, output, axis: (
        restored(backend, gradient, x.shape, axis)
        * backend.exp(x - _finite(backend, restored(backend, output, x.shape, axis)))
    ),
    accepts=FLOATING,
)
def logsumexp(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return log Σ exp(x) along axes; see `reduce_logsumexp`."""
    if not reduced_count(x.shape, axis):
        return backend.log(backend.sum(x, axis=axis, keepdims=keepdims))  # log 0
    largest = _finite(backend, backend.max(x, axis=axis, keepdims=True))
    total = backend.log(backend.sum(backend.exp(backend.subtract(x, largest)), axis=axis, keepdims=keepdims))
    return backend.add(total, largest if keepdims else backend.reshape(largest, shape=tuple(total.shape)))


def _finite(backend: Any, x: Array) -> Array:
    """`x` with zeros in place of infinities, which would make NaN of ∞ - ∞."""
    return backend.where(backend.isfinite(x), x, 0)


@op(
    lambda backend, gradient, x, axis: (
        restored(backend, gradient, x.shape, axis)
        * (x - backend.mean(x, axis=axis, keepdims=True))
        * (2 / (reduced_count(x.shape, axis) or 1))
    ),
    accepts=FLOATING,
)
def var(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the mean squared deviation from the mean along axes; see `reduce_variance`."""
    deviation = backend.subtract(x, backend.mean(x, axis=axis, keepdims=True))
    return backend.mean(backend.multiply(deviation, deviation), axis=axis, keepdims=keepdims)


@op(
    lambda backend, gradient, x, output, axis: (
        x * restored(backend, gradient, x.shape, axis) / restored(backend, output, x.shape, axis)
    ),
    holomorphic=False,
)
def euclidean_norm(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the square root of the sum of squared moduli along axes; see `reduce_euclidean_norm`."""
    dtype = backend.dtype_of(x)
    if dtype.is_integer:
        x = backend.astype(x, dtype=backend.native_dtype(float64))
    squares = backend.multiply(x, backend.conj(x) if dtype.is_complex else x)
    norm = backend.sqrt(backend.sum(squares, axis=axis, keepdims=keepdims))
    return backend.astype(norm, dtype=backend.native_dtype(dtype)) if dtype.is_integer else norm


def reduce_logsumexp(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """Return log Σ exp(x) along `axis`, without overflow; -∞ where there are no elements.

    Args:
        input_tensor: a floating-point tensor of any shape.
        axis: an integer, several, or `None` for all; negative ones count from the last axis.
        keepdims: whether the reduced axes stay, of length one.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.
        DTypeError: if the tensor is not floating-point.

    >>> import polytape as tf
    >>> float(tf.reduce_logsumexp([1000.0, 1000.0])) - 1000 < 0.7
    True
    """
    return reduce(logsumexp, input_tensor, axis, keepdims, "reduce_logsumexp")


def reduce_variance(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """Return the mean squared deviation from the mean along `axis`.

    Args:
        input_tensor: a floating-point or complex tensor of any shape; of complex numbers, moduli are squared.
        axis: an integer, several, or `None` for all; negative ones count from the last axis.
        keepdims: whether the reduced axes stay, of length one.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.
        DTypeError: if the tensor is not floating-point or complex.

    >>> import polytape as tf
    >>> tf.math.reduce_variance([[1.0, 3.0], [2.0, 6.0]], axis=1).numpy().tolist()
    [1.0, 4.0]
    """
    return _variance(input_tensor, axis, keepdims, "reduce_variance")


def reduce_std(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """Return the standard deviation along `axis`, the square root of `reduce_variance`.

    Args:
        input_tensor: a floating-point or complex tensor of any shape; of complex numbers, moduli are squared.
        axis: an integer, several, or `None` for all; negative ones count from the last axis.
        keepdims: whether the reduced axes stay, of length one.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.
        DTypeError: if the tensor is not floating-point or complex.

    >>> import polytape as tf
    >>> tf.math.reduce_std([[1.0, 3.0], [2.0, 6.0]], axis=1).numpy().tolist()
    [1.0, 2.0]
    """
    return sqrt(_variance(input_tensor, axis, keepdims, "reduce_std"))  # type: ignore[no-any-return]


def _variance(input_tensor: Any, axis: Any, keepdims: bool, name: str) -> Tensor:
    x = input_tensor if type(input_tensor) is Tensor else convert(input_tensor)
    if x.dtype.is_complex:
        return reduce(var, real(x), axis, keepdims, name) + reduce(var, imag(x), axis, keepdims, name)
    return reduce(var, x, axis, keepdims, name)


def reduce_euclidean_norm(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Return the Euclidean norm along `axis`: the square root of the sum of squared moduli.

    The norm of integers is an integer, truncated. The gradient at the zero vector is NaN, as it is in
    TensorFlow.

    Args:
        input_tensor: a numeric tensor of any shape.
        axis: an integer, several, or `None` for all; negative ones count from the last axis.
        keepdims: whether the reduced axes stay, of length one.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.
        DTypeError: if the tensor is not numeric.

    >>> import polytape as tf
    >>> tf.math.reduce_euclidean_norm([[3.0, 4.0], [6.0, 8.0]], axis=1).numpy().tolist()
    [5.0, 10.0]
    """
    return reduce(euclidean_norm, input_tensor, axis, keepdims, "reduce_euclidean_norm")


def count_nonzero(
    input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    dtype: Any = dtypes.int64,
    name: str | None = None,
) -> Tensor:
    """Return how many elements along `axis` are not zero.

    Args:
        input: a tensor of any shape and dtype.
        axis: an integer, several, or `None` for all; negative ones count from the last axis.
        keepdims: whether the reduced axes stay, of length one.
        dtype: the numeric dtype of the counts.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.

    >>> import polytape as tf
    >>> tf.math.count_nonzero([[0, 1, 0], [1, 1, 0]], axis=1).numpy().tolist()
    [1, 2]
    """
    wanted = dtypes.as_dtype(dtype)
    if wanted not in NUMERIC:
        raise DTypeError(f"count_nonzero: dtype must be numeric; received {wanted.name}.")
    x = input if type(input) is Tensor else convert(input)
    hits = x if x.dtype.is_bool else not_equal(x, 0)
    return reduce(sum_, cast(hits, wanted), axis, keepdims, "count_nonzero")
