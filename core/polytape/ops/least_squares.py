"""Least squares, the pseudo-inverse and the rank of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape.backend import Array, Backend
from polytape.op import op
from polytape.ops.casting import cast
from polytape.ops.creation import eye
from polytape.ops.decomposition import adjoint_of, cholesky_
from polytape.ops.extremes import reduce_max
from polytape.ops.linear_algebra import adjoint, as_matrices, matmul
from polytape.ops.matrix_functions import DECOMPOSABLE
from polytape.ops.reduction import reduce_sum
from polytape.ops.singular_values import svdvals
from polytape.ops.solving import cholesky_solve, system
from polytape.tensor import Tensor


def lstsq(matrix: Any, rhs: Any, l2_regularizer: float = 0.0, fast: bool = True, name: str | None = None) -> Tensor:
    """Return X that makes the squares of matrix · X - rhs least; of several, the one of the smallest norm.

    Args:
        matrix: a floating-point or complex tensor of shape [..., m, n].
        rhs: a tensor of shape [..., m, k], of the dtype of `matrix`.
        l2_regularizer: what the squares of X are weighted with and added; only used if `fast`.
        fast: whether to solve the normal equations by Cholesky decomposition, which needs matrices of full
            rank and loses half the digits of ill-conditioned ones; else by the pseudo-inverse.

    Returns:
        A tensor of shape [..., n, k].

    Raises:
        InvalidArgumentError: if the shapes do not fit, or, if `fast`, the rank is not full.

    >>> import polytape as tf
    >>> tf.linalg.lstsq([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]], [[1.0], [4.0], [7.0]]).numpy().tolist()
    [[1.0], [2.0]]
    """
    matrix, rhs = system(matrix, rhs, "lstsq", square=False)
    if not fast:
        return matmul(pinv(matrix), rhs)
    rows, columns = matrix._array.shape[-2:]
    turned = adjoint(matrix)
    gram = matmul(turned, matrix) if rows >= columns else matmul(matrix, turned)
    if not isinstance(l2_regularizer, (int, float)) or l2_regularizer:
        size = min(rows, columns)
        gram = gram + eye(size, dtype=matrix.dtype) * cast(l2_regularizer, matrix.dtype)
    factor = cholesky_(gram)
    if rows >= columns:
        return cholesky_solve(factor, matmul(turned, rhs))
    return matmul(turned, cholesky_solve(factor, rhs))


def _pinv_gradient(backend: Any, gradient: Array, x: Array, output: Array) -> Array:
    """The gradient at matrices of constant rank.

    Source: G. Golub and V. Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares
    problems whose variables separate", 1973.
    """
    of_inverse, inverse = adjoint_of(backend, output), output
    turned = adjoint_of(backend, gradient)
    found = -backend.matmul(of_inverse, backend.matmul(gradient, of_inverse))
    right = backend.matmul(turned, backend.matmul(inverse, of_inverse))
    found = found + right - backend.matmul(x, backend.matmul(inverse, right))
    left = backend.matmul(backend.matmul(of_inverse, inverse), turned)
    return found + left - backend.matmul(backend.matmul(left, inverse), x)


@op(_pinv_gradient, accepts=DECOMPOSABLE, holomorphic=False)
def pinv_(backend: Backend, x: Array, *, rcond: float) -> Array:
    """Return the pseudo-inverse; singular values of up to `rcond` times the largest count as zeros."""
    u, s, vh = backend.svd(x, full_matrices=False)
    kept = s > backend.max(s, axis=-1, keepdims=True) * rcond
    inverse = backend.where(kept, 1 / backend.where(kept, s, s * 0 + 1), s * 0)
    scaled = adjoint_of(backend, vh) * backend.astype(
        backend.reshape(inverse, shape=(*s.shape[:-1], 1, s.shape[-1])), dtype=x.dtype
    )
    return backend.matmul(scaled, adjoint_of(backend, u))


def pinv(a: Any, rcond: Any = None, validate_args: bool = False, name: str | None = None) -> Tensor:
    """Return the Moore-Penrose pseudo-inverse of each matrix.

    Args:
        a: a floating-point or complex tensor of shape [..., m, n].
        rcond: singular values of up to `rcond` times the largest one count as zeros; by default 10 · max(m,
            n) times the distance from 1 to the next number of the dtype.
        validate_args: without effect: arguments are always checked.

    Returns:
        A tensor of shape [..., n, m].

    Raises:
        InvalidArgumentError: if there are fewer than two axes.

    >>> import polytape as tf
    >>> tf.linalg.pinv([[2.0], [0.0]]).numpy().tolist()
    [[0.5, 0.0]]
    """
    x = as_matrices(a, "pinv")
    rows, columns = x._array.shape[-2:]
    cutoff = 10 * max(rows, columns) * _epsilon(x) if rcond is None else float(rcond)
    if not rows * columns:
        return adjoint(x)
    return pinv_(x, rcond=cutoff)  # type: ignore[no-any-return]


def matrix_rank(a: Any, tol: Any = None, validate_args: bool = False, name: str | None = None) -> Tensor:
    """Return the rank of each matrix: how many singular values are not negligible.

    Args:
        a: a floating-point or complex tensor of shape [..., m, n].
        tol: above what a singular value counts; by default the largest one times max(m, n) times the distance
            from 1 to the next number of the dtype.
        validate_args: without effect: arguments are always checked.

    Returns:
        An int32 tensor of the shape of the batch.

    Raises:
        InvalidArgumentError: if there are fewer than two axes.

    >>> import polytape as tf
    >>> int(tf.linalg.matrix_rank([[1.0, 2.0], [2.0, 4.0]]))
    1
    """
    x = as_matrices(a, "matrix_rank")
    values = svdvals(x)
    if tol is None:
        tol = reduce_max(values, axis=-1, keepdims=True) * (max(x._array.shape[-2:]) * _epsilon(x))
    return reduce_sum(cast(values > tol, "int32"), axis=-1)


def _epsilon(x: Tensor) -> float:
    """The distance from 1 to the next number of the tensor's dtype."""
    return float(np.finfo(x.dtype.real_dtype.as_numpy_dtype).eps)
