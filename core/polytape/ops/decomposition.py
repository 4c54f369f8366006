"""Decompositions of matrices: Cholesky, QR, eigenvalues.

Gradients, with U̅ for the gradient that arrives at U: M. Seeger et al., "Auto-differentiating linear
algebra", 2017; of QR: S. Walter and L. Lehmann, "Algorithmic differentiation of linear algebra functions with
application in optimum experimental design", 2010. Where eigenvalues are equal, a quotient by zero counts as
zero.
"""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.errors import UnimplementedError
from polytape.op import op
from polytape.ops.casting import cast
from polytape.ops.linear_algebra import as_matrices
from polytape.ops.matrix_functions import DECOMPOSABLE
from polytape.tensor import Tensor


def adjoint_of(backend: Any, x: Array) -> Array:
    """xᴴ."""
    return backend.conj(backend.matrix_transpose(x))


def _lower_half(backend: Any, x: Array) -> Array:
    """The lower triangle, with half the diagonal."""
    return (backend.band_part(x, lower=-1, upper=0) + x - backend.band_part(x, lower=0, upper=-1)) / 2


def safe_inverse(backend: Any, x: Array) -> Array:
    """1 / x, and zero where that is 1 / 0; so is the derivative there."""
    zero = backend.equal(x, 0)
    return backend.where(zero, 0, 1 / backend.where(zero, 1, x))


def inverse_differences(backend: Any, x: Array) -> Array:
    """The matrix of 1 / (xⱼ - xᵢ)."""
    return safe_inverse(backend, row_of(backend, x) - column_of(backend, x))


def row_of(backend: Any, x: Array) -> Array:
    """Vectors as matrices of one row."""
    return backend.reshape(x, shape=(*x.shape[:-1], 1, x.shape[-1]))


def column_of(backend: Any, x: Array) -> Array:
    """Vectors as matrices of one column."""
    return backend.reshape(x, shape=(*x.shape, 1))


def _cholesky_gradient(backend: Any, gradient: Array, output: Array) -> Array:
    middle = _lower_half(backend, backend.matmul(adjoint_of(backend, output), gradient))
    left = backend.triangular_solve(output, middle, lower=True, adjoint=True)
    both = backend.triangular_solve(output, adjoint_of(backend, left), lower=True, adjoint=True)
    return (both + adjoint_of(backend, both)) / 2


@op(_cholesky_gradient, accepts=DECOMPOSABLE, holomorphic=False)
def cholesky_(backend: Backend, input: Array) -> Array:
    """Return the lower triangles L of input = L·Lᴴ."""
    return backend.cholesky(input)


def cholesky(input: Any, name: str | None = None) -> Tensor:
    """Return the Cholesky factor of each matrix: the lower triangle L of A = L·Lᴴ.

    Args:
        input: a floating-point or complex tensor of shape [..., n, n], symmetric (Hermitian) and positive
            definite. Only its lower triangles are read; the gradient is symmetric.

    Raises:
        InvalidArgumentError: if the matrices are not square, or not positive definite.

    >>> import polytape as tf
    >>> tf.linalg.cholesky([[4.0, 2.0], [2.0, 5.0]]).numpy().tolist()
    [[2.0, 0.0], [1.0, 2.0]]
    """
    return cholesky_(as_matrices(input, "cholesky", square=True))  # type: ignore[no-any-return]


def _qr_gradient(backend: Any, gradient: Any, output: Any, x: Array, full_matrices: bool) -> Array:
    q, r = output
    rows, columns = x.shape[-2:]
    if full_matrices and rows > columns:
        raise UnimplementedError(
            f"qr has no gradient with full_matrices=True for matrices with more rows ({rows}) than columns "
            f"({columns}): the additional columns of Q are arbitrary. Use full_matrices=False."
        )
    if rows >= columns:
        return _tall_qr_gradient(backend, gradient[0], gradient[1], q, r)
    left, right = (..., slice(0, rows)), (..., slice(rows, columns))
    of_q, of_r = gradient
    beyond, beside = backend.getitem(of_r, key=right), backend.getitem(x, key=right)
    of_q = of_q + backend.matmul(beside, adjoint_of(backend, beyond))
    square = _tall_qr_gradient(backend, of_q, backend.getitem(of_r, key=left), q, backend.getitem(r, key=left))
    return backend.concat((square, backend.matmul(q, beyond)), axis=len(x.shape) - 1)


