"""Inverses, determinants and the solution of linear equations.

Source of the gradients: M. Giles, "Collected matrix derivative results for forward and reverse mode
algorithmic differentiation", 2008.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from polytape.backend import Array, Backend
from polytape.conversion import convert_group
from polytape.errors import InvalidArgumentError
from polytape.op import broadcastable, op
from polytape.ops.casting import cast
from polytape.ops.complex_numbers import real
from polytape.ops.decomposition import adjoint_of, cholesky_
from polytape.ops.diagonal import diag_part
from polytape.ops.exponential import log
from polytape.ops.linear_algebra import adjoint, as_matrices
from polytape.ops.matrix_functions import DECOMPOSABLE
from polytape.ops.reduction import reduce_sum
from polytape.plan import unbroadcast
from polytape.tensor import Tensor


def _inverse_gradient(backend: Any, gradient: Array, output: Array) -> Array:
    turned = backend.matrix_transpose(output)
    return -backend.matmul(turned, backend.matmul(gradient, turned))


@op(_inverse_gradient, accepts=DECOMPOSABLE)
def inv_(backend: Backend, input: Array) -> Array:
    """Return the inverse matrices."""
    return backend.inv(input)


def inv(input: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """Return the inverse of each matrix.

    Args:
        input: a floating-point or complex tensor of shape [..., n, n].
        adjoint: whether to return the inverses of the conjugate transposes.

    Raises:
        InvalidArgumentError: if the matrices are not square, or not invertible.

    >>> import polytape as tf
    >>> tf.linalg.inv([[2.0, 0.0], [0.0, 4.0]]).numpy().tolist()
    [[0.5, 0.0], [0.0, 0.25]]
    """
    return inv_(_perhaps_adjoint(as_matrices(input, "inv", square=True), adjoint))  # type: ignore[no-any-return]


def _everywhere(backend: Any, x: Array) -> Array:
    return backend.reshape(x, shape=(*x.shape, 1, 1))


def _det_gradient(backend: Any, gradient: Array, input: Array, output: Array) -> Array:
    return _everywhere(backend, gradient * output) * backend.matrix_transpose(backend.inv(input))


@op(_det_gradient, accepts=DECOMPOSABLE)
def det_(backend: Backend, input: Array) -> Array:
    """Return the determinants."""
    return backend.det(input)


def det(input: Any, name: str | None = None) -> Tensor:
    """Return the determinant of each matrix.

    Args:
        input: a floating-point or complex tensor of shape [..., n, n]. The gradient needs invertible
            matrices.

    Raises:
        InvalidArgumentError: if the matrices are not square.

    >>> import polytape as tf
    >>> float(tf.linalg.det([[2.0, 0.0], [0.0, 4.0]]))
    8.0
    """
    return det_(as_matrices(input, "det", square=True))  # type: ignore[no-any-return]


def _slogdet_gradient(backend: Any, gradient: Any, input: Array, input_dtype: Any) -> Array:
    inverse = adjoint_of(backend, backend.inv(input))  # a real sign has no derivative, a complex one is left out
    return _everywhere(backend, backend.astype(gradient[1], dtype=input_dtype)) * inverse


@op(_slogdet_gradient, accepts=DECOMPOSABLE, holomorphic=False, multiple=True)
def slogdet_(backend: Backend, input: Array) -> tuple[Array, Array]:
    """Return the signs of determinants and the logarithms of their moduli."""
    return backend.slogdet(input)


class SignAndLogarithm(NamedTuple):
    """What `slogdet` returns; the fields have TensorFlow's names."""

    sign: Tensor
    log_abs_determinant: Tensor


def slogdet(input: Any, name: str | None = None) -> SignAndLogarithm:
    """Return the sign of each matrix's determinant, and the logarithm of its absolute value.

    Args:
        input: a floating-point or complex tensor of shape [..., n, n].

    Raises:
        InvalidArgumentError: if the matrices are not square.

    >>> import polytape as tf
    >>> sign, logarithm = tf.linalg.slogdet([[-1.0, 0.0], [0.0, 1.0]])
    >>> float(sign), float(logarithm)
    (-1.0, 0.0)
    """
    x = as_matrices(input, "slogdet", square=True)
    sign, logarithm = slogdet_(x)
    return SignAndLogarithm(sign, cast(logarithm, x.dtype))


def logdet(matrix: Any, name: str | None = None) -> Tensor:
    """Return the logarithm of the determinant of each symmetric (Hermitian) positive definite matrix.

    Args:
        matrix: a floating-point or complex tensor of shape [..., n, n].

    Raises:
        InvalidArgumentError: if the matrices are not square, or not positive definite.

    >>> import polytape as tf
    >>> float(tf.linalg.logdet([[1.0, 0.0], [0.0, 1.0]]))
    0.0
    """
    factor = cholesky_(as_matrices(matrix, "logdet", square=True))
    return reduce_sum(log(real(diag_part(factor))), axis=-1) * 2.0


def _solve_left_gradient(backend: Any, gradient: Array, x: Array, output: Array) -> Array:
    inner = backend.solve(backend.matrix_transpose(x), gradient)
    return unbroadcast(backend, -backend.matmul(inner, backend.matrix_transpose(output)), tuple(x.shape))


def _solve_right_gradient(backend: Any, gradient: Array, x: Array, y_shape: Any) -> Array:
    return unbroadcast(backend, backend.solve(backend.matrix_transpose(x), gradient), y_shape)


