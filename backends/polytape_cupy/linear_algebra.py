"""Linear algebra on CuPy: cuBLAS for products, cuSOLVER for decompositions.

By itself cuSOLVER leaves numbers without meaning where a decomposition does not exist. CuPy can be told to look at its
status, which lies on the GPU; so the functions below, `matmul` apart, wait for the GPU, to be able to raise an error.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import cupy
import cupyx

from polytape.errors import InvalidArgumentError

_SINGULAR = "The matrix is not invertible"
_DIVERGED = "The decomposition did not converge: does the matrix hold NaN or infinity?"


def matmul(x: Any, y: Any, out: Any = None) -> Any:
    """The matrix product, into `out` if that is given; that of a batch of matrices with one matrix is one product."""
    if x.ndim > 2 == y.ndim:
        rows, shape = x.reshape(prod(x.shape[:-1]), x.shape[-1]), (*x.shape[:-1], y.shape[-1])
        if out is None:
            return (rows @ y).reshape(shape)
        cupy.matmul(rows, y, out=out.reshape(rows.shape[0], y.shape[-1]))
        return out
    return cupy.matmul(x, y) if out is None else cupy.matmul(x, y, out=out)


def _checked(function: Callable[..., Any], problem: str) -> Callable[..., Any]:
    """A function of `cupy.linalg`, whose error says what is wrong with the matrix."""

    def call(*arrays: Any, **options: Any) -> Any:
        try:
            with cupyx.errstate(linalg="raise"):
                found = function(*arrays, **options)
        except cupy.linalg.LinAlgError as error:
            raise InvalidArgumentError(f"{problem} ({error}).") from None
        return tuple(found) if isinstance(found, tuple) else found

    return call


_solve = _checked(cupy.linalg.solve, _SINGULAR)
_svd = _checked(cupy.linalg.svd, _DIVERGED)
_qr = _checked(cupy.linalg.qr, _DIVERGED)


def solve(x: Any, y: Any) -> Any:
    """What x is to be multiplied with to give y; CuPy wants the leading axes to be the same."""
    outer = cupy.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    return _solve(cupy.broadcast_to(x, (*outer, *x.shape[-2:])), cupy.broadcast_to(y, (*outer, *y.shape[-2:])))


def qr(x: Any, *, full_matrices: bool) -> Any:
    """Q and R."""
    return _qr(x, mode="complete" if full_matrices else "reduced")


def svd(x: Any, *, full_matrices: bool) -> Any:
    """U, the singular values, and Vᴴ."""
    return _svd(x, full_matrices=full_matrices)


def svdvals(x: Any) -> Any:
    """The singular values, from the largest."""
    return _svd(x, compute_uv=False)


FUNCTIONS: dict[str, Any] = {
    "matmul": matmul,
    "solve": solve,
    "qr": qr,
    "svd": svd,
    "svdvals": svdvals,
    "cholesky": _checked(
        cupy.linalg.cholesky, "Cholesky decomposition was not successful: the matrix is not positive definite"
    ),
    "inv": _checked(cupy.linalg.inv, _SINGULAR),
    "det": _checked(cupy.linalg.det, _DIVERGED),
    "slogdet": _checked(cupy.linalg.slogdet, _DIVERGED),
    "eigh": _checked(cupy.linalg.eigh, _DIVERGED),
    "eigvalsh": _checked(cupy.linalg.eigvalsh, _DIVERGED),
}
