"""Permutations of indices."""

from __future__ import annotations

from typing import Any

from polytape.conversion import convert
from polytape.dtypes import int32, int64, names
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.ops.casting import cast
from polytape.ops.comparison import not_equal
from polytape.ops.gathering import gather
from polytape.ops.ranges import range
from polytape.ops.reduction import reduce_any
from polytape.ops.sorting import argsort
from polytape.tensor import Tensor


def invert_permutation(x: Any, name: str | None = None) -> Tensor:
    """Return the permutation y that undoes x: y[x[i]] = i.

    Args:
        x: an int32 or int64 tensor of one axis that holds each number from 0 to its length - 1 once.

    Raises:
        DTypeError: if `x` is of another dtype.
        InvalidArgumentError: if `x` is no permutation.

    >>> import polytape as tf
    >>> tf.math.invert_permutation([2, 0, 1]).numpy().tolist()
    [1, 2, 0]
    """
    x = convert(x)
    allowed = frozenset((int32, int64))
    if x.dtype not in allowed:
        raise DTypeError(f"invert_permutation: x must be of a dtype among {names(allowed)}; received {x.dtype.name}.")
    if x.ndim != 1:
        raise InvalidArgumentError(f"invert_permutation: x must have one axis; received shape {x.shape}.")
    if not x.shape[0]:
        return x  # type: ignore[no-any-return]
    inverse = argsort(x)
    if reduce_any(not_equal(gather(x, inverse), range(x.shape[0], dtype=x.dtype))):
        raise InvalidArgumentError(
            f"invert_permutation: x must hold each number from 0 to {x.shape[0] - 1} once; received {x!r}."
        )
    return cast(inverse, x.dtype)
