"""Quotients and remainders, element by element."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import INEXACT, REAL, float32, float64
from polytape.errors import InvalidArgumentError
from polytape.op import elementwise
from polytape.ops.casting import cast
from polytape.tensor import Tensor


@elementwise(
    lambda gradient, y: gradient / y,
    lambda gradient, output, y: -gradient * output / y,
    accepts=INEXACT,
)
def divide(backend: Backend, x: Array, y: Array) -> Array:
    """Return x / y for floating-point and complex operands; the op behind `tf.divide`."""
    return backend.divide(x, y)


@elementwise(accepts=REAL)
def floor_divide(backend: Backend, x: Array, y: Array) -> Array:
    """Return ⌊x / y⌋; the op behind `tf.math.floordiv`."""
    return backend.floor_divide(x, y)


@elementwise(
    lambda gradient: gradient,
    lambda backend, gradient, x, y: -gradient * backend.floor_divide(x, y),
    accepts=REAL,
)
def remainder(backend: Backend, x: Array, y: Array) -> Array:
    """Return x - y·⌊x / y⌋, with the sign of `y`; the op behind `tf.math.floormod`."""
    return backend.remainder(x, y)


@elementwise(accepts=REAL)
def truncate_divide(backend: Backend, x: Array, y: Array) -> Array:
    """Return x / y without what stands behind the point; the op behind `tf.truncatediv`."""
    floor = backend.floor_divide(x, y)
    # The quotient is rounded up instead of down where it is negative and not whole.
    short = backend.logical_and(backend.less(floor, 0), backend.not_equal(backend.multiply(floor, y), x))
    return backend.where(short, floor + 1, floor)


@elementwise(
    lambda gradient: gradient,
    lambda backend, gradient, x, y: -gradient * backend.truncate_divide(x, y),
    accepts=REAL,
)
def truncate_remainder(backend: Backend, x: Array, y: Array) -> Array:
    """Return the remainder of the truncated quotient; the op behind `tf.truncatemod`."""
    if backend.dtype_of(x).is_floating:  # the other way would cancel, and |x| is none for the smallest integer
        rest = backend.remainder(backend.abs(x), backend.abs(y))
        return backend.where(backend.less(x, 0), backend.negative(rest), rest)
    rest = backend.remainder(x, y)
    signs_differ = backend.not_equal(backend.less(x, 0), backend.less(rest, 0))
    return backend.where(backend.logical_and(signs_differ, backend.not_equal(rest, 0)), rest - y, rest)


@elementwise(
    lambda backend, gradient, y: backend.divide_no_nan(gradient, y),
    lambda backend, gradient, output, y: backend.divide_no_nan(-gradient * output, y),
    accepts=INEXACT,
)
def divide_no_nan(backend: Backend, x: Array, y: Array) -> Array:
    """Return x / y, and zero where y is zero; the op behind `tf.math.divide_no_nan`."""
    zero = backend.equal(y, 0)
    return backend.where(zero, 0, backend.divide(x, backend.where(zero, 1, y)))


@elementwise(
    lambda backend, gradient, y: backend.multiply_no_nan(gradient, y),
    lambda backend, gradient, x: backend.multiply_no_nan(x, gradient),
    accepts=INEXACT,
)
def multiply_no_nan(backend: Backend, x: Array, y: Array) -> Array:
    """Return x · y, and zero where y is zero, even if x is infinite or NaN.

    Args:
        x, y: floating-point or complex tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.math.multiply_no_nan([float("nan"), 2.0], [0.0, 4.0]).numpy().tolist()
    [0.0, 8.0]
    """
    return backend.where(backend.equal(y, 0), 0, backend.multiply(x, y))


@elementwise(lambda gradient, output: -gradient * output * output, accepts=INEXACT)
def reciprocal(backend: Backend, x: Array) -> Array:
    """Return 1 / x.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.math.reciprocal([2.0, 4.0]).numpy().tolist()
    [0.5, 0.25]
    """
    return backend.divide(1, x)


# The public functions below have TensorFlow's names; the ops of the same names stay at hand as these.
quotient, quotient_no_nan = divide, divide_no_nan
_divisible = divide.op.checked  # type: ignore[attr-defined]


def divide(x: Any, y: Any, name: str | None = None) -> Tensor:  # type: ignore[no-redef]
    """Return x / y.

    Args:
        x, y: numeric tensors of one dtype whose shapes broadcast. Integers are divided as float64, those of 8
            and 16 bits as float32.

    >>> import polytape as tf
    >>> tf.divide([1.0, 3.0], 2.0).numpy().tolist()
    [0.5, 1.5]
    >>> tf.divide(7, 2)
    <tf.Tensor: shape=(), dtype=float64, numpy=3.5>
    """
    like = x if type(x) is Tensor else y
    if type(like) is Tensor and like._array.dtype in _divisible[like._backend]:
        return quotient(x, y)  # type: ignore[no-any-return]
    return quotient(*_fractional(quotient, x, y))  # type: ignore[no-any-return]


def divide_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:  # type: ignore[no-redef]
    """Return x / y, and zero where y is zero.

    Args:
        x, y: numeric tensors of one dtype whose shapes broadcast. Integers are divided as `tf.divide` does.

    >>> import polytape as tf
    >>> tf.math.divide_no_nan([1.0, 2.0], [0.0, 4.0]).numpy().tolist()
    [0.0, 0.5]
    """
    return quotient_no_nan(*_fractional(quotient_no_nan, x, y))  # type: ignore[no-any-return]


def reciprocal_no_nan(x: Any, name: str | None = None) -> Tensor:
    """Return 1 / x, and zero where x is zero.

    Args:
        x: a floating-point or complex tensor.

    >>> import polytape as tf
    >>> tf.math.reciprocal_no_nan([2.0, 0.0]).numpy().tolist()
    [0.5, 0.0]
    """
    return quotient_no_nan(1, convert(x))  # type: ignore[no-any-return]


def _fractional(op: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Both operands, integer tensors converted to floating point."""
    if type(x) is not Tensor or (type(y) is not Tensor and type(y) is not int):
        x, y = op.op.prepare((x, y))
    dtype = x.dtype
    if dtype.is_integer and (type(y) is int or y.dtype is dtype):
        wanted = float64 if dtype.size > 2 else float32
        return cast(x, wanted), y if type(y) is int else cast(y, wanted)
    return x, y


def floordiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Return ⌊x / y⌋, rounded towards minus infinity.

    Args:
        x, y: integer or floating-point tensors of one dtype whose shapes broadcast.

    Raises:
        InvalidArgumentError: if an integer is divided by zero.

    >>> import polytape as tf
    >>> tf.math.floordiv([7, -7], 2).numpy().tolist()
    [3, -4]
    """
    return _divided(floor_divide, x, y, "floordiv")


def floormod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Return x - y·⌊x / y⌋: the remainder with the sign of `y`, as Python's `%`.

    Args:
        x, y: integer or floating-point tensors of one dtype whose shapes broadcast.

    Raises:
        InvalidArgumentError: if an integer is divided by zero.

    >>> import polytape as tf
    >>> tf.math.floormod([7, -7], 3).numpy().tolist()
    [1, 2]
    """
    return _divided(remainder, x, y, "floormod")


def truncatediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Return x / y, rounded towards zero, as C does.

    Args:
        x, y: integer or floating-point tensors of one dtype whose shapes broadcast.

    Raises:
        InvalidArgumentError: if an integer is divided by zero.

    >>> import polytape as tf
    >>> tf.truncatediv([7, -7], 2).numpy().tolist()
    [3, -3]
    """
    return _divided(truncate_divide, x, y, "truncatediv")


def truncatemod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Return the remainder of the division rounded towards zero, with the sign of `x`, as C's `%`.

    Args:
        x, y: integer or floating-point tensors of one dtype whose shapes broadcast.

    Raises:
        InvalidArgumentError: if an integer is divided by zero.

    >>> import polytape as tf
    >>> tf.truncatemod([7, -7], 3).numpy().tolist()
    [1, -1]
    """
    return _divided(truncate_remainder, x, y, "truncatemod")


def _divided(op: Any, x: Any, y: Any, name: str) -> Tensor:
    if type(y) is float or (type(y) is int and y):
        return op(x, y)  # type: ignore[no-any-return]
    if type(x) is not Tensor or type(y) is not Tensor:
        x, y = op.op.prepare((x, y))
    if y.dtype.is_integer:
        backend = y._backend
        if bool(backend.any(backend.equal(y._array, 0))):
            raise InvalidArgumentError(
                f"{name}: integer division by zero; received {y!r} as the divisor. Convert to floating point "
                "with tf.cast to get infinities, or replace the zeros."
            )
    return op(x, y)  # type: ignore[no-any-return]
