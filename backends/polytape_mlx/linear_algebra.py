"""Linear algebra on MLX. Decompositions run on the CPU, where MLX has them, and are computed at once.

At once, because the errors that they end in would otherwise come up at some later place of the program.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mlx.core as mx

from polytape.errors import InvalidArgumentError

_SINGULAR = "The matrix is not invertible"
_DIVERGED = "The decomposition did not converge: does the matrix hold NaN or infinity?"


def matmul(x: Any, y: Any) -> Any:
    """The matrix product; of integers, which MLX does not multiply, by products and sums."""
    if mx.issubdtype(x.dtype, mx.inexact):
        return mx.matmul(x, y)
    products = mx.multiply(mx.expand_dims(x, -1), mx.expand_dims(y, -3))
    if x.dtype == mx.bool_:
        return mx.any(products, axis=-2)
    return mx.sum(products, axis=-2).astype(x.dtype)


def _at_once(function: Callable[..., Any], problem: str) -> Callable[..., Any]:
    """A function of `mx.linalg`, computed before it returns."""

    def call(*arrays: Any, **options: Any) -> Any:
        try:
            with mx.stream(mx.cpu):
                found = function(*arrays, **options)
                mx.eval(found)
        except RuntimeError as error:
            raise InvalidArgumentError(f"{problem} ({error}).") from None
        return tuple(found) if isinstance(found, (tuple, list)) else found

    return call


_inv = _at_once(mx.linalg.inv, _SINGULAR)
_eigh = _at_once(mx.linalg.eigh, _DIVERGED)
_svd = _at_once(mx.linalg.svd, _DIVERGED)
_qr = _at_once(mx.linalg.qr, _DIVERGED)
_cholesky = _at_once(mx.linalg.cholesky, "Cholesky decomposition was not successful")
_solve = _at_once(mx.linalg.solve, _SINGULAR)


def solve(x: Any, y: Any) -> Any:
    """What x is to be multiplied with to give y; MLX wants the leading axes to be the same."""
    if x.shape[:-2] != y.shape[:-2]:
        outer = mx.broadcast_shapes(x.shape[:-2], y.shape[:-2])
        x, y = mx.broadcast_to(x, (*outer, *x.shape[-2:])), mx.broadcast_to(y, (*outer, *y.shape[-2:]))
    return _by_parts(x, y) if x.dtype == mx.complex64 else _solve(x, y)


def det(x: Any) -> Any:
    """The product of the pivots of x = P·L·U, with the sign of P; `mx.linalg.det` has eight digits in float64."""
    if x.size == 0:
        return mx.ones(x.shape[:-2], x.dtype)
    factors, swaps = mx.linalg.lu_factor(x)
    odd = mx.sum(mx.not_equal(swaps, mx.arange(x.shape[-1], dtype=swaps.dtype)), axis=-1) % 2
    return mx.prod(mx.diagonal(factors, axis1=-2, axis2=-1), axis=-1) * (1 - 2 * odd.astype(x.dtype))


def _by_parts(x: Any, y: Any) -> Any:
    """The solution of complex equations: real ones for the real and the imaginary parts together."""
    a, b = mx.real(x), mx.imag(x)
    rows = mx.concatenate([a, mx.negative(b)], axis=-1), mx.concatenate([b, a], axis=-1)
    found = _solve(mx.concatenate(rows, axis=-2), mx.concatenate([mx.real(y), mx.imag(y)], axis=-2))
    count = x.shape[-1]
    return found[..., :count, :] + found[..., count:, :] * 1j


def inv(x: Any) -> Any:
    """The inverse."""
    if x.dtype == mx.complex64:
        return _by_parts(x, mx.broadcast_to(mx.eye(x.shape[-1], dtype=x.dtype), x.shape))
    return _inv(x)


def qr(x: Any, *, full_matrices: bool) -> tuple[Any, Any]:
    """Q and R. MLX leaves out the columns of Q beyond those of x: with an identity beside x they are there."""
    rows, columns = x.shape[-2:]
    if not full_matrices or rows <= columns:
        return _qr(x)  # type: ignore[no-any-return]
    identity = mx.broadcast_to(mx.eye(rows, dtype=x.dtype), (*x.shape[:-1], rows))
    q, r = _qr(mx.concatenate([x, identity], axis=-1))
    return q, r[..., :columns]


def svd(x: Any, *, full_matrices: bool) -> tuple[Any, Any, Any]:
    """U, s and Vᴴ; MLX always gives the square ones."""
    u, s, vh = _svd(x)
    if full_matrices:
        return u, s, vh
    count = min(x.shape[-2:])
    return u[..., :count], s, vh[..., :count, :]


def svdvals(x: Any) -> Any:
    """The singular values, from the largest."""
    return _svd(x, compute_uv=False)


def cholesky(x: Any) -> Any:
    """The lower triangle; MLX does not tell where there is none, but then L·Lᵀ has another diagonal than x."""
    found = _cholesky(x)
    if x.size == 0:
        return found
    with mx.stream(mx.cpu):
        diagonal = mx.diagonal(found, axis1=-2, axis2=-1)
        positive = bool(mx.all(mx.logical_and(mx.greater(diagonal, 0), mx.isfinite(diagonal))))
    if not positive:
        raise InvalidArgumentError("Cholesky decomposition was not successful: the matrix is not positive definite.")
    return found


FUNCTIONS = {
    "matmul": matmul,
    "cholesky": cholesky,
    "inv": inv,
    "solve": solve,
    "det": _at_once(det, _DIVERGED),
    "slogdet": _at_once(mx.linalg.slogdet, _DIVERGED),
    "qr": qr,
    "svd": svd,
    "svdvals": svdvals,
    "eigh": _eigh,
    "eigvalsh": _at_once(mx.linalg.eigvalsh, _DIVERGED),
}
