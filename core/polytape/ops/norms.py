"""Norms of vectors and matrices."""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments
from polytape.backend import Array, Axis, Backend
from polytape.conversion import convert
from polytape.dtypes import INEXACT
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.op import op
from polytape.ops.arithmetic import abs as absolute
from polytape.ops.casting import cast
from polytape.ops.extremes import reduce_max
from polytape.ops.powers import pow as power
from polytape.ops.reduction import reduce_sum, restored
from polytape.ops.shape import permute_dims, reshape_
from polytape.ops.singular_values import svdvals
from polytape.tensor import Tensor


def _euclidean_gradient(
    backend: Any, gradient: Array, x: Array, x_dtype: Any, output: Array, output_dtype: Any, axis: Axis
) -> Array:
    """x / |x| times the gradient; zero, one of the subgradients, where x is zero."""
    shape = tuple(x.shape)
    one = backend.full((), 1, dtype=output_dtype, device=backend.device_of(x))
    safe = backend.where(backend.equal(output, 0), one, output)
    scale = restored(backend, gradient / safe, shape, axis)
    return x * backend.astype(scale, dtype=x_dtype)


@op(_euclidean_gradient, accepts=INEXACT, holomorphic=False)
def vector_norm(backend: Backend, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return √Σ|x|² along axes, as a real number."""
    if backend.dtype_of(x).is_complex:
        size = backend.abs(x)
        return backend.sqrt(backend.sum(size * size, axis=axis, keepdims=keepdims))
    return backend.sqrt(backend.sum(x * x, axis=axis, keepdims=keepdims))


def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
) -> Tensor:
    """Return the norm of vectors, of matrices, or of all elements.

    Args:
        tensor: a floating-point or complex tensor.
        ord: "euclidean" (for matrices the same as "fro", the root of the sum of all squares), 1, 2, infinity
            or, for vectors, any positive number. For matrices 1 is the largest column sum, infinity the
            largest row sum and 2 the largest singular value.
        axis: one axis for vectors, two for matrices; `None` takes all elements as one vector.
        keepdims: whether the axes are kept, of length one.

    Returns:
        A real tensor.

    Raises:
        InvalidArgumentError: if `ord` is not among these, or the axes are out of range.

    >>> import polytape as tf
    >>> float(tf.norm([3.0, 4.0]))
    5.0
    >>> tf.norm([[3.0, -4.0], [1.0, 1.0]], ord=1, axis=1).numpy().tolist()
    [7.0, 2.0]
    """
    x = tensor if type(tensor) is Tensor else convert(tensor)
    if x.dtype not in INEXACT:
        raise DTypeError(f"norm: the tensor must be floating-point or complex; received {x.dtype.name}.")
    kept = bool(keepdims)
    matrices = isinstance(axis, (list, tuple)) and len(axis) == 2
    _check_order(ord, matrices)
    if isinstance(axis, (list, tuple)) and len(axis) not in (1, 2):
        raise InvalidArgumentError(f"norm: axis must be None, one axis or a pair of axes; received {axis!r}.")
    axes = arguments.axes(axis, len(x._array.shape), "norm")
    if ord in ("euclidean", "fro") or (ord == 2 and not matrices):
        return vector_norm(x, axis=None if axis is None else axes, keepdims=kept)  # type: ignore[no-any-return]
    if matrices:
        return _matrix_norm(x, ord, axes, kept)
    size = absolute(x)
    if ord == math.inf:
        return reduce_max(size, axis=axes, keepdims=kept)
    if ord == 1:
        return reduce_sum(size, axis=axes, keepdims=kept)
    return power(reduce_sum(power(size, float(ord)), axis=axes, keepdims=kept), 1.0 / ord)  # type: ignore[no-any-return]


def normalize(tensor: Any, ord: Any = "euclidean", axis: Any = None, name: str | None = None) -> tuple[Tensor, Tensor]:
    """Return a tensor divided by its norm, and the norm.

    Args:
        tensor: a floating-point or complex tensor.
        ord, axis: see `tf.norm`.

    Returns:
        The quotient, of the shape of `tensor`, and the norm, with the axes kept.

    >>> import polytape as tf
    >>> unit, length = tf.linalg.normalize([3.0, 4.0])
    >>> length.numpy().tolist()
    [5.0]
    """
    x = tensor if type(tensor) is Tensor else convert(tensor)
    size = norm(x, ord=ord, axis=axis, keepdims=True)
    if x.dtype.is_complex:
        size = cast(size, x.dtype)
    return x / size, size


def _matrix_norm(x: Tensor, ord: Any, axes: tuple[int, ...], kept: bool) -> Tensor:
    rows, columns = axes
    if ord == 2:
        rest = [i for i in range(len(x._array.shape)) if i not in axes]
        found = reduce_max(svdvals(permute_dims(x, axes=(*rest, rows, columns))), axis=-1)
        shape = tuple([1 if i in axes else length for i, length in enumerate(x._array.shape)])
        return reshape_(found, shape=shape) if kept else found
    summed, compared = (rows, columns) if ord == 1 else (columns, rows)
    sums = reduce_sum(absolute(x), axis=summed, keepdims=True)
    found = reduce_max(sums, axis=compared, keepdims=True)
    return found if kept else reduce_sum(found, axis=axes)


def _check_order(ord: Any, matrices: bool) -> None:
    if isinstance(ord, str):
        fits = ord in ("euclidean", "fro")
    else:
        fits = isinstance(ord, (int, float)) and ord > 0 and (not matrices or ord in (1, 2, math.inf))
    if not fits:
        allowed = "'euclidean', 'fro', 1, 2, infinity" + ("" if matrices else " or a positive number")
        raise InvalidArgumentError(f"norm: ord must be {allowed}; received {ord!r}.")
