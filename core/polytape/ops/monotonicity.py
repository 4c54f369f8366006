"""Whether numbers rise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape.conversion import convert
from polytape.ops.comparison import less, less_equal
from polytape.ops.reduction import reduce_all
from polytape.ops.shape import reshape
from polytape.tensor import Tensor


def is_non_decreasing(x: Any, name: str | None = None) -> Tensor:
    """Return whether no element is smaller than the one before it, in row-major order.

    Args:
        x: an integer or floating-point tensor; true if it has fewer than two elements.

    >>> import polytape as tf
    >>> bool(tf.math.is_non_decreasing([1, 1, 2])), bool(tf.math.is_non_decreasing([2, 1]))
    (True, False)
    """
    return _each_pair(less_equal, x)


def is_strictly_increasing(x: Any, name: str | None = None) -> Tensor:
    """Return whether every element is larger than the one before it, in row-major order.

    Args:
        x: an integer or floating-point tensor; true if it has fewer than two elements.

    >>> import polytape as tf
    >>> bool(tf.math.is_strictly_increasing([1, 2, 3])), bool(tf.math.is_strictly_increasing([1, 1]))
    (True, False)
    """
    return _each_pair(less, x)


def _each_pair(comparison: Callable[..., Tensor], x: Any) -> Tensor:
    flat = reshape(convert(x), [-1])
    return reduce_all(comparison(flat[:-1], flat[1:]))
