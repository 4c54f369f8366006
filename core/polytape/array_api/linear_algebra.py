"""Products of vectors, matrices and tensors."""

from __future__ import annotations

from typing import Any

from polytape.array_api.elementwise import conj
from polytape.array_api.manipulation import broadcast_arrays, moveaxis
from polytape.array_api.promotion import tensor_of, tensors
from polytape.errors import InvalidArgumentError
from polytape.ops import linear_algebra
from polytape.ops.reduction import reduce_sum
from polytape.tensor import Tensor


def matmul(x1: Any, x2: Any, /) -> Tensor:
    """Return the matrix product; an array of one axis is a row on the left, a column on the right."""
    x1, x2 = tensors("matmul", x1, x2)
    if not x1.ndim or not x2.ndim:
        raise InvalidArgumentError("matmul: both operands must have at least one axis.")
    row, column = x1.ndim == 1, x2.ndim == 1
    found = linear_algebra.matmul(x1[None, :] if row else x1, x2[:, None] if column else x2)
    if row:
        found = found[..., 0, :]
    return found[..., 0] if column else found


def matrix_transpose(x: Any, /) -> Tensor:
    """Return matrices with rows and columns exchanged."""
    return linear_algebra.matrix_transpose(tensor_of("matrix_transpose", x))


def tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Tensor:
    """Return the sum of products over axes: the last n of one and first n of the other, or those named for each."""
    x1, x2 = tensors("tensordot", x1, x2)
    return linear_algebra.tensordot(x1, x2, axes if isinstance(axes, int) else [list(part) for part in axes])


def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Tensor:
    """Return the sum of conj(x1)·x2 along an axis, counted from the end."""
    x1, x2 = tensors("vecdot", x1, x2)
    x1, x2 = broadcast_arrays(moveaxis(x1, axis, -1), moveaxis(x2, axis, -1))
    return reduce_sum(conj(x1) * x2, -1)
