"""Running sums, products and log-sum-exps along one axis.

What a backend does not have is computed by doubling: each step combines every element with the one 1, 2, 4,
... places before it, so that n elements take log2(n) steps of whole-array functions.

Source: W. D. Hillis, G. L. Steele, "Data Parallel Algorithms", Communications of the ACM 29 (1986).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.backward import tensor_backend
from polytape.conversion import convert
from polytape.dtypes import FLOATING
from polytape.op import op
from polytape.tensor import Tensor


def shifted(backend: Any, x: Array, x_dtype: Any, axis: int, places: int, fill: float) -> Array:
    """`x` moved up by `places` along an axis (down, if negative), with `fill` where nothing has moved to."""
    shape = tuple(x.shape)
    length = min(abs(places), shape[axis])
    gap_shape = (*shape[:axis], length, *shape[axis + 1 :])
    gap = backend.full(gap_shape, fill, dtype=x_dtype, device=backend.device_of(x))
    rest = backend.getitem(x, key=along(axis, slice(None, -places) if places > 0 else slice(-places, None)))
    return backend.concat((gap, rest) if places > 0 else (rest, gap), axis=axis)


def along(axis: int, selected: slice) -> tuple[slice, ...]:
    """The key that selects along one axis, which is not negative."""
    return (*(slice(None),) * axis, selected)


def flipped(backend: Any, x: Array, axis: int) -> Array:
    """`x` in reverse order along an axis."""
    return backend.getitem(x, key=along(axis, slice(None, None, -1)))


@op(
    lambda backend, gradient, axis: flipped(
        backend, backend.cumulative_sum(flipped(backend, gradient, axis), axis=axis), axis
    )
)
def cumulative_sum(backend: Backend, x: Array, *, axis: int) -> Array:
    """Return the running sum along one axis; see `cumsum`."""
    return backend.cumulative_sum(x, axis=axis)


def _of_cumulative_prod(backend: Any, gradient: Array, x: Array, x_dtype: Any, axis: int) -> Array:
    """Σ_{i≥j} g_i Π_{k≤i, k≠j} x_k: what is before j times a recurrence over what follows. No division."""
    before = shifted(backend, backend.cumulative_prod(x, axis=axis), x_dtype, axis, 1, 1)
    return before * _recurrence(backend, shifted(backend, x, x_dtype, axis, -1, 0), gradient, x_dtype, axis)


@op(_of_cumulative_prod)
def cumulative_prod(backend: Backend, x: Array, *, axis: int) -> Array:
    """Return the running product along one axis; see `cumprod`."""
    places = 1
    while places < x.shape[axis]:
        x = x * shifted(backend, x, x.dtype, axis, places, 1)
        places *= 2
    return x


def _recurrence(backend: Any, factor: Array, term: Array, dtype: Any, axis: int) -> Array:
    """The solution y of y_i = term_i + factor_i · y_{i+1} along an axis; the last factor has no effect."""
    places, length = 1, term.shape[axis]
    while places < length:
        term = term + factor * shifted(backend, term, dtype, axis, -places, 0)
        factor = factor * shifted(backend, factor, dtype, axis, -places, 0)
        places *= 2
    return term


def products_before(backend: Any, x: Array, x_dtype: Any) -> Array:
    """For each element the product of those before it along the last axis."""
    axis = len(x.shape) - 1
    return shifted(backend, backend.cumulative_prod(x, axis=axis), x_dtype, axis, 1, 1)


def products_after(backend: Any, x: Array, x_dtype: Any) -> Array:
    """For each element the product of those after it along the last axis."""
    axis = len(x.shape) - 1
    return flipped(backend, products_before(backend, flipped(backend, x, axis), x_dtype), axis)


def _of_cumulative_logsumexp(
    backend: Any, gradient: Array, x: Array, output: Array, output_dtype: Any, axis: int
) -> Array:
    """Σ_{i≥j} g_i exp(x_j - y_i), where y is the output, by way of exp(y_j - y_{j+1}), at most one."""
    finite = backend.isfinite(output)
    following = shifted(backend, output, output_dtype, axis, -1, math.inf)
    factor = backend.exp(backend.where(finite, output - following, 0))
    sums = _recurrence(backend, factor, gradient, output_dtype, axis)
    return sums * backend.exp(x - backend.where(finite, output, 0))


@op(_of_cumulative_logsumexp, accepts=FLOATING)
def cumulative_log_sum_exp(backend: Backend, x: Array, *, axis: int) -> Array:
    """Return log Σ exp of the elements so far along one axis; see `cumulative_logsumexp`."""
    places = 1
    while places < x.shape[axis]:
        x = _log_add_exp(backend, x, shifted(backend, x, x.dtype, axis, places, -math.inf))
        places *= 2
    return x


def _log_add_exp(backend: Backend, x: Array, y: Array) -> Array:
    larger = backend.maximum(x, y)
    shift = backend.where(backend.isfinite(larger), larger, 0)
    return shift + backend.log(backend.exp(x - shift) + backend.exp(y - shift))


def cumsum(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None) -> Tensor:
    """Return the running sum along one axis.

    Args:
        x: a numeric tensor with at least one axis.
        axis: along which axis.
        exclusive: whether each sum leaves out the element at its own place; the first is then 0.
        reverse: whether to sum from the end.

    Raises:
        InvalidArgumentError: if the axis is out of range.

    >>> import polytape as tf
    >>> tf.cumsum([1, 2, 3]).numpy().tolist()
    [1, 3, 6]
    >>> tf.cumsum([1, 2, 3], exclusive=True, reverse=True).numpy().tolist()
    [5, 3, 0]
    """
    return _scan(cumulative_sum, x, axis, exclusive, reverse, 0, "cumsum")


def cumprod(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None) -> Tensor:
    """Return the running product along one axis; the gradient is right where elements are zero, too.

    Args:
        x: a numeric tensor with at least one axis.
        axis: along which axis.
        exclusive: whether each product leaves out the element at its own place; the first is then 1.
        reverse: whether to multiply from the end.

    Raises:
        InvalidArgumentError: if the axis is out of range.

    >>> import polytape as tf
    >>> tf.math.cumprod([2, 3, 4]).numpy().tolist()
    [2, 6, 24]
    >>> tf.math.cumprod([2, 3, 4], exclusive=True).numpy().tolist()
    [1, 2, 6]
    """
    return _scan(cumulative_prod, x, axis, exclusive, reverse, 1, "cumprod")


def cumulative_logsumexp(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """Return log Σ exp of the elements so far along one axis, without overflow.

    Args:
        x: a floating-point tensor with at least one axis.
        axis: along which axis.
        exclusive: whether each leaves out the element at its own place; the first is then the dtype's lowest
            value.
        reverse: whether to go from the end.

    Raises:
        InvalidArgumentError: if the axis is out of range.
        DTypeError: if the tensor is not floating-point.

    >>> import polytape as tf
    >>> tf.math.cumulative_logsumexp([0.0, 0.0, 1000.0]).numpy().round(3).tolist()
    [0.0, 0.6930000185966492, 1000.0]
    """
    x = x if type(x) is Tensor else convert(x)
    lowest = x.dtype.min if exclusive and x.dtype.is_floating else 0
    return _scan(cumulative_log_sum_exp, x, axis, exclusive, reverse, lowest, "cumulative_logsumexp")


def _scan(
    scan: Callable[..., Tensor], x: Any, axis: Any, exclusive: bool, reverse: bool, neutral: float, name: str
) -> Tensor:
    if type(x) is not Tensor:
        x = convert(x)
    axis = arguments.axis(axis, len(x._array.shape), name)
    if not reverse and not exclusive:
        return scan(x, axis=axis)
    backend = tensor_backend(x._backend)
    if reverse:
        x = flipped(backend, x, axis)
    found = scan(x, axis=axis)
    if exclusive:
        found = shifted(backend, found, found._array.dtype, axis, 1, neutral)
    return flipped(backend, found, axis) if reverse else found
