"""Products of vectors and matrices. A matrix is a tensor's last two axes; axes before them are a batch."""

from __future__ import annotations

from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import ANY
from polytape.errors import InvalidArgumentError
from polytape.op import broadcastable, op
from polytape.ops.casting import cast
from polytape.ops.complex_numbers import conj
from polytape.ops.shape import expand_dims, permute_dims, reshape_, squeeze
from polytape.plan import unbroadcast
from polytape.tensor import Tensor


@op(lambda backend, gradient: backend.matrix_transpose(gradient), accepts=ANY)
def matrix_transpose_(backend: Backend, x: Array) -> Array:
    """Return `x` with its last two axes swapped."""
    rank = len(x.shape)
    return backend.permute_dims(x, axes=(*range(rank - 2), rank - 1, rank - 2))


def _left_gradient(backend: Any, gradient: Array, x_shape: tuple[int, ...], y: Array) -> Array:
    """The gradient of x · y with respect to x: gradient · yᵀ, summed where x was repeated."""
    return unbroadcast(backend, backend.matmul(gradient, backend.matrix_transpose(y)), x_shape)


def _right_gradient(backend: Any, gradient: Array, x: Array, y_shape: tuple[int, ...]) -> Array:
    """The gradient of x · y with respect to y: xᵀ · gradient, summed where y was repeated."""
    if len(y_shape) == 2 < len(x.shape):  # one product instead of a batch of them and a sum
        rows, columns = y_shape
        count = x.shape[-2]
        for length in x.shape[:-2]:
            count *= length
        x = backend.reshape(x, shape=(count, rows))
        gradient = backend.reshape(gradient, shape=(count, columns))
    return unbroadcast(backend, backend.matmul(backend.matrix_transpose(x), gradient), y_shape)


