"""Linear algebra on NumPy, where it is spelled otherwise or goes faster otherwise."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from polytape.errors import InvalidArgumentError
from polytape_numpy.quiet import quiet_binary

_product = quiet_binary(operator.matmul)


def matmul(x: Any, y: Any) -> Any:
    """The matrix product; a batch of matrices times one matrix becomes one product, which BLAS prefers.

    Half precision is multiplied in single precision: NumPy's own loop for it is a hundred times slower, and
    rounds after every addition.
    """
    if x.dtype.char == "e":
        return matmul(x.astype(np.float32), y.astype(np.float32)).astype(np.float16)
    if x.ndim > 2 == y.ndim and x.flags.c_contiguous:
        return _product(x.reshape(-1, x.shape[-1]), y).reshape(*x.shape[:-1], y.shape[-1])
    return _product(x, y)


def _explained(function: Callable[..., Any], problem: str) -> Callable[..., Any]:
    """A function of `numpy.linalg`, whose error says what is wrong with the matrix."""

    def call(*arrays: Any, **options: Any) -> Any:
        try:
            with np.errstate(all="ignore"):
                found = function(*arrays, **options)
        except np.linalg.LinAlgError as error:
            raise InvalidArgumentError(f"{problem} ({error}).") from None
        return tuple(found) if isinstance(found, tuple) else found

    return staticmethod(call)


_SINGULAR = "The matrix is not invertible"
_DIVERGED = "The decomposition did not converge: does the matrix hold NaN or infinity?"


class NumpyLinearAlgebra:
    """The linear algebra of the NumPy backend."""

    matrix_transpose = staticmethod(operator.attrgetter("mT"))
    cholesky = _explained(
        np.linalg.cholesky, "Cholesky decomposition was not successful: the matrix is not positive definite"
    )
    inv = _explained(np.linalg.inv, _SINGULAR)
    solve = _explained(np.linalg.solve, _SINGULAR)
    det = _explained(np.linalg.det, _DIVERGED)
    slogdet = _explained(np.linalg.slogdet, _DIVERGED)
    svd = _explained(np.linalg.svd, _DIVERGED)
    svdvals = _explained(np.linalg.svdvals, _DIVERGED)
    eigh = _explained(np.linalg.eigh, _DIVERGED)
    eigvalsh = _explained(np.linalg.eigvalsh, _DIVERGED)
