"""Singular values and vectors of matrices.

Source of the gradients: J. Townsend, "Differentiating the singular value decomposition", 2016. For complex
matrices they hold for functions that do not depend on the phases of singular vectors, which are arbitrary.
Where singular values are equal or zero, a quotient by zero counts as zero.
"""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.errors import UnimplementedError
from polytape.op import op
from polytape.ops.decomposition import adjoint_of, column_of, inverse_differences, row_of, safe_inverse
from polytape.ops.linear_algebra import adjoint, as_matrices
from polytape.ops.matrix_functions import DECOMPOSABLE


def _svd_gradient(backend: Any, gradient: Any, output: Any, x_shape: Any, x_dtype: Any, full_matrices: bool) -> Array:
    u, s, vh = output
    of_u, of_s, of_vh = gradient
    rows, columns = x_shape[-2:]
    if full_matrices and rows != columns:
        raise UnimplementedError(
            f"svd has no gradient with full_matrices=True for {rows} by {columns} matrices: the additional "
            "columns of U or V are arbitrary. Use full_matrices=False."
        )
    uh, v, of_v = (adjoint_of(backend, matrix) for matrix in (u, vh, of_vh))
    values = backend.astype(s, dtype=x_dtype)
    # 1 / (sⱼ² - sᵢ²) and 1 / s
    pairs = backend.astype(inverse_differences(backend, s * s), dtype=x_dtype)
    inverse = backend.astype(safe_inverse(backend, s), dtype=x_dtype)
    by_u, by_v = backend.matmul(uh, of_u), backend.matmul(vh, of_v)
    turning_u, turning_v = by_u - adjoint_of(backend, by_u), by_v - adjoint_of(backend, by_v)
    middle = pairs * turning_u * row_of(backend, values) + pairs * turning_v * column_of(backend, values)
    middle = middle + backend.band_part(turning_u, lower=0, upper=0) * row_of(backend, inverse) / 2
    left = backend.matmul(u, middle) + u * row_of(backend, backend.astype(of_s, dtype=x_dtype))
    if rows > columns:
        left = left + (of_u - backend.matmul(u, by_u)) * row_of(backend, inverse)
    found = backend.matmul(left, vh)
    if columns > rows:
        rest = adjoint_of(backend, of_v - backend.matmul(v, by_v))
        found = found + backend.matmul(u * row_of(backend, inverse), rest)
    return found


@op(_svd_gradient, accepts=DECOMPOSABLE, holomorphic=False, multiple=True)
def svd_(backend: Backend, x: Array, *, full_matrices: bool) -> tuple[Array, Array, Array]:
    """Return U, the singular values s, descending, and Vᴴ of x = U·diag(s)·Vᴴ."""
    return backend.svd(x, full_matrices=full_matrices)


def _svdvals_gradient(backend: Any, gradient: Array, x: Array, x_dtype: Any) -> Array:
    u, _, vh = backend.svd(x, full_matrices=False)
    return backend.matmul(u * backend.astype(row_of(backend, gradient), dtype=x_dtype), vh)


@op(_svdvals_gradient, accepts=DECOMPOSABLE, holomorphic=False)
def svdvals(backend: Backend, x: Array) -> Array:
    """Return the singular values, descending."""
    return backend.svdvals(x)


def svd(tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None) -> Any:
    """Return the singular value decomposition of each matrix: A = U·diag(s)·Vᴴ.

    Args:
        tensor: a floating-point or complex tensor of shape [..., m, n].
        full_matrices: whether U and V are to be square.
        compute_uv: whether U and V are wanted.

    Returns:
        The singular values s, descending, of shape [..., p], p the smaller of m and n; U of shape [..., m, p]
        and V of shape [..., n, p], or [..., m, m] and [..., n, n] if `full_matrices`. Only s if not
        `compute_uv`.

    Raises:
        InvalidArgumentError: if there are fewer than two axes.

    >>> import polytape as tf
    >>> s, u, v = tf.linalg.svd([[0.0, 2.0], [3.0, 0.0]])
    >>> s.numpy().tolist()
    [3.0, 2.0]
    """
    x = as_matrices(tensor, "svd")
    if not compute_uv:
        return svdvals(x)
    u, s, vh = svd_(x, full_matrices=bool(full_matrices))
    return s, u, adjoint(vh)