@op(_left_gradient, _right_gradient)
def matmul_(backend: Backend, x: Array, y: Array) -> Array:
    """Return the product of two matrices or batches of matrices; batches broadcast.

    Source of the gradients: M. Giles, "Collected matrix derivative results for forward and reverse mode
    algorithmic differentiation", 2008, section 2.2.1.
    """
    return backend.matmul(x, y)


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return the product of two matrices, or of two batches of matrices.

    Args:
        a: a numeric tensor of shape [..., m, k].
        b: a tensor of shape [..., k, n], of the dtype of `a`; the axes before the last two broadcast.
        transpose_a, transpose_b: whether to transpose an operand first.
        adjoint_a, adjoint_b: whether to transpose and conjugate an operand first.
        a_is_sparse, b_is_sparse: without effect: zeros are multiplied like any other number.
        output_type: the dtype of the result, where it is not that of the operands, which are converted first.

    Returns:
        A tensor of shape [..., m, n].

    Raises:
        InvalidArgumentError: if an operand has fewer than two axes, or the shapes do not fit.

    >>> import polytape as tf
    >>> tf.matmul([[1, 2]], [[3], [4]]).numpy().tolist()
    [[11]]
    >>> tf.matmul([[1.0, 2.0]], [[3.0, 4.0]], transpose_b=True).numpy().tolist()
    [[11.0]]
    """
    if type(a) is not Tensor or type(b) is not Tensor:
        a, b = matmul_.op.prepare((a, b))  # type: ignore[attr-defined]
    if output_type is not None:
        a, b = cast(a, output_type), cast(b, output_type)
    left, right = a._array.shape, b._array.shape
    if len(left) < 2 or len(right) < 2:
        raise InvalidArgumentError(
            f"matmul: both operands must have at least two axes; received {list(left)} and {list(right)}. "
            "Make a vector a matrix with tf.expand_dims, or use tf.linalg.matvec or tf.tensordot."
        )
    if transpose_a or adjoint_a:
        a = _turned(a, transpose_a, adjoint_a, "a")
        left = a._array.shape
    if transpose_b or adjoint_b:
        b = _turned(b, transpose_b, adjoint_b, "b")
        right = b._array.shape
    if left[-1] != right[-2] or (len(left) > 2 < len(right) and not broadcastable((left[:-2], right[:-2]))):
        raise InvalidArgumentError(
            f"matmul: matrices of shapes {list(left)} and {list(right)} can't be multiplied: the first one's "
            "last axis and the second one's last but one must have the same length, and the axes before "
            "them must broadcast. Perhaps one of them needs transpose_a=True or transpose_b=True."
        )
    return matmul_(a, b)  # type: ignore[no-any-return]


def matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """Return the product of a matrix and a vector, or of batches of them.

    Args:
        a: a numeric tensor of shape [..., m, n].
        b: a tensor of shape [..., n], of the dtype of `a`; the axes before broadcast.
        transpose_a: whether to transpose the matrix first.
        adjoint_a: whether to transpose and conjugate the matrix first.

    Returns:
        A tensor of shape [..., m].

    Raises:
        InvalidArgumentError: if the matrix has fewer than two axes, or the shapes do not fit.

    >>> import polytape as tf
    >>> tf.linalg.matvec([[1, 2], [3, 4]], [1, 1]).numpy().tolist()
    [3, 7]
    """
    a, b = matmul_.op.prepare((a, b))  # type: ignore[attr-defined]
    if not b._array.shape:
        raise InvalidArgumentError("matvec: the vector must have at least one axis; received shape [].")
    found = matmul(a, expand_dims(b, -1), transpose_a=transpose_a, adjoint_a=adjoint_a)
    return squeeze(found, axis=-1)


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Tensor:
    """Return the sums of products of two tensors along pairs of axes.

    Args:
        a, b: numeric tensors of one dtype.
        axes: how many of the last axes of `a` are paired with the first ones of `b`, or two lists of axes.

    Returns:
        A tensor of the other axes of `a`, followed by those of `b`.

    Raises:
        InvalidArgumentError: if axes are out of range, named twice, or of different lengths.

    >>> import polytape as tf
    >>> tf.tensordot([[1, 2], [3, 4]], [[1, 0], [0, 1]], axes=2).numpy()
    np.int32(5)
    """
    a, b = matmul_.op.prepare((a, b))  # type: ignore[attr-defined]
    left, right = tuple(a._array.shape), tuple(b._array.shape)
    first, second = _paired_axes(axes, len(left), len(right))
    if [left[i] for i in first] != [right[i] for i in second]:
        raise InvalidArgumentError(
            f"tensordot: paired axes must have the same lengths; received shapes {list(left)} and "
            f"{list(right)}, with axes {list(first)} paired with {list(second)}."
        )
    rows = [i for i in range(len(left)) if i not in first]
    columns = [i for i in range(len(right)) if i not in second]
    count = _product_of(left, first)
    x = reshape_(permute_dims(a, axes=(*rows, *first)), shape=(_product_of(left, rows), count))
    y = reshape_(permute_dims(b, axes=(*second, *columns)), shape=(count, _product_of(right, columns)))
    return reshape_(matmul_(x, y), shape=(*(left[i] for i in rows), *(right[i] for i in columns)))  # type: ignore[no-any-return]


def matrix_transpose(a: Any, name: str | None = None, conjugate: bool = False) -> Tensor:
    """Return `a` with its last two axes swapped.

    Args:
        a: a tensor of shape [..., m, n], of any dtype.
        conjugate: whether to conjugate complex elements as well; see `adjoint`.

    Raises:
        InvalidArgumentError: if `a` has fewer than two axes.

    >>> import polytape as tf
    >>> tf.linalg.matrix_transpose([[1, 2, 3]]).numpy().tolist()
    [[1], [2], [3]]
    """
    a = as_matrices(a, "matrix_transpose")
    return adjoint(a) if conjugate else matrix_transpose_(a)


def adjoint(matrix: Any, name: str | None = None) -> Tensor:
    """Return the conjugate transpose of the last two axes.

    Args:
        matrix: a tensor of shape [..., m, n], of any dtype.

    Raises:
        InvalidArgumentError: if `matrix` has fewer than two axes.

    >>> import polytape as tf
    >>> tf.linalg.adjoint([[1.0 + 2.0j, 3.0]]).numpy().tolist()
    [[(1-2j)], [(3-0j)]]
    """
    turned = matrix_transpose_(as_matrices(matrix, "adjoint"))
    return conj(turned) if turned.dtype.is_complex else turned  # type: ignore[no-any-return]


def as_matrices(value: Any, op: str, square: bool = False) -> Tensor:
    """Return `value` as a tensor of at least two axes; if `square`, of square matrices."""
    tensor = value if type(value) is Tensor else convert(value)
    shape = tensor._array.shape
    if len(shape) < 2 or (square and shape[-1] != shape[-2]):
        raise InvalidArgumentError(
            f"{op}: the input must be a {'square ' if square else ''}matrix or a batch of them, of shape "
            f"[..., {'n, n' if square else 'm, n'}]; received shape {list(shape)}."
        )
    return tensor


def _turned(x: Tensor, transpose: bool, conjugate: bool, name: str) -> Tensor:
    if transpose and conjugate:
        raise InvalidArgumentError(f"matmul: only one of transpose_{name} and adjoint_{name} may be true.")
    return adjoint(x) if conjugate else matrix_transpose_(x)


def _paired_axes(value: Any, left: int, right: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if isinstance(value, (list, tuple)) or getattr(value, "shape", None):
        pair = list(value)
        if len(pair) != 2:
            raise InvalidArgumentError(f"tensordot: axes must be a number or two lists; received {value!r}.")
        first = arguments.axes(pair[0], left, "tensordot", "axes[0]")
        second = arguments.axes(pair[1], right, "tensordot", "axes[1]")
        if len(first) != len(second):
            raise InvalidArgumentError(f"tensordot: both lists of axes must be of one length; received {value!r}.")
        return first, second
    count = arguments.integer(value, "tensordot: axes")
    if not 0 <= count <= min(left, right):
        raise InvalidArgumentError(
            f"tensordot: axes must be from 0 to {min(left, right)}, the smaller rank; received {count}."
        )
    return tuple(range(left - count, left)), tuple(range(count))


def _product_of(shape: tuple[int, ...], axes: Any) -> int:
    count = 1
    for axis in axes:
        count *= shape[axis]
    return count