def _tall_qr_gradient(backend: Any, of_q: Array, of_r: Array, q: Array, r: Array) -> Array:
    middle = backend.matmul(r, adjoint_of(backend, of_r)) - backend.matmul(adjoint_of(backend, of_q), q)
    half = _lower_half(backend, middle)
    inner = of_q + backend.matmul(q, half + adjoint_of(backend, half))
    # inner · R⁻ᴴ, for which a triangle is solved: X·Rᴴ = inner is R·Xᴴ = innerᴴ.
    return adjoint_of(backend, backend.triangular_solve(r, adjoint_of(backend, inner), lower=False, adjoint=False))


@op(_qr_gradient, accepts=DECOMPOSABLE, holomorphic=False, multiple=True)
def qr_(backend: Backend, x: Array, *, full_matrices: bool) -> tuple[Array, Array]:
    """Return Q with orthonormal columns and the upper triangles R of x = Q·R."""
    return backend.qr(x, full_matrices=full_matrices)


def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> tuple[Tensor, Tensor]:
    """Return the QR decomposition of each matrix: A = Q·R.

    Args:
        input: a floating-point or complex tensor of shape [..., m, n].
        full_matrices: whether Q is to be square, of shape [..., m, m].

    Returns:
        Q of shape [..., m, p] with orthonormal columns, and the upper triangle R of shape [..., p, n]. p is
        the smaller of m and n, or m if `full_matrices`.

    Raises:
        InvalidArgumentError: if there are fewer than two axes.

    >>> import polytape as tf
    >>> q, r = tf.linalg.qr([[3.0, 1.0], [4.0, 2.0]])
    >>> abs(float(r[0, 0]))
    5.0
    """
    return qr_(as_matrices(input, "qr"), full_matrices=bool(full_matrices))  # type: ignore[no-any-return]


def _lower_gradient(backend: Any, gradient: Array) -> Array:
    """The gradient with respect to a Hermitian matrix of which only the lower triangle is read."""
    return _lower_half(backend, gradient + adjoint_of(backend, gradient))


def _eigh_gradient(backend: Any, gradient: Any, output: Any, input_dtype: Any) -> Array:
    values, vectors = output
    of_values, of_vectors = gradient
    turned = adjoint_of(backend, vectors)
    inverse = backend.astype(inverse_differences(backend, values), dtype=input_dtype)
    middle = inverse * backend.matmul(turned, of_vectors)
    scaled = vectors * backend.astype(row_of(backend, of_values), dtype=input_dtype) + backend.matmul(vectors, middle)
    return _lower_gradient(backend, backend.matmul(scaled, turned))


@op(_eigh_gradient, accepts=DECOMPOSABLE, holomorphic=False, multiple=True)
def eigh_(backend: Backend, input: Array) -> tuple[Array, Array]:
    """Return the eigenvalues, real and ascending, and the eigenvectors of Hermitian matrices."""
    return backend.eigh(input)


def _eigvalsh_gradient(backend: Any, gradient: Array, input: Array, input_dtype: Any) -> Array:
    _, vectors = backend.eigh(input)
    scaled = vectors * backend.astype(row_of(backend, gradient), dtype=input_dtype)
    return _lower_gradient(backend, backend.matmul(scaled, adjoint_of(backend, vectors)))


@op(_eigvalsh_gradient, accepts=DECOMPOSABLE, holomorphic=False)
def eigvalsh_(backend: Backend, input: Array) -> Array:
    """Return the eigenvalues, real and ascending, of Hermitian matrices."""
    return backend.eigvalsh(input)


def eigh(tensor: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """Return the eigenvalues and eigenvectors of each symmetric (Hermitian) matrix.

    Args:
        tensor: a floating-point or complex tensor of shape [..., n, n], of which only the lower triangles are
            read.

    Returns:
        The eigenvalues, ascending, of shape [..., n], and the eigenvectors as columns, of shape [..., n, n].

    Raises:
        InvalidArgumentError: if the matrices are not square.

    >>> import polytape as tf
    >>> values, vectors = tf.linalg.eigh([[2.0, 0.0], [0.0, 1.0]])
    >>> values.numpy().tolist()
    [1.0, 2.0]
    """
    x = as_matrices(tensor, "eigh", square=True)
    values, vectors = eigh_(x)
    return cast(values, x.dtype), vectors


def eigvalsh(tensor: Any, name: str | None = None) -> Tensor:
    """Return the eigenvalues of each symmetric (Hermitian) matrix; see `eigh`.

    >>> import polytape as tf
    >>> tf.linalg.eigvalsh([[2.0, 0.0], [0.0, 1.0]]).numpy().tolist()
    [1.0, 2.0]
    """
    x = as_matrices(tensor, "eigvalsh", square=True)
    return cast(eigvalsh_(x), x.dtype)
