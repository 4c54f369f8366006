"""Arithmetic on MLX where it needs more than the function of the same name."""

from __future__ import annotations

from typing import Any

import mlx.core as mx

from polytape.errors import InvalidArgumentError


def floor_divide(x: Any, y: Any) -> Any:
    """⌊x / y⌋; for signed integers the divisor -1 is taken out, as the processor stops at -2³¹ / -1."""
    if not _is_signed(x):
        return mx.floor_divide(x, y)
    return mx.where(mx.equal(y, -1), mx.negative(x), mx.floor_divide(x, _without_minus_one(y)))


def remainder(x: Any, y: Any) -> Any:
    """The remainder, with the sign of the divisor."""
    if _is_signed(x):
        return mx.remainder(x, _without_minus_one(y))
    return mx.remainder(x, y)


def power(x: Any, y: Any) -> Any:
    """x to the power of y; complex zero to a power, which MLX takes the logarithm of, is zero or one."""
    if isinstance(x, mx.array) and x.dtype == mx.complex64:
        at_zero = mx.where(mx.equal(y, 0), mx.array(1, mx.complex64), mx.array(0, mx.complex64))
        return mx.where(mx.equal(x, 0), at_zero, mx.power(x, y))
    if _is_signed(x) and bool(mx.any(mx.less(y, 0))):
        raise InvalidArgumentError("pow: an integer to a negative power is no integer. Convert it with tf.cast first.")
    return mx.power(x, y)


def astype(x: Any, *, dtype: Any) -> Any:
    """`x` in another dtype."""
    return x.astype(dtype)


def _is_signed(x: Any) -> bool:
    return isinstance(x, mx.array) and mx.issubdtype(x.dtype, mx.signedinteger)


def _without_minus_one(y: Any) -> Any:
    if isinstance(y, mx.array):
        return mx.where(mx.equal(y, -1), 1, y)
    return 1 if y == -1 else y


FUNCTIONS = {
    "floor_divide": floor_divide,
    "remainder": remainder,
    "pow": power,
    "astype": astype,
    "not_equal": mx.not_equal,
    "greater": mx.greater,
    "less_equal": mx.less_equal,
    "greater_equal": mx.greater_equal,
    "maximum": mx.maximum,
    "minimum": mx.minimum,
    "bitwise_left_shift": mx.left_shift,
    "bitwise_right_shift": mx.right_shift,
    "square": mx.square,
}
