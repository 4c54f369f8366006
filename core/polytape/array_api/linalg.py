"""The array API's linear algebra extension, as far as there are ops for it."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from polytape import arguments
from polytape.array_api import elementwise, manipulation, statistical
from polytape.array_api.linear_algebra import (
    matmul as matmul,
    matrix_transpose as matrix_transpose,
    tensordot as tensordot,
    vecdot as vecdot,
)
from polytape.array_api.promotion import tensor_of, tensors, to_dtype
from polytape.dtypes import int64
from polytape.ops import (
    decomposition,
    diagonal as diagonals,
    least_squares,
    linear_algebra,
    matrix_functions,
    singular_values,
    solving,
    statistics,
)
from polytape.ops.creation import eye
from polytape.tensor import Tensor


class EighResult(NamedTuple):
    """Eigenvalues in ascending order, and eigenvectors as columns."""

    eigenvalues: Tensor
    eigenvectors: Tensor


class QRResult(NamedTuple):
    """An orthonormal matrix and an upper triangular one."""

    Q: Tensor
    R: Tensor


class SlogdetResult(NamedTuple):
    """The sign of a determinant, and the logarithm of its modulus."""

    sign: Tensor
    logabsdet: Tensor


class SVDResult(NamedTuple):
    """Left singular vectors as columns, singular values in descending order, right ones as conjugated rows."""

    U: Tensor
    S: Tensor
    Vh: Tensor


def cholesky(x: Any, /, *, upper: bool = False) -> Tensor:
    """Return the triangular factor of positive definite matrices."""
    found = decomposition.cholesky(tensor_of("cholesky", x))
    return linear_algebra.adjoint(found) if upper else found


def cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Tensor:
    """Return the cross product of vectors of three elements along an axis."""
    x1, x2 = manipulation.broadcast_arrays(*tensors("cross", x1, x2))
    found = matrix_functions.cross(manipulation.moveaxis(x1, axis, -1), manipulation.moveaxis(x2, axis, -1))
    return manipulation.moveaxis(found, -1, axis)


def det(x: Any, /) -> Tensor:
    """Return the determinants of square matrices."""
    return solving.det(tensor_of("det", x))


def diagonal(x: Any, /, *, offset: int = 0) -> Tensor:
    """Return the diagonals of matrices."""
    return diagonals.diag_part(tensor_of("diagonal", x), k=offset)


def eigh(x: Any, /) -> EighResult:
    """Return eigenvalues and eigenvectors of self-adjoint matrices."""
    return EighResult(*decomposition.eigh(tensor_of("eigh", x)))


def eigvalsh(x: Any, /) -> Tensor:
    """Return eigenvalues of self-adjoint matrices."""
    return decomposition.eigvalsh(tensor_of("eigvalsh", x))


def inv(x: Any, /) -> Tensor:
    """Return the inverses of square matrices."""
    return solving.inv(tensor_of("inv", x))


def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Tensor:
    """Return a norm of matrices: 'fro', 'nuc', or 1, 2, ∞ and their negatives."""
    x = tensor_of("matrix_norm", x)
    if ord == "fro":
        return vector_norm(x, axis=(-2, -1), keepdims=keepdims)
    if ord == "nuc" or ord in (2, -2):
        values = svdvals(x)
        reduced = statistical.sum if ord == "nuc" else statistical.max if ord == 2 else statistical.min
        found = reduced(values, axis=-1)
        return found[..., None, None] if keepdims else found
    arguments.choice(str(ord), ("1", "-1", "INF", "-INF", "1.0", "-1.0"), "matrix_norm", "ord")
    sums = statistical.sum(elementwise.abs(x), axis=-2 if ord in (1, -1) else -1, keepdims=True)
    return (statistical.max if ord > 0 else statistical.min)(sums, axis=(-2, -1), keepdims=keepdims)


def matrix_power(x: Any, n: int, /) -> Tensor:
    """Return square matrices multiplied n times by themselves; their inverses for negative n."""
    x = tensor_of("matrix_power", x)
    if n < 0:
        x, n = inv(x), -n
    found = eye(x._array.shape[-1], dtype=x.dtype) + x * 0 if n == 0 else None
    while n:
        if n % 2:
            found = x if found is None else found @ x
        n //= 2
        x = x @ x if n else x
    assert found is not None
    return found  # type: ignore[no-any-return]


def matrix_rank(x: Any, /, *, rtol: Any = None) -> Tensor:
    """Return how many singular values are not negligible beside the largest one."""
    x = tensor_of("matrix_rank", x)
    if rtol is None:
        return to_dtype(least_squares.matrix_rank(x), int64)
    values = svdvals(x)
    smallest = statistical.max(values, axis=-1, keepdims=True) * rtol
    return statistical.sum(values > smallest, axis=-1)


def outer(x1: Any, x2: Any, /) -> Tensor:
    """Return the products of each element of a vector with each of another."""
    x1, x2 = tensors("outer", x1, x2)
    return x1[:, None] * x2[None, :]  # type: ignore[no-any-return]


def pinv(x: Any, /, *, rtol: Any = None) -> Tensor:
    """Return the pseudo-inverses of matrices."""
    return least_squares.pinv(tensor_of("pinv", x), rtol)


def qr(x: Any, /, *, mode: str = "reduced") -> QRResult:
    """Return the QR decomposition of matrices, `"reduced"` or `"complete"`."""
    mode = arguments.choice(mode.upper(), ("REDUCED", "COMPLETE"), "qr", "mode")
    return QRResult(*decomposition.qr(tensor_of("qr", x), full_matrices=mode == "COMPLETE"))


def slogdet(x: Any, /) -> SlogdetResult:
    """Return sign and logarithm of the determinants of square matrices."""
    return SlogdetResult(*solving.slogdet(tensor_of("slogdet", x)))


def solve(x1: Any, x2: Any, /) -> Tensor:
    """Return the solution of x1·X = x2; an array x2 of one axis is a vector."""
    x1, x2 = tensors("solve", x1, x2)
    outer_shape = x1._array.shape[:-2]
    if x2.ndim > 1:
        return solving.solve(x1, x2)
    column = manipulation.broadcast_to(x2[:, None], (*outer_shape, len(x2), 1))
    return solving.solve(x1, column)[..., 0]


def svd(x: Any, /, *, full_matrices: bool = True) -> SVDResult:
    """Return the singular value decomposition of matrices."""
    values, left, right = singular_values.svd(tensor_of("svd", x), full_matrices=full_matrices)
    return SVDResult(left, values, linear_algebra.adjoint(right))


def svdvals(x: Any, /) -> Tensor:
    """Return the singular values of matrices, in descending order."""
    return singular_values.svd(tensor_of("svdvals", x), compute_uv=False)  # type: ignore[no-any-return]


def trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Tensor:
    """Return the sums along diagonals of matrices; of integers as int64 unless `dtype` says otherwise."""
    return statistical.sum(diagonal(x, offset=offset), axis=-1, dtype=dtype)


def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Tensor:
    """Return a norm of vectors along axes: (Σ |x|^ord)^(1 / ord), the largest or smallest for ±∞, a count for 0."""
    x = elementwise.abs(tensor_of("vector_norm", x))
    options = {"axis": axis, "keepdims": keepdims}
    if ord == math.inf:
        return statistical.max(x, **options)
    if ord == -math.inf:
        return statistical.min(x, **options)
    if ord == 0:
        return to_dtype(statistical.sum(x != 0.0, **options), x.dtype)
    if ord == 1:
        return statistical.sum(x, **options)
    if ord == 2:
        return statistics.reduce_euclidean_norm(x, axis, keepdims)
    return elementwise.pow(statistical.sum(elementwise.pow(x, float(ord)), **options), 1.0 / ord)  # type: ignore[no-any-return]
