"""The distinct elements of an array, in ascending order; NaNs are distinct from each other."""

from __future__ import annotations

from typing import Any, NamedTuple

from polytape.array_api.promotion import tensor_of, to_dtype
from polytape.array_api.searching import argsort, nonzero
from polytape.dtypes import bool_, int64, uint8
from polytape.ops.comparison import not_equal
from polytape.ops.creation import ones
from polytape.ops.gathering import gather
from polytape.ops.joining import concat
from polytape.ops.scan import cumsum
from polytape.ops.shape import reshape
from polytape.tensor import Tensor


class UniqueAll(NamedTuple):
    """Distinct elements, where each occurs first, where to find each element among them, and how often they occur."""

    values: Tensor
    indices: Tensor
    inverse_indices: Tensor
    counts: Tensor


class UniqueCounts(NamedTuple):
    """Distinct elements, and how often they occur."""

    values: Tensor
    counts: Tensor


class UniqueInverse(NamedTuple):
    """Distinct elements, and where to find each element among them."""

    values: Tensor
    inverse_indices: Tensor


def unique_all(x: Any, /) -> UniqueAll:
    """Return the distinct elements with all that is to know of them.

    >>> from polytape import array_api as xp
    >>> [part.numpy().tolist() for part in xp.unique_all(xp.asarray([5, 3, 5]))]
    [[3, 5], [1, 0], [1, 0, 1], [1, 2]]
    """
    x = tensor_of("unique_all", x)
    flat = reshape(x, [-1])
    if x.dtype.is_bool:
        flat = to_dtype(flat, uint8)
    order = argsort(flat)
    ordered = gather(flat, order)
    begins = not_equal(ordered[1:], ordered[:-1])
    if len(flat):
        begins = concat([ones([1], bool_), begins], 0)
    (starts,) = nonzero(begins)
    values = to_dtype(gather(ordered, starts), x.dtype)
    ends = concat([starts[1:], ones([1 if len(flat) else 0], int64) * len(flat)], 0)
    ranks = cumsum(to_dtype(begins, int64)) - 1
    inverse = reshape(gather(ranks, argsort(order)), x._array.shape)
    return UniqueAll(values, gather(order, starts), inverse, ends - starts)


def unique_counts(x: Any, /) -> UniqueCounts:
    """Return the distinct elements, and how often they occur."""
    found = unique_all(x)
    return UniqueCounts(found.values, found.counts)


def unique_inverse(x: Any, /) -> UniqueInverse:
    """Return the distinct elements, and where to find each element among them."""
    found = unique_all(x)
    return UniqueInverse(found.values, found.inverse_indices)


def unique_values(x: Any, /) -> Tensor:
    """Return the distinct elements."""
    return unique_all(x).values