@op(_solve_left_gradient, _solve_right_gradient, accepts=DECOMPOSABLE)
def solve_(backend: Backend, x: Array, y: Array) -> Array:
    """Return what x is to be multiplied with to give y."""
    return backend.solve(x, y)


def solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """Return the solutions X of systems of linear equations matrix · X = rhs.

    Args:
        matrix: a floating-point or complex tensor of shape [..., m, m].
        rhs: a tensor of shape [..., m, k], of the dtype of `matrix`; the axes before the last two broadcast.
        adjoint: whether the conjugate transpose of `matrix` takes its place.

    Raises:
        InvalidArgumentError: if the shapes do not fit, or a matrix is not invertible.

    >>> import polytape as tf
    >>> tf.linalg.solve([[2.0, 0.0], [0.0, 4.0]], [[2.0], [2.0]]).numpy().tolist()
    [[1.0], [0.5]]
    """
    matrix, rhs = system(matrix, rhs, "solve")
    return solve_(_perhaps_adjoint(matrix, adjoint), rhs)  # type: ignore[no-any-return]


def _triangular_left_gradient(
    backend: Any, gradient: Array, matrix: Array, output: Array, lower: bool, adjoint: bool
) -> Array:
    inner = backend.triangular_solve(matrix, gradient, lower=lower, adjoint=not adjoint)
    if adjoint:
        found = -backend.matmul(output, adjoint_of(backend, inner))
    else:
        found = -backend.matmul(inner, adjoint_of(backend, output))
    triangle = backend.band_part(found, lower=-1 if lower else 0, upper=0 if lower else -1)
    return unbroadcast(backend, triangle, tuple(matrix.shape))


def _triangular_right_gradient(
    backend: Any, gradient: Array, matrix: Array, rhs_shape: Any, lower: bool, adjoint: bool
) -> Array:
    found = backend.triangular_solve(matrix, gradient, lower=lower, adjoint=not adjoint)
    return unbroadcast(backend, found, rhs_shape)


@op(_triangular_left_gradient, _triangular_right_gradient, accepts=DECOMPOSABLE, holomorphic=False)
def triangular_solve_(backend: Backend, matrix: Array, rhs: Array, *, lower: bool, adjoint: bool) -> Array:
    """Return what a triangle, or its conjugate transpose, is to be multiplied with to give `rhs`."""
    triangle = backend.band_part(matrix, lower=-1 if lower else 0, upper=0 if lower else -1)
    return backend.solve(adjoint_of(backend, triangle) if adjoint else triangle, rhs)


def triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """Return the solutions X of triangular systems of linear equations matrix · X = rhs.

    Args:
        matrix: a floating-point or complex tensor of shape [..., m, m], of which one triangle is read.
        rhs: a tensor of shape [..., m, k], of the dtype of `matrix`; the axes before the last two broadcast.
        lower: whether that is the lower triangle.
        adjoint: whether the triangle's conjugate transpose takes its place.

    Raises:
        InvalidArgumentError: if the shapes do not fit, or a matrix is not invertible.

    >>> import polytape as tf
    >>> tf.linalg.triangular_solve([[2.0, 7.0], [2.0, 4.0]], [[2.0], [4.0]]).numpy().tolist()
    [[1.0], [0.5]]
    """
    matrix, rhs = system(matrix, rhs, "triangular_solve")
    return triangular_solve_(matrix, rhs, lower=bool(lower), adjoint=bool(adjoint))  # type: ignore[no-any-return]


def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> Tensor:
    """Return the solutions X of systems of linear equations A · X = rhs, given the Cholesky factors of A.

    Args:
        chol: a tensor of shape [..., m, m], what `cholesky` gave.
        rhs: a tensor of shape [..., m, k], of the dtype of `chol`.

    Raises:
        InvalidArgumentError: if the shapes do not fit.

    >>> import polytape as tf
    >>> tf.linalg.cholesky_solve([[2.0, 0.0], [0.0, 1.0]], [[4.0], [3.0]]).numpy().tolist()
    [[1.0], [3.0]]
    """
    chol, rhs = system(chol, rhs, "cholesky_solve")
    half = triangular_solve_(chol, rhs, lower=True, adjoint=False)
    return triangular_solve_(chol, half, lower=True, adjoint=True)  # type: ignore[no-any-return]


def _perhaps_adjoint(x: Tensor, wanted: bool) -> Tensor:
    return adjoint(x) if wanted else x


def system(matrix: Any, rhs: Any, op: str, square: bool = True) -> tuple[Tensor, Tensor]:
    """A matrix and a right-hand side that fits it."""
    matrix, rhs = convert_group((matrix, rhs), (DECOMPOSABLE, DECOMPOSABLE), op)
    as_matrices(matrix, op, square=square)
    left, right = tuple(matrix._array.shape), tuple(rhs._array.shape)
    if len(right) < 2 or left[-2] != right[-2] or (left[:-2] != right[:-2] and not _fit(left, right)):
        raise InvalidArgumentError(
            f"{op}: the right-hand side must be of shape [..., {left[-2]}, k], rows as the matrix has, and "
            f"the axes before must broadcast; received {list(left)} and {list(right)}."
        )
    return matrix, rhs


def _fit(left: tuple[int, ...], right: tuple[int, ...]) -> bool:
    return not left[:-2] or not right[:-2] or broadcastable((left[:-2], right[:-2]))
