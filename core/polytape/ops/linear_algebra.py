"""Products of vectors and matrices. A matrix is a tensor's last two axes; axes before them are a batch."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import ANY, as_dtype
from polytape.errors import InvalidArgumentError
from polytape.op import OPS, op
from polytape.plan import unbroadcast
from polytape.tensor import Tensor


@op(lambda backend, gradient: backend.matrix_transpose(gradient), accepts=ANY)
def matrix_transpose(backend: Backend, x: Array) -> Array:
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
def matmul(backend: Backend, x: Array, y: Array) -> Array:
    """Return the product of two matrices or batches of matrices; batches broadcast.

    Source of the gradients: M. Giles, "Collected matrix derivative results for forward and reverse mode
    algorithmic differentiation", 2008, section 2.2.1.
    """
    return backend.matmul(x, y)


# The public functions below have TensorFlow's names and signatures; the ops of these names stay at hand.
product: Any = matmul
transposed: Any = matrix_transpose


def matmul(  # type: ignore[no-redef]
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
        a, b = product.op.prepare((a, b))
    if output_type is not None:
        native = a._backend.native_dtype(as_dtype(output_type))
        a, b = OPS["astype"](a, dtype=native), OPS["astype"](b, dtype=native)
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
    if left[-1] != right[-2] or (len(left) > 2 < len(right) and not _broadcastable(left[:-2], right[:-2])):
        raise InvalidArgumentError(
            f"matmul: matrices of shapes {list(left)} and {list(right)} can't be multiplied: the first one's "
            "last axis and the second one's last but one must have the same length, and the axes before must "
            "broadcast. Perhaps one of them needs transpose_a=True or transpose_b=True."
        )
    return product(a, b)  # type: ignore[no-any-return]


def matrix_transpose(a: Any, name: str | None = None, conjugate: bool = False) -> Tensor:  # type: ignore[no-redef]
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
    return adjoint(a) if conjugate else transposed(a)


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
    matrix = as_matrices(matrix, "adjoint")
    turned = transposed(matrix)
    return OPS["conj"](turned) if turned.dtype.is_complex else turned  # type: ignore[no-any-return]


def as_matrices(value: Any, op: str) -> Tensor:
    """Return `value` as a tensor of at least two axes."""
    tensor = value if type(value) is Tensor else convert(value)
    if len(tensor._array.shape) < 2:
        raise InvalidArgumentError(
            f"{op}: a matrix has at least two axes; received shape {list(tensor._array.shape)}. Add an axis "
            "with tf.expand_dims."
        )
    return tensor


def _turned(x: Tensor, transpose: bool, conjugate: bool, name: str) -> Tensor:
    if transpose and conjugate:
        raise InvalidArgumentError(f"matmul: only one of transpose_{name} and adjoint_{name} may be true.")
    return adjoint(x) if conjugate else transposed(x)


def _broadcastable(left: tuple[int, ...], right: tuple[int, ...]) -> bool:
    return all(x == y or x == 1 or y == 1 for x, y in zip(reversed(left), reversed(right)))
